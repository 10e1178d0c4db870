import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { type AuthorizeParams, type AuthorizeRequest, type OAuthError, responseMode } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthenticationInfo } from "@gatehouse/domain-session";
import { Database } from "@gatehouse/platform-postgres";
import { AuthorizationCodes, ClientAuthorizationStore } from "@gatehouse/record-grants";
import type { AuthorizationAnswer } from "./authorization-response.js";

interface Approved {
  client: OAuthClientConfig;
  redirectUri: string;
  request: AuthorizeRequest;
  params: AuthorizeParams;
  info: AuthenticationInfo;
}

/** The last step of an authorization: the grant is noted and the client gets its code. */
@Injectable()
export class FinishAuthorization {
  constructor(
    private readonly db: Database,
    private readonly authorizations: ClientAuthorizationStore,
    private readonly codes: AuthorizationCodes,
  ) {}

  /** Grants what was asked for and answers the client. */
  async run(ctx: ProjectContext, { client, redirectUri, request, params, info }: Approved): Promise<AuthorizationAnswer> {
    const authorization = await this.db.read((tx) => this.authorizations.grant(ctx, tx, { userId: info.userId, clientId: client.client_id, scopes: request.scopes }));
    const code = request.responseType === "code" ? await this.code(ctx, { client, redirectUri, request, params, info }, authorization.id) : undefined;
    return answer(client, redirectUri, { params, response: code ? { code } : {} });
  }

  /** The answer to a refused request, at the redirect URI. */
  refusal(params: AuthorizeParams, target: { client: OAuthClientConfig; redirectUri: string }, error: OAuthError): AuthorizationAnswer {
    return answer(target.client, target.redirectUri, { params, response: { ...error.toJSON() } });
  }

  private code(ctx: ProjectContext, { client, redirectUri, request, params, info }: Approved, authorizationId: string): Promise<string> {
    return this.codes.create(ctx, {
      clientId: client.client_id,
      redirectUri,
      authorizationId,
      info,
      scopes: request.scopes,
      nonce: params.nonce,
      codeChallenge: params.code_challenge,
      codeChallengeMethod: params.code_challenge_method,
      ssoEnabled: params.x_sso_enabled === "true",
      purpose: "tokens",
      ...(params.dpop_jkt ? { dpopJkt: params.dpop_jkt } : {}),
    });
  }
}

function answer(client: OAuthClientConfig, redirectUri: string, { params, response }: { params: AuthorizeParams; response: Record<string, string> }): AuthorizationAnswer {
  const state: Record<string, string> = params.state === undefined ? {} : { state: params.state };
  return { kind: "to_client", redirectUri, mode: responseMode(params), params: { ...response, ...state }, customUi: client.x_custom_ui_uri !== undefined };
}
