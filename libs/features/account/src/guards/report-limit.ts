import { Injectable } from "@nestjs/common";
import { rateLimited } from "@gatehouse/domain-errors";
import { rateLimitBlocked } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isApiError } from "@gatehouse/platform-errors-core";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { blockedLimit } from "@gatehouse/service-rate-limit";

/** `rate_limit.blocked` of what users do to their accounts; it survives the refusal (spec: protection §2.7). */
@Injectable()
export class ReportLimit {
  constructor(private readonly outbox: EventOutbox) {}

  /** Does the work; a limit that refuses it is reported when it has a name. Throws what the work throws. */
  async watch<T>(ctx: ProjectContext, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const limit = isApiError(error) && rateLimited.is(error) ? blockedLimit(error) : undefined;
      if (limit) await this.outbox.appendNow(ctx, [rateLimitBlocked({ rate_limit: limit })]);
      throw error;
    }
  }
}
