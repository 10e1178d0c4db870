import { Injectable } from "@nestjs/common";
import { checkScopes, clientTraits, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { OfflineGrant } from "@gatehouse/domain-session";
import { Database } from "@gatehouse/platform-postgres";
import { ClientAuthorizationStore, type PreAuthenticatedToken, PreAuthenticatedTokens } from "@gatehouse/record-grants";
import { AccessGrantStore, type LiveSession, OfflineGrantStore, SessionReader, tokenCookie } from "@gatehouse/record-sessions";
import { prepareToken } from "../rules/prepare-grant.js";
import { TokenIssuer } from "../rules/token-issuer.js";
import type { AuthorizationAnswer } from "./authorization-response.js";
import type { FoundRequest } from "./authorize-found.js";
import { FinishAuthorization } from "./finish-authorization.js";

const refuse = (description: string): never => {
  throw new OAuthError("invalid_request", description);
};

/** An app opens a web page already signed in: its token becomes an access token in a cookie (spec: oauth-oidc §12.2). */
@Injectable()
export class AuthorizeUrlToken {
  constructor(
    private readonly db: Database,
    private readonly tokens: PreAuthenticatedTokens,
    private readonly reader: SessionReader,
    private readonly authorizations: ClientAuthorizationStore,
    private readonly grants: OfflineGrantStore,
    private readonly accessGrants: AccessGrantStore,
    private readonly issuer: TokenIssuer,
    private readonly finish: FinishAuthorization,
  ) {}

  /** Throws OAuthError. The token is spent first. */
  async run(ctx: ProjectContext, found: FoundRequest): Promise<AuthorizationAnswer> {
    const { client, params, hint } = found;
    const entry = (await this.tokens.consume(ctx, params.x_pre_authenticated_url_token ?? "")) ?? refuse("invalid x_pre_authenticated_url_token");
    if (entry.clientId !== client.client_id) refuse("incorrect client_id");
    if (hint?.sid?.kind !== "offline_grant" || hint.sid.id !== entry.grantId) refuse("incorrect sid in id_token_hint");
    const live = (await this.reader.byId(ctx, "offline_grant", entry.grantId)) ?? refuse("invalid x_pre_authenticated_url_token");
    const value = await this.accessToken(ctx, found, { entry, live });
    return this.finish.answer(found, { cookies: [tokenCookie(ctx, { suffix: "app_access_token", value })] });
  }

  /** An access token of the web client, with a refresh token of the grant that lives as long and that nobody gets. */
  private async accessToken(ctx: ProjectContext, { client }: FoundRequest, { entry, live }: { entry: PreAuthenticatedToken; live: LiveSession }): Promise<string> {
    const userId = live.user.id;
    const scopes = entry.scopes ?? scopesOf(client, live);
    const known = await this.db.read((tx) => this.authorizations.find(ctx, tx, { userId, clientId: client.client_id }));
    const granted = known && scopes.every((scope) => known.scopes.includes(scope));
    if (!granted && !clientTraits(client).firstParty) throw new OAuthError("access_denied", "authorization required");
    const authorization = known && granted ? known : await this.db.read((tx) => this.authorizations.grant(ctx, tx, { userId, clientId: client.client_id, scopes }));
    const access = this.issuer.prepareAccess(ctx, client);
    const { token } = prepareToken(ctx, client, { grantId: entry.grantId, authorizationId: authorization.id, scopes, expireAt: access.expireAt });
    const session = { kind: "offline_grant" as const, value: live.session as OfflineGrant };
    const subject = { client, session, source: live, authorizationId: authorization.id, scopes, initialRefreshTokenHash: token.initialHash };
    const issued = await this.issuer.tokens(ctx, subject, { access, idToken: { personalScopes: [] } });
    await this.db.transaction(async (tx) => {
      if (!(await this.grants.append(ctx, tx, token))) refuse("invalid x_pre_authenticated_url_token");
      await this.accessGrants.insert(ctx, tx, issued.access);
    });
    return issued.response.access_token;
  }
}

/** What the app's own token may do, as far as the web client may ask for it. */
function scopesOf(client: FoundRequest["client"], { session, tokens }: LiveSession): string[] {
  const first = tokens.find(({ clientId }) => clientId === (session as OfflineGrant).initialClientId);
  const lent = { ...client, x_pre_authenticated_url_enabled: true };
  return (first?.scopes ?? []).filter((scope, index, all) => {
    try {
      checkScopes(lent, ["openid", ...all.slice(0, index).filter((one) => one === "device_sso"), scope]);
      return true;
    } catch {
      return false;
    }
  });
}
