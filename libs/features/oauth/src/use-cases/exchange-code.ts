import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { userAuthenticated } from "@gatehouse/domain-events";
import { type ClaimSource, clientTraits, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type OfflineGrant, type RefreshTokenRecord, sessionModel } from "@gatehouse/domain-session";
import { accountStatusError, type UserFacts, userModel } from "@gatehouse/domain-user";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { randomString } from "@gatehouse/platform-ids";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { type AuthorizationCode, AuthorizationCodes } from "@gatehouse/record-grants";
import { OfflineGrantStore } from "@gatehouse/record-sessions";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { checkPkce } from "../rules/check-pkce.js";
import { checkClientSecret } from "../rules/client-secret.js";
import { limitTokens, tokenPerUser } from "../rules/token-buckets.js";
import { TokenIssuer } from "../rules/token-issuer.js";
import type { TokenParams, TokenResponse } from "./token-response.js";

const INVALID = "invalid authorization code";

/** `grant_type=authorization_code` (RFC 6749 §4.1.3; spec: oauth-oidc §7.2). */
@Injectable()
export class ExchangeCode {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly codes: AuthorizationCodes,
    private readonly grants: OfflineGrantStore,
    private readonly issuer: TokenIssuer,
    private readonly outbox: EventOutbox,
    private readonly limiter: RateLimiter,
  ) {}

  async run(ctx: ProjectContext, client: OAuthClientConfig, params: TokenParams): Promise<TokenResponse> {
    const code = requirePresent(client, params);
    const entry = await this.codes.get(ctx, code);
    if (!entry || entry.clientId !== client.client_id) throw new OAuthError("invalid_grant", INVALID);
    if (params.redirect_uri !== entry.redirectUri && !(params.redirect_uri === undefined && client.redirect_uris?.length === 1))
      throw new OAuthError("invalid_request", "invalid redirect URI");
    const isPublic = !clientTraits(client).confidential;
    checkPkce(entry.codeChallenge, params.code_verifier, isPublic);
    if (!isPublic) checkClientSecret(ctx, client, params.client_secret as string);
    if (!(await this.codes.consume(ctx, code))) throw new OAuthError("invalid_grant", INVALID);
    await limitTokens(this.limiter, ctx, [tokenPerUser(entry.info.userId)]);
    const [facts] = await this.db.read((tx) => this.accounts.facts(ctx, tx, [entry.info.userId]));
    if (!facts || accountStatusError(facts.user.status, ctx.now())) throw new OAuthError("invalid_grant", INVALID);
    return this.issue(ctx, client, { entry, facts });
  }

  private async issue(ctx: ProjectContext, client: OAuthClientConfig, { entry, facts }: { entry: AuthorizationCode; facts: UserFacts }): Promise<TokenResponse> {
    const secret = randomString(32);
    const made = newGrant(ctx, client, { entry, hash: sha256Hex(secret) });
    await this.db.transaction(async (tx) => {
      await this.grants.insert(ctx, tx, made);
      if (entry.info.session.type === "none")
        await this.outbox.append(ctx, tx, [userAuthenticated({ user: userModel(ctx.project.config, facts, ctx.now()), session: sessionModel("offline_grant", made.grant) })]);
    });
    const subject = {
      client,
      session: { kind: "offline_grant" as const, value: made.grant },
      source: claimSource(facts),
      authorizationId: entry.authorizationId,
      scopes: entry.scopes,
      initialRefreshTokenHash: made.token.initialHash,
    };
    return {
      ...(await this.issuer.accessToken(ctx, subject)),
      ...(entry.scopes.includes("openid") ? { id_token: await this.issuer.idToken(ctx, subject, entry.nonce) } : {}),
      ...(entry.scopes.includes("offline_access") ? { refresh_token: `${made.grant.id}.${secret}` } : {}),
    };
  }
}

function requirePresent(client: OAuthClientConfig, params: TokenParams): string {
  if (!params.code) throw new OAuthError("invalid_request", "code is required");
  const { confidential } = clientTraits(client);
  if (!confidential && !params.code_verifier) throw new OAuthError("invalid_request", "PKCE code verifier is required");
  if (confidential && !params.client_secret) throw new OAuthError("invalid_client", "client secret is required");
  return params.code;
}

/** A grant of its own for this sign-in, with its first refresh token. */
export function newGrant(
  ctx: ProjectContext,
  client: OAuthClientConfig,
  { entry, hash }: { entry: Pick<AuthorizationCode, "info" | "ssoEnabled" | "authorizationId" | "scopes">; hash: string },
): { grant: OfflineGrant; token: RefreshTokenRecord } {
  const now = ctx.now();
  const access = { time: now, ip: ctx.request.ip, userAgent: ctx.request.userAgent };
  const { info } = entry;
  const grant: OfflineGrant = {
    id: ctx.newId(),
    userId: info.userId as OfflineGrant["userId"],
    initialClientId: client.client_id,
    idpSessionId: info.session.type === "idp" ? (info.session.id ?? null) : null,
    ssoEnabled: entry.ssoEnabled && info.session.type === "idp",
    deviceInfo: null,
    amr: info.amr,
    createdAt: now,
    authenticatedAt: new Date(info.authenticatedAt),
    initialAccess: access,
    lastAccess: access,
  };
  const token = {
    grantId: grant.id,
    initialHash: hash,
    currentHash: hash,
    clientId: client.client_id,
    authorizationId: entry.authorizationId,
    scopes: entry.scopes,
    createdAt: now,
    lastAccessAt: now,
    expireAt: null,
  };
  return { grant, token };
}

/** What claims are made of, from a whole user. */
export function claimSource({ user, identities, authenticators, verified }: UserFacts): ClaimSource {
  return {
    user,
    verified,
    identities: identities.toReversed().map((one) => ({
      type: one.type,
      login_id_key: one.loginIdKey,
      login_id_type: one.loginIdType,
      claims: one.claims,
      created_at: one.createdAt.toISOString(),
      updated_at: one.updatedAt.toISOString(),
    })),
    authenticators: authenticators.map((one) => ({ type: one.type, kind: one.kind, created_at: one.createdAt.toISOString(), updated_at: one.updatedAt.toISOString() })),
  };
}
