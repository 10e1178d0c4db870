import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { assertedClaim, type AuthorizeParams, type OAuthError, responseMode } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthenticationInfo } from "@gatehouse/domain-session";
import { Database } from "@gatehouse/platform-postgres";
import { AuthorizationCodes, ClientAuthorizationStore } from "@gatehouse/record-grants";
import type { ResponseCookie } from "@gatehouse/record-sessions";
import { readIdToken } from "../rules/id-token-hint.js";
import type { AuthorizationAnswer } from "./authorization-response.js";
import type { FoundRequest } from "./authorize-found.js";

/** Where an answer goes. */
interface Target {
  client: OAuthClientConfig;
  redirectUri: string;
  params: AuthorizeParams;
}

/** The last step of an authorization: the grant is noted and the client gets its code. */
@Injectable()
export class FinishAuthorization {
  constructor(
    private readonly db: Database,
    private readonly authorizations: ClientAuthorizationStore,
    private readonly codes: AuthorizationCodes,
  ) {}

  /** Grants what was asked for and answers the client. A settings action grants nothing. */
  async run(ctx: ProjectContext, found: FoundRequest, info: AuthenticationInfo): Promise<AuthorizationAnswer> {
    const { client, request } = found;
    if (request.responseType === "settings_action") return this.answer(found, { response: { code: await this.code(ctx, found, { info, authorizationId: "" }) } });
    const authorization = await this.db.read((tx) => this.authorizations.grant(ctx, tx, { userId: info.userId, clientId: client.client_id, scopes: request.scopes }));
    const response: Record<string, string> = request.responseType === "code" ? { code: await this.code(ctx, found, { info, authorizationId: authorization.id }) } : {};
    return this.answer(found, { response });
  }

  /** The answer to the client, with its `state`. */
  answer(
    { client, redirectUri, params }: Target,
    { response = {}, cookies = [] }: { response?: Record<string, string>; cookies?: readonly ResponseCookie[] },
  ): AuthorizationAnswer {
    const state: Record<string, string> = params.state === undefined ? {} : { state: params.state };
    return { kind: "to_client", redirectUri, mode: responseMode(params), params: { ...response, ...state }, customUi: client.x_custom_ui_uri !== undefined, cookies };
  }

  /** The answer to a refused request, at the redirect URI. */
  refusal(target: Target, error: OAuthError): AuthorizationAnswer {
    return this.answer(target, { response: { ...error.toJSON() } });
  }

  private async code(
    ctx: ProjectContext,
    { client, redirectUri, request, params }: FoundRequest,
    { info, authorizationId }: { info: AuthenticationInfo; authorizationId: string },
  ): Promise<string> {
    const hint = params.id_token_hint ? await readIdToken(ctx, params.id_token_hint) : undefined;
    const { assertedIdentities, ...kept } = info;
    return this.codes.create(ctx, {
      clientId: client.client_id,
      redirectUri,
      authorizationId,
      info: kept,
      scopes: request.scopes,
      ...(request.resources ? { resources: request.resources } : {}),
      ...(params.nonce ? { nonce: params.nonce } : {}),
      ...(params.code_challenge ? { codeChallenge: params.code_challenge, codeChallengeMethod: "S256" } : {}),
      ssoEnabled: params.x_sso_enabled === "true",
      purpose: request.responseType === "settings_action" ? "settings_action" : "tokens",
      ...(params.dpop_jkt ? { dpopJkt: params.dpop_jkt } : {}),
      ...(hint?.sid && hint.sub === info.userId ? { hint: hint.sid } : {}),
      ...(assertedIdentities ? { idTokenClaims: assertedClaim(assertedIdentities) } : {}),
    });
  }
}
