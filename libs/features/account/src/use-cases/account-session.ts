import { Injectable } from "@nestjs/common";
import { rateLimited, tooManyRequest, unauthorized } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type Credentials, RequestSessions } from "@gatehouse/record-sessions";
import { type Bucket, RateLimiter } from "@gatehouse/service-rate-limit";

/** Not configurable (spec: account management §2). */
const bucket = (ctx: ProjectContext): Bucket => ({ name: "AccountManagementAPIPerIP", args: [ctx.request.ip], config: { enabled: true, period: "1m", burst: 1200 } });

/** Whose account a request of the API is about. */
@Injectable()
export class AccountSession {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly sessions: RequestSessions,
  ) {}

  /** The user of the session cookie or the access token; the limit comes first. Throws `TooManyRequest`, `Unauthorized`. */
  async run(ctx: ProjectContext, credentials: Credentials): Promise<UserId> {
    await this.limiter.consume(ctx, [bucket(ctx)]).catch((error: unknown) => {
      throw rateLimited.is(error) ? tooManyRequest() : error;
    });
    const resolved = await this.sessions.resolve(ctx, credentials);
    if (resolved.outcome !== "valid") throw unauthorized("authentication required");
    return resolved.session.live.user.id;
  }
}
