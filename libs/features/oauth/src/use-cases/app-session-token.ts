import { Injectable } from "@nestjs/common";
import { forbidden, invalidGrant } from "@gatehouse/domain-errors";
import { findClient, FULL_ACCESS, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type OfflineGrant, offlineGrantExpiry } from "@gatehouse/domain-session";
import { Database } from "@gatehouse/platform-postgres";
import { AppSessionTokens } from "@gatehouse/record-grants";
import { AppSessionStore, type LiveSession, OfflineGrantStore, type ResponseCookie, SessionReader, tokenCookie } from "@gatehouse/record-sessions";
import { checkDpopBinding, type DpopReading } from "@gatehouse/service-dpop";
import { isGrantUsable, parseRefreshToken } from "../rules/presented-refresh-token.js";

/** App session tokens: an app's session on its way into a browser (spec: oauth-oidc §10). */
@Injectable()
export class AppSessionToken {
  constructor(
    private readonly db: Database,
    private readonly grants: OfflineGrantStore,
    private readonly tokens: AppSessionTokens,
    private readonly reader: SessionReader,
    private readonly appSessions: AppSessionStore,
  ) {}

  /** A token for 5 minutes. Throws `Forbidden`/`InvalidGrant` for a bad refresh token, `Forbidden` without full access or without the key it is bound to. */
  async issue(ctx: ProjectContext, { refreshToken, dpop }: { refreshToken: string; dpop: DpopReading }): Promise<{ app_session_token: string; expire_at: string }> {
    const presented = parseRefreshToken(refreshToken);
    const found = presented && (await this.db.read((tx) => this.grants.peek(ctx, tx, presented)));
    const client = found && findClient(ctx.project.config, found.token.clientId);
    if (!found || !client || !isGrantUsable(ctx, found)) throw invalidGrant();
    try {
      checkDpopBinding(ctx, client, { reading: dpop, jkt: found.token.dpopJkt });
    } catch (error) {
      throw error instanceof OAuthError ? forbidden(error.description) : error;
    }
    const { scopes, initialHash } = found.token;
    if (!scopes.includes(FULL_ACCESS) || !found.authorizedScopes.includes(FULL_ACCESS)) throw forbidden("full access is required");
    // All is right: now the token has been used.
    if (!(await this.db.read((tx) => this.grants.byToken(ctx, tx, presented)))) throw invalidGrant();
    const { token, expireAt } = await this.tokens.create(ctx, { grantId: found.grant.id, initialRefreshTokenHash: initialHash });
    return { app_session_token: token, expire_at: expireAt.toISOString() };
  }

  /** Takes a token and opens the browser's session; its cookie is to be set. Throws `invalid_request` for a token that is unknown, spent, or of a session that is over. */
  async redeem(ctx: ProjectContext, token: string): Promise<{ cookie: ResponseCookie; live: LiveSession }> {
    const entry = await this.tokens.consume(ctx, token);
    const live = entry && (await this.reader.byId(ctx, "offline_grant", entry.grantId));
    const record = live?.tokens.find(({ initialHash }) => initialHash === entry?.initialRefreshTokenHash);
    const grant = live?.session as OfflineGrant | undefined;
    const client = grant && findClient(ctx.project.config, grant.initialClientId);
    if (!entry || !live || !record || !grant || !client) throw new OAuthError("invalid_request", "invalid app session token");
    const session = { ...entry, expireAt: offlineGrantExpiry(client, grant) };
    const value = await this.db.read((tx) => this.appSessions.create(ctx, tx, session));
    return { cookie: tokenCookie(ctx, { suffix: "app_session", value }), live };
  }
}
