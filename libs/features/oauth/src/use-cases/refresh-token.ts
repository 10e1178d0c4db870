import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { findClient, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { offlineGrantExpiry } from "@gatehouse/domain-session";
import { accountStatusError } from "@gatehouse/domain-user";
import { constantTimeEqual, hmacSha256, octKeyBytes, sha256Hex } from "@gatehouse/platform-crypto";
import { ALPHANUMERIC, isUuid } from "@gatehouse/platform-ids";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { type GrantOfToken, OfflineGrantStore } from "@gatehouse/record-sessions";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { checkClientSecret } from "../rules/client-secret.js";
import { limitTokens, tokenPerUser } from "../rules/token-buckets.js";
import { TokenIssuer } from "../rules/token-issuer.js";
import type { TokenParams, TokenResponse } from "./token-response.js";

/** Seconds in which a retried request with the token just replaced is answered with the same new one. */
const REPLAY_SECONDS = 30;

const invalid = (): OAuthError => new OAuthError("invalid_grant", "invalid refresh token");

/** `grant_type=refresh_token` (RFC 6749 §6; spec: oauth-oidc §7.3, sessions and tokens §9.2). One statement, two calls of Redis. */
@Injectable()
export class RefreshToken {
  constructor(
    private readonly db: Database,
    private readonly grants: OfflineGrantStore,
    private readonly issuer: TokenIssuer,
    private readonly limiter: RateLimiter,
  ) {}

  async run(ctx: ProjectContext, client: OAuthClientConfig, params: TokenParams): Promise<TokenResponse> {
    if (!params.refresh_token) throw new OAuthError("invalid_request", "refresh token is required");
    const [grantId = "", secret = "", rest] = params.refresh_token.split(".");
    if (!isUuid(grantId) || secret.length !== 32 || rest !== undefined) throw invalid();
    if (params.client_secret) checkClientSecret(ctx, client, params.client_secret);
    const next = client.refresh_token_rotation_enabled ? successor(ctx, grantId, secret) : undefined;
    const found = await this.find(ctx, client, { grantId, hash: sha256Hex(secret), nextHash: next && sha256Hex(next) });
    await limitTokens(this.limiter, ctx, [tokenPerUser(found.owner.user.id)]);
    const subject = {
      client,
      session: { kind: "offline_grant" as const, value: found.grant },
      source: found.owner,
      authorizationId: found.token.authorizationId,
      scopes: found.token.scopes,
      initialRefreshTokenHash: found.token.initialHash,
    };
    return {
      ...(await this.issuer.accessToken(ctx, subject)),
      ...(found.token.scopes.includes("openid") ? { id_token: await this.issuer.idToken(ctx, subject) } : {}),
      ...(next ? { refresh_token: `${grantId}.${next}` } : {}),
    };
  }

  /** Loads and checks the grant; a rotation is undone when a check fails. */
  private find(ctx: ProjectContext, client: OAuthClientConfig, { nextHash, ...input }: { grantId: string; hash: string; nextHash?: string }): Promise<GrantOfToken> {
    if (nextHash === undefined) return this.db.read(async (tx) => this.check(ctx, client, { found: await this.grants.byToken(ctx, tx, input), hash: input.hash }));
    const rotate = async (tx: Tx) => this.check(ctx, client, { found: await this.grants.rotate(ctx, tx, { ...input, nextHash, windowSeconds: REPLAY_SECONDS }) });
    return this.db.transaction(rotate);
  }

  private check(ctx: ProjectContext, client: OAuthClientConfig, { found, hash }: { found: GrantOfToken | undefined; hash?: string }): GrantOfToken {
    if (!found || (hash !== undefined && !constantTimeEqual(found.token.currentHash, hash))) throw invalid();
    if (found.token.clientId !== client.client_id) throw new OAuthError("invalid_request", "client id doesn't match the refresh token");
    const initial = findClient(ctx.project.config, found.grant.initialClientId);
    if (!initial || offlineGrantExpiry(initial, found.grant) <= ctx.now()) throw invalid();
    if (accountStatusError(found.owner.user.status, ctx.now())) throw invalid();
    return found;
  }
}

/** The secret that follows another: the same for every retry, and nobody else can compute it. */
function successor(ctx: ProjectContext, grantId: string, secret: string): string {
  const key = ctx.project.secrets.csrf?.keys[0];
  if (!key) throw new Error("the project has no csrf key");
  const bytes = hmacSha256(octKeyBytes(key), `refresh-token\n${ctx.project.id}\n${grantId}\n${secret}`);
  let number = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  for (let index = 0; index < 32; index += 1) {
    text += ALPHANUMERIC[Number(number % 62n)];
    number /= 62n;
  }
  return text;
}
