import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { clientTraits, findClient, GRANT_TYPE, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { OfflineGrant } from "@gatehouse/domain-session";
import { constantTimeEqual, sha256Hex } from "@gatehouse/platform-crypto";
import { Database } from "@gatehouse/platform-postgres";
import { OfflineGrantStore, type RequestSession, RequestSessions } from "@gatehouse/record-sessions";
import { checkDpopBinding } from "@gatehouse/service-dpop";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { newDeviceSecret } from "../rules/device-secret.js";
import { SessionRequired } from "../rules/session-required.js";
import { limitTokens, tokenPerUser } from "../rules/token-buckets.js";
import { TokenIssuer } from "../rules/token-issuer.js";
import type { TokenGrant, TokenRequest } from "./token-response.js";

/** Grant type `id-token`: a fresh ID token of the request's session, without personal attributes (spec: oauth-oidc §7.4). */
@Injectable()
export class IdTokenGrant implements TokenGrant {
  readonly grantType = GRANT_TYPE.idToken;

  constructor(
    private readonly db: Database,
    private readonly sessions: RequestSessions,
    private readonly grants: OfflineGrantStore,
    private readonly issuer: TokenIssuer,
    private readonly limiter: RateLimiter,
  ) {}

  async run(ctx: ProjectContext, client: OAuthClientConfig, request: TokenRequest): Promise<{ id_token: string; device_secret?: string }> {
    const refused = () => new OAuthError("unauthorized_client", "this client may not refresh id token");
    if (!clientTraits(client).fullAccess) throw refused();
    const resolved = await this.sessions.resolve(ctx, request.credentials);
    if (resolved.outcome !== "valid") throw new SessionRequired(resolved.outcome);
    const { session } = resolved;
    // The token of somebody else's client is no way to the ID tokens of this one.
    const owner = findClient(ctx.project.config, session.clientId);
    if (session.clientId && !(owner && clientTraits(owner).fullAccess)) throw refused();
    await limitTokens(this.limiter, ctx, [tokenPerUser(session.live.user.id)]);
    const rotated = await this.rotate(ctx, client, { session, request });
    const value = rotated?.grant ?? session.live.session;
    const id_token = await this.issuer.idToken(ctx, { client, session: { kind: session.live.kind, value }, source: session.live, scopes: session.scopes }, { personalScopes: [] });
    return { id_token, ...(rotated ? { device_secret: rotated.deviceSecret } : {}) };
  }

  /** A new device secret for one that is right. */
  private async rotate(ctx: ProjectContext, client: OAuthClientConfig, { session, request }: { session: RequestSession; request: TokenRequest }) {
    const { live, scopes } = session;
    const given = request.params.device_secret;
    if (!given || live.kind !== "offline_grant" || !scopes.includes("device_sso")) return undefined;
    const grant = live.session as OfflineGrant;
    const previousHash = sha256Hex(given);
    if (!grant.deviceSecretHash || !constantTimeEqual(previousHash, grant.deviceSecretHash)) return undefined;
    checkDpopBinding(ctx, client, { reading: request.dpop, jkt: grant.deviceSecretDpopJkt });
    const made = newDeviceSecret(grant, request.dpop.kind === "proven" ? request.dpop.jkt : null);
    const written = await this.db.read((tx) => this.grants.setDeviceSecret(ctx, tx, { ...made.row, previousHash }));
    return written ? made : undefined;
  }
}
