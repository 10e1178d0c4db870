import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { checkRedirectUri, clientTraits, findClient, FULL_ACCESS, GRANT_TYPE, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { AppRequests } from "@gatehouse/record-anonymous-users";
import { AuthorizationCodes, ClientAuthorizationStore } from "@gatehouse/record-grants";
import { type GrantOfToken, OfflineGrantStore } from "@gatehouse/record-sessions";
import { checkDpopBinding } from "@gatehouse/service-dpop";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { allowedScopes } from "../rules/allowed-scopes.js";
import { asApp2AppError, keyIsFixed } from "../rules/app2app-key.js";
import { isGrantUsable, parseRefreshToken } from "../rules/presented-refresh-token.js";
import { limitTokens, tokenPerUser } from "../rules/token-buckets.js";
import type { TokenGrant, TokenParams, TokenRequest } from "./token-response.js";

interface Asked {
  jwt: string;
  refreshToken: string;
  redirectUri: string;
  codeChallenge?: string;
}

/** Grant type `app2app-request`: one app signs another one in, by its own refresh token and the key of its device (spec: oauth-oidc §13). */
@Injectable()
export class App2AppGrant implements TokenGrant {
  readonly grantType = GRANT_TYPE.app2app;

  constructor(
    private readonly db: Database,
    private readonly grants: OfflineGrantStore,
    private readonly authorizations: ClientAuthorizationStore,
    private readonly codes: AuthorizationCodes,
    private readonly requests: AppRequests,
    private readonly limiter: RateLimiter,
  ) {}

  requirePresent(params: TokenParams): void {
    for (const name of ["jwt", "refresh_token", "redirect_uri"]) if (!params[name]) throw new OAuthError("invalid_request", `${name} is required`);
  }

  /** A code for `client`, the app that asks to be signed in. */
  async run(ctx: ProjectContext, client: OAuthClientConfig, { params, dpop }: TokenRequest): Promise<{ code: string }> {
    if (!client.x_app2app_enabled) throw new OAuthError("unauthorized_client", "this client may not use app2app");
    if (!ctx.project.features.oauth.client.app2app_enabled) throw new OAuthError("invalid_request", "app2app disabled");
    const asked = readAsked(ctx, client, params);
    const presented = parseRefreshToken(asked.refreshToken);
    const found = presented && (await this.db.read((tx) => this.grants.peek(ctx, tx, presented)));
    const approving = found && findClient(ctx.project.config, found.token.clientId);
    if (!found || !approving) throw invalidToken();
    checkDpopBinding(ctx, approving, { reading: dpop, jkt: found.token.dpopJkt });
    if (!isGrantUsable(ctx, found)) throw invalidToken();
    await limitTokens(this.limiter, ctx, [tokenPerUser(found.owner.user.id)]);
    await this.verifyKey(ctx, approving, { found, jwt: asked.jwt });
    // All is right: now the token has been used.
    if (!(await this.db.read((tx) => this.grants.byToken(ctx, tx, presented)))) throw invalidToken();
    return { code: await this.code(ctx, client, { found, asked }) };
  }

  /** The JWT must be signed by the key of the approving grant, which may get its first one here where the client allows it. */
  private async verifyKey(ctx: ProjectContext, approving: OAuthClientConfig, { found: { grant }, jwt }: { found: GrantOfToken; jwt: string }): Promise<void> {
    const bound = grant.app2appDeviceKey;
    if (!bound && !approving.x_app2app_insecure_device_key_binding_enabled) throw new OAuthError("invalid_grant", "app2app is not allowed in current session");
    try {
      const request = this.requests.read(jwt, "app2app_request");
      if (!bound && !request.key) throw new OAuthError("invalid_request", "invalid app2app jwt payload");
      await this.requests.consume(ctx, request, bound ?? request.key ?? {});
      const key = request.key;
      if (!bound && key && !(await this.db.read((tx) => this.grants.bindDeviceKey(ctx, tx, { id: grant.id, key })))) throw keyIsFixed();
    } catch (error) {
      throw asApp2AppError(error);
    }
  }

  /**
   * The other app gets what the approving one may do, as far as it may ask for it. What the user had granted to it before comes with it for an app with full
   * access alone: nobody opens more for another app than is open to himself.
   */
  private async code(ctx: ProjectContext, client: OAuthClientConfig, { found, asked }: { found: GrantOfToken; asked: Asked }): Promise<string> {
    const { grant, token, owner } = found;
    const userId = owner.user.id;
    const given = allowedScopes(client, token.scopes);
    const authorization = await this.db.read((tx) => this.authorizations.grant(ctx, tx, { userId, clientId: client.client_id, scopes: given }));
    const earlier = token.scopes.includes(FULL_ACCESS) ? authorization.scopes : [];
    const session = grant.idpSessionId ? { type: "idp" as const, id: grant.idpSessionId } : { type: "none" as const };
    return this.codes.create(ctx, {
      clientId: client.client_id,
      redirectUri: asked.redirectUri,
      authorizationId: authorization.id,
      info: { userId, authenticatedAt: ctx.now().getTime(), amr: grant.amr, session, createdUser: false },
      scopes: [...given, ...earlier.filter((scope) => !given.includes(scope))],
      ...(asked.codeChallenge ? { codeChallenge: asked.codeChallenge, codeChallengeMethod: "S256" } : {}),
      ssoEnabled: grant.ssoEnabled,
      purpose: "tokens",
    });
  }
}

const invalidToken = (): OAuthError => new OAuthError("invalid_grant", "invalid refresh token");

function readAsked(ctx: ProjectContext, client: OAuthClientConfig, params: TokenParams): Asked {
  const { jwt = "", refresh_token: refreshToken = "" } = params;
  const asked = { jwt, refreshToken, redirectUri: checkRedirectUri(ctx, client, params.redirect_uri) };
  const { code_challenge: codeChallenge, code_challenge_method: method } = params;
  if (!codeChallenge && !clientTraits(client).confidential) throw new OAuthError("invalid_request", "PKCE code challenge is required for public clients");
  if (codeChallenge && method && method !== "S256") throw new OAuthError("invalid_request", "only 'S256' PKCE transform is supported");
  return { ...asked, ...(codeChallenge ? { codeChallenge } : {}) };
}
