import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { findClient } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { ClientAuthorizationStore, DeviceAuthorizations } from "@gatehouse/record-grants";
import type { LiveSession } from "@gatehouse/record-sessions";
import { type Bucket, RateLimiter } from "@gatehouse/service-rate-limit";

/** The device that a person may let in. */
export interface DeviceToDecide {
  client: OAuthClientConfig;
  scopes: readonly string[];
}

/** Guesses of user codes (RFC 8628 §5.1): of an address, and of a person. */
const guessBuckets = (ctx: ProjectContext, userId: string): Bucket[] => [
  { name: "OAuthDeviceUserCodePerIP", args: [ctx.request.ip], config: { enabled: true, period: "1m", burst: 20 } },
  { name: "OAuthDeviceUserCodePerUser", args: [userId], config: { enabled: true, period: "1m", burst: 10 } },
];

/** What a signed-in person says of a device (RFC 8628 §3.3), ours. Throws RateLimited. */
@Injectable()
export class DecideDevice {
  constructor(
    private readonly db: Database,
    private readonly limiter: RateLimiter,
    private readonly devices: DeviceAuthorizations,
    private readonly authorizations: ClientAuthorizationStore,
  ) {}

  /** The device of a code that was typed; undefined when there is none. */
  async run(ctx: ProjectContext, live: LiveSession, userCode: string): Promise<DeviceToDecide | undefined> {
    await this.limiter.consume(ctx, guessBuckets(ctx, live.user.id));
    const found = await this.devices.byUserCode(ctx, userCode);
    const client = found && findClient(ctx.project.config, found.clientId);
    return found && client && { client, scopes: found.scopes };
  }

  /** Notes the decision; once. False when there is nothing to decide any more. */
  async decide(ctx: ProjectContext, live: LiveSession, { userCode, allowed }: { userCode: string; allowed: boolean }): Promise<boolean> {
    const asked = await this.run(ctx, live, userCode);
    if (!asked) return false;
    if (!allowed) return this.devices.decide(ctx, userCode, { allowed });
    const input = { userId: live.user.id, clientId: asked.client.client_id, scopes: asked.scopes };
    const authorization = await this.db.read((tx) => this.authorizations.grant(ctx, tx, input));
    const { authenticatedAt, amr } = live.session;
    return this.devices.decide(ctx, userCode, { allowed, userId: live.user.id, authenticatedAt: authenticatedAt.getTime(), amr, authorizationId: authorization.id });
  }
}
