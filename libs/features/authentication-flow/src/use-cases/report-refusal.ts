import { Injectable } from "@nestjs/common";
import { accountLockout, hookDisallowed, rateLimited } from "@gatehouse/domain-errors";
import { authenticationBlocked, type GatehouseEvent, rateLimitBlocked } from "@gatehouse/domain-events";
import { userModel } from "@gatehouse/domain-user";
import type { ApiError } from "@gatehouse/platform-errors-core";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { blockedLimit } from "@gatehouse/service-rate-limit";
import type { Run } from "../engine/run.js";
import { causesOf } from "../rules/causes-of.js";
import { RunUsers } from "../engine/run-users.js";

const ACCOUNT_STATUS: readonly string[] = [
  "AnonymizedUser",
  "UserOutsideValidPeriod",
  "ScheduledDeletionByAdmin",
  "ScheduledDeletionByEndUser",
  "ScheduledAnonymizationByAdmin",
  "DisabledUser",
];

/** The events of a refused input: `authentication.blocked`, `rate_limit.blocked` (spec: authentication flow §3.7; protection §2.7). They survive the refusal. */
@Injectable()
export class ReportRefusal {
  constructor(
    private readonly outbox: EventOutbox,
    private readonly users: RunUsers,
  ) {}

  async report(run: Run, error: ApiError): Promise<void> {
    this.explain(run, error);
    const events: GatehouseEvent[] = [];
    const limit = rateLimited.is(error) ? blockedLimit(error) : undefined;
    if (limit) events.push(rateLimitBlocked({ rate_limit: limit }));
    if (isBlocking(error)) events.push(await this.blocked(run, error));
    await this.outbox.appendNow(run.ctx, events);
  }

  /** Says in the trace what the reason alone does not. */
  private explain({ trace }: Run, error: ApiError): void {
    const bucket = error.info?.bucket_name;
    if (typeof bucket === "string" && trace.entries.at(-1)?.kind !== "rate_limit") trace.add("rate_limit", bucket, "refused");
    for (const cause of causesOf(error)) trace.add("cause", cause, "found");
    trace.add("error", error.reason, "refused");
  }

  private async blocked(run: Run, error: ApiError): Promise<GatehouseEvent> {
    const { userId, isNewUser } = run.state.memory;
    const known = userId !== "" && !isNewUser;
    const user = known ? userModel(run.ctx.project.config, await this.users.stored(run), run.ctx.now()) : null;
    return authenticationBlocked({ user, error: { ...error.toJSON(), tracking_id: run.record.traceId } });
  }
}

/** Refusals of the account, of a lock, or of a hook while the run was under way; those of the finish have no flow type. */
const isBlocking = (error: ApiError): boolean =>
  (ACCOUNT_STATUS.includes(error.reason) || accountLockout.is(error) || hookDisallowed.is(error)) && error.info?.FlowType !== undefined;
