import { Injectable } from "@nestjs/common";
import { anonymousInvalidClient, anonymousInvalidRefreshToken, anonymousUnsupportedClient, forbidden, normalUserLoggedIn } from "@gatehouse/domain-errors";
import { clientTraits, findClient, FULL_ACCESS } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { AnonymousSignUps } from "@gatehouse/record-accounts";
import { PromotionCodes } from "@gatehouse/record-anonymous-users";
import { AccessGrantStore, type GrantOfToken, OfflineGrantStore } from "@gatehouse/record-sessions";
import { isGrantUsable, parseRefreshToken } from "../rules/presented-refresh-token.js";
import { TokenIssuer } from "../rules/token-issuer.js";
import { DEVICE_SCOPES, IssueForDevice } from "./issue-for-device.js";
import type { TokenResponse } from "./token-response.js";

/** Tokens of an anonymous user of a web app; the refresh token is there for a new user alone. */
export type AnonymousTokens = Pick<TokenResponse, "token_type" | "access_token" | "expires_in" | "refresh_token">;

/** Anonymous users of web apps that keep tokens rather than cookies (spec: oauth-oidc §14.3). */
@Injectable()
export class AnonymousWebTokens {
  constructor(
    private readonly db: Database,
    private readonly signUps: AnonymousSignUps,
    private readonly grants: OfflineGrantStore,
    private readonly accessGrants: AccessGrantStore,
    private readonly promotions: PromotionCodes,
    private readonly issuing: IssueForDevice,
    private readonly issuer: TokenIssuer,
  ) {}

  /** A new user, or a fresh access token of the one who is there. Throws `Invalid`, `RateLimited`. */
  async signUp(ctx: ProjectContext, { clientId, refreshToken }: { clientId: string; refreshToken?: string }): Promise<AnonymousTokens> {
    const client = findClient(ctx.project.config, clientId);
    if (!client) throw anonymousInvalidClient();
    this.signUps.requireAllowed(ctx);
    if (!clientTraits(client).fullAccess) throw anonymousUnsupportedClient();
    if (refreshToken) return this.goOn(ctx, { clientId, refreshToken });
    const account = await this.signUps.prepare(ctx);
    const signIn = { client, facts: account, scopes: DEVICE_SCOPES, amr: [], dpopJkt: null, sparesOthers: true };
    const { token_type, access_token, refresh_token, expires_in } = await this.issuing.run(ctx, signIn, (tx) => this.signUps.write(ctx, tx, account));
    return { token_type, access_token, ...(refresh_token ? { refresh_token } : {}), expires_in };
  }

  /** A code that lets the anonymous user of a refresh token become a regular one. Throws `Forbidden` for a bad one, and `Invalid` for a regular user. */
  async promotionCode(ctx: ProjectContext, refreshToken: string | undefined): Promise<{ promotion_code: string; expire_at: string }> {
    const found = await this.find(ctx, refreshToken);
    if (!found) throw forbidden("invalid refresh token");
    if (!found.token.scopes.includes(FULL_ACCESS) || !found.authorizedScopes.includes(FULL_ACCESS)) throw forbidden("full access is required");
    const identity = found.owner.identities.find(({ type }) => type === "anonymous");
    if (!identity) throw normalUserLoggedIn();
    const { code, expireAt } = await this.promotions.create(ctx, { userId: found.owner.user.id, identityId: identity.id });
    return { promotion_code: code, expire_at: expireAt.toISOString() };
  }

  private async goOn(ctx: ProjectContext, { clientId, refreshToken }: { clientId: string; refreshToken: string }): Promise<AnonymousTokens> {
    const found = await this.find(ctx, refreshToken);
    const client = found && findClient(ctx.project.config, found.token.clientId);
    if (!found || !client || client.client_id !== clientId) throw anonymousInvalidRefreshToken();
    const { grant, token, owner } = found;
    if (!owner.identities.some(({ type }) => type === "anonymous")) throw normalUserLoggedIn();
    const session = { kind: "offline_grant" as const, value: grant };
    const { authorizationId, scopes, initialHash } = token;
    const subject = { client, session, source: owner, authorizationId, scopes, initialRefreshTokenHash: initialHash };
    const { response, access } = await this.issuer.tokens(ctx, subject);
    await this.db.read((tx) => this.accessGrants.insert(ctx, tx, access));
    const { token_type, access_token, expires_in } = response;
    return { token_type, access_token, expires_in };
  }

  /** These endpoints read no proof of possession, so a refresh token that is bound to a key is worth nothing here. */
  private async find(ctx: ProjectContext, refreshToken: string | undefined): Promise<GrantOfToken | undefined> {
    const presented = refreshToken ? parseRefreshToken(refreshToken) : undefined;
    const found = presented && (await this.db.read((tx) => this.grants.peek(ctx, tx, presented)));
    if (!presented || !found || !isGrantUsable(ctx, found)) return undefined;
    const mayBeUnproven = found.token.dpopJkt === null || findClient(ctx.project.config, found.token.clientId)?.x_dpop_disabled;
    return mayBeUnproven ? this.db.read((tx) => this.grants.byToken(ctx, tx, presented)) : undefined;
  }
}
