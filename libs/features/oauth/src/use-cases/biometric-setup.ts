import { Injectable } from "@nestjs/common";
import { clientTraits, findClient, FULL_ACCESS, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { deviceModel } from "@gatehouse/domain-session";
import { Database } from "@gatehouse/platform-postgres";
import { IdentityChanges } from "@gatehouse/record-accounts";
import { type AppRequest, AppRequests } from "@gatehouse/record-anonymous-users";
import { type Credentials, RequestSessions } from "@gatehouse/record-sessions";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { invalidCredentials, isTaken } from "../rules/refused-credentials.js";
import { SessionRequired } from "../rules/session-required.js";
import { limitTokens, tokenPerUser } from "../rules/token-buckets.js";

/** A signed-in user gives a device the right to sign him in (spec: oauth-oidc §14.5). */
@Injectable()
export class BiometricSetup {
  constructor(
    private readonly db: Database,
    private readonly sessions: RequestSessions,
    private readonly requests: AppRequests,
    private readonly changes: IdentityChanges,
    private readonly outbox: EventOutbox,
    private readonly limiter: RateLimiter,
  ) {}

  /** Throws OAuthError: `invalid_grant` with status 401 without a session that may do everything. */
  async run(ctx: ProjectContext, request: AppRequest, credentials: Credentials): Promise<undefined> {
    const userId = await this.userOf(ctx, credentials);
    await limitTokens(this.limiter, ctx, [tokenPerUser(userId)]);
    const { kid, key } = request;
    if (!key) throw invalidCredentials();
    const { deviceInfo } = await this.requests.consume(ctx, request, key);
    if (!deviceInfo || !deviceModel(deviceInfo)) throw invalidCredentials();
    const add = this.db.transaction(async (tx) => {
      const facts = await this.changes.locked(ctx, tx, userId);
      if (facts.identities.some(({ type }) => type === "anonymous")) throw new OAuthError("unauthorized_client", "AnonymousUserAddIdentity");
      const identity = { type: "biometric" as const, uniqueKey: kid, details: { biometric: { keyId: kid, key, deviceInfo } } };
      const { events } = await this.changes.add(ctx, tx, { facts, identity });
      await this.outbox.append(ctx, tx, events);
    });
    await add.catch((error: unknown) => {
      throw isTaken(error) ? invalidCredentials() : error;
    });
    return undefined;
  }

  /** A key opens everything, so the token of a client that may not do everything cannot bring one. */
  private async userOf(ctx: ProjectContext, credentials: Credentials) {
    const resolved = await this.sessions.resolve(ctx, credentials);
    const session = resolved.outcome === "valid" ? resolved.session : undefined;
    const client = session?.clientId ? findClient(ctx.project.config, session.clientId) : undefined;
    const mayAll = session?.scopes.includes(FULL_ACCESS) && (!session.clientId || (client && clientTraits(client).fullAccess));
    if (!session || !mayAll) throw new SessionRequired(resolved.outcome);
    return session.live.user.id;
  }
}
