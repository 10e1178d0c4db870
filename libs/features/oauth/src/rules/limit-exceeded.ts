import { rateLimitBlocked } from "@gatehouse/domain-events";
import { OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type ApiError, isApiError } from "@gatehouse/platform-errors-core";
import type { EventOutbox } from "@gatehouse/service-event-outbox";
import { blockedLimit } from "@gatehouse/service-rate-limit";

/** The refusal of an empty bucket in the words of OAuth; its cause tells which limit it was (spec: protection §2.3). */
export const limitExceeded = (cause: ApiError): OAuthError => Object.assign(new OAuthError("x_rate_limited", "rate limit exceeded, please try again later.", 429), { cause });

/** Does the work; a named limit that refuses it is told by `rate_limit.blocked`, which survives the refusal (spec: protection §2.7). Throws what the work throws. */
export async function reportingLimits<T>(ctx: ProjectContext, outbox: EventOutbox, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const limit = error instanceof OAuthError && isApiError(error.cause) ? blockedLimit(error.cause) : undefined;
    if (limit) await outbox.appendNow(ctx, [rateLimitBlocked({ rate_limit: limit })]);
    throw error;
  }
}
