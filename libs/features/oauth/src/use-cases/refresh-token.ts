import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { refreshTokenReused } from "@gatehouse/domain-events";
import { findClient, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { idpSessionExpiry, offlineGrantExpiry } from "@gatehouse/domain-session";
import { accountStatusError } from "@gatehouse/domain-user";
import { constantTimeEqual, sha256Hex } from "@gatehouse/platform-crypto";
import { isUuid } from "@gatehouse/platform-ids";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { type AccessToIssue, GatheredRefreshes, type GrantOfToken, OfflineGrantStore, UNPROVEN } from "@gatehouse/record-sessions";
import { checkDpopBinding } from "@gatehouse/service-dpop";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { checkRefreshSecret } from "../rules/client-secret.js";
import { readDeviceInfo } from "../rules/device-info.js";
import { newDeviceSecret } from "../rules/device-secret.js";
import { refreshTokenSuccessor, successorKeys } from "../rules/refresh-token-successor.js";
import { RequestTargets } from "../rules/request-targets.js";
import { limitTokens, tokenPerUser } from "../rules/token-buckets.js";
import { TokenIssuer } from "../rules/token-issuer.js";
import type { TokenGrant, TokenParams, TokenRequest, TokenResponse } from "./token-response.js";

/** Seconds in which a token that was replaced twice still finds the current one: two tabs may be two rotations apart. */
const WINDOW_SECONDS = 30;
/** How far back an old token is recognised as one of ours, to be reported. */
const REMEMBERED_GENERATIONS = 64;

const invalid = (): OAuthError => new OAuthError("invalid_grant", "invalid refresh token");

interface Presented {
  grantId: string;
  secret: string;
  hash: string;
}

/** `grant_type=refresh_token` (RFC 6749 §6; spec: oauth-oidc §7.3, sessions and tokens §9.2). One statement, two calls of Redis. */
@Injectable()
export class RefreshToken implements TokenGrant {
  readonly grantType = "refresh_token";

  constructor(
    private readonly db: Database,
    private readonly grants: OfflineGrantStore,
    private readonly gathered: GatheredRefreshes,
    private readonly issuer: TokenIssuer,
    private readonly outbox: EventOutbox,
    private readonly limiter: RateLimiter,
    private readonly targets: RequestTargets,
  ) {}

  requirePresent(params: TokenParams): void {
    if (!params.refresh_token) throw new OAuthError("invalid_request", "refresh token is required");
  }

  async run(ctx: ProjectContext, client: OAuthClientConfig, request: TokenRequest): Promise<TokenResponse> {
    const { params } = request;
    const deviceInfo = readDeviceInfo(params.x_device_info);
    const presented = parse(params.refresh_token ?? "");
    checkRefreshSecret(ctx, client, params.client_secret);
    const access = this.issuer.prepareAccess(ctx, client);
    const { found, refreshToken } = await this.find(ctx, client, { presented, request, access });
    await limitTokens(this.limiter, ctx, [tokenPerUser(found.owner.user.id)]);
    const { initialHash, scopes } = found.token;
    const target = await this.targets.ofRefresh(ctx, { client, grantId: found.grant.id, initialHash, scopes }, params.resource);
    const secret = found.token.scopes.includes("device_sso") ? newDeviceSecret(found.grant, request.dpop.kind === "proven" ? request.dpop.jkt : null) : undefined;
    if (secret || deviceInfo)
      await this.db.transaction(async (tx) => {
        if (secret) await this.grants.setDeviceSecret(ctx, tx, secret.row);
        if (deviceInfo) await this.grants.setDeviceInfo(ctx, tx, { id: found.grant.id, deviceInfo });
      });
    const subject = {
      client,
      session: { kind: "offline_grant" as const, value: secret?.grant ?? found.grant },
      source: found.owner,
      authorizationId: found.token.authorizationId,
      ...target,
      initialRefreshTokenHash: found.token.initialHash,
    };
    const { response } = await this.issuer.tokens(ctx, subject, { access, idToken: { personalScopes: found.authorizedScopes } });
    return { ...response, ...(refreshToken ? { refresh_token: refreshToken } : {}), ...(secret ? { device_secret: secret.deviceSecret } : {}) };
  }

  private async find(
    ctx: ProjectContext,
    client: OAuthClientConfig,
    { presented, request, access }: { presented: Presented; request: TokenRequest; access: AccessToIssue },
  ): Promise<{ found: GrantOfToken; refreshToken?: string }> {
    const { grantId, hash } = presented;
    if (!client.refresh_token_rotation_enabled) {
      const provenJkt = client.x_dpop_disabled ? UNPROVEN : request.dpop.kind === "proven" ? request.dpop.jkt : null;
      const isBad = request.dpop.kind === "bad" && !client.x_dpop_disabled;
      const found = isBad ? undefined : await this.gathered.issue(ctx, { grantId, hash, access, clientId: client.client_id, provenJkt });
      // What is refused has not been used; whoever asks is told why.
      if (!found) this.check(ctx, client, { found: await this.db.read((tx) => this.grants.peek(ctx, tx, { grantId, hash })), request });
      return { found: this.check(ctx, client, { found, request }) };
    }
    for (const key of successorKeys(ctx)) {
      const next = refreshTokenSuccessor(ctx, key, presented);
      const afterNext = refreshTokenSuccessor(ctx, key, { grantId, secret: next });
      // A failed check rolls the rotation back.
      const rotate = async (tx: Tx) => {
        const found = await this.grants.rotate(ctx, tx, { grantId, hash, access, nextHashes: [sha256Hex(next), sha256Hex(afterNext)], windowSeconds: WINDOW_SECONDS });
        return found && this.check(ctx, client, { found, request });
      };
      const found = await this.db.transaction(rotate);
      if (found) return { found, refreshToken: `${grantId}.${found.generation === 2 ? afterNext : next}` };
    }
    await this.reportReuse(ctx, presented);
    throw invalid();
  }

  private check(ctx: ProjectContext, client: OAuthClientConfig, { found, request }: { found: GrantOfToken | undefined; request: TokenRequest }): GrantOfToken {
    if (!found) throw invalid();
    checkDpopBinding(ctx, client, { reading: request.dpop, jkt: found.token.dpopJkt });
    if (found.token.clientId !== client.client_id) throw new OAuthError("invalid_request", "client id doesn't match the refresh token");
    const { config } = ctx.project;
    const initial = findClient(config, found.grant.initialClientId);
    if (!initial || offlineGrantExpiry(initial, found.grant) < ctx.now()) throw invalid();
    if (found.token.expireAt && found.token.expireAt < ctx.now()) throw invalid();
    if (found.shared && idpSessionExpiry(config, found.shared) < ctx.now()) throw invalid();
    if (accountStatusError(found.owner.user.status, ctx.now())) throw invalid();
    return found;
  }

  /** A token that was ours once, used again when it is no longer good, is told: somebody may have stolen it (RFC 9700 §4.14.2). */
  private async reportReuse(ctx: ProjectContext, { grantId, secret }: Presented): Promise<void> {
    const current = await this.db.read((tx) => this.grants.currentHashes(ctx, tx, grantId));
    if (current.length === 0) return;
    for (const key of successorKeys(ctx)) {
      let next = secret;
      for (let generation = 0; generation < REMEMBERED_GENERATIONS; generation += 1) {
        next = refreshTokenSuccessor(ctx, key, { grantId, secret: next });
        const hash = sha256Hex(next);
        const match = current.find(({ currentHash }) => constantTimeEqual(currentHash, hash));
        if (match)
          return this.db.transaction((tx) => this.outbox.append(ctx, tx, [refreshTokenReused({ client_id: match.clientId, session_id: grantId }, { userId: match.userId })]));
      }
    }
  }
}

/** `<grant id>.<32 characters>`. */
function parse(text: string): Presented {
  const [grantId = "", secret = "", rest] = text.split(".");
  if (!isUuid(grantId) || !/^[A-Za-z0-9]{32}$/.test(secret) || rest !== undefined) throw invalid();
  return { grantId, secret, hash: sha256Hex(secret) };
}
