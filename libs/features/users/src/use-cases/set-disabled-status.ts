import { Injectable } from "@nestjs/common";
import { userDisabled, userReenabled } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type AccountOperation, userModel } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { AccountLifecycle } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { TargetUser } from "../guards/target-user.js";

/** How an administrator lets a user in or keeps him out. */
export interface DisabledStatusInput {
  userId: string;
  isDisabled: boolean;
  reason?: string | null;
  /** Either of them: for a time, and both are needed. */
  temporarilyDisabledFrom?: Date | null;
  temporarilyDisabledUntil?: Date | null;
}

/** Disables a user for good or for a time, or enables him again (spec: admin API §8.2, `setDisabledStatus`). */
@Injectable()
export class SetDisabledStatus {
  constructor(
    private readonly target: TargetUser,
    private readonly lifecycle: AccountLifecycle,
    private readonly outbox: EventOutbox,
  ) {}

  /** Ends the sessions of a user who is disabled now. The event is told even when the time is yet to come. Throws UserNotFound, InvalidAccountStatusTransition. */
  async run(ctx: ProjectContext, tx: Tx, input: DisabledStatusInput): Promise<void> {
    const facts = await this.target.locked(ctx, tx, { userId: input.userId });
    const operation = operationOf(input);
    const after = await this.lifecycle.change(ctx, tx, { facts, operation });
    const user = userModel(ctx.project.config, after, ctx.now());
    await this.outbox.append(ctx, tx, [operation.kind === "reenable" ? userReenabled({ user }) : userDisabled({ user, ...timesOf(operation) })]);
  }
}

function operationOf({ isDisabled, reason, temporarilyDisabledFrom, temporarilyDisabledUntil }: DisabledStatusInput): AccountOperation {
  if (!isDisabled) return { kind: "reenable" };
  if (!temporarilyDisabledFrom && !temporarilyDisabledUntil) return { kind: "disable", reason: reason || null };
  return { kind: "disable_temporarily", from: temporarilyDisabledFrom ?? null, until: temporarilyDisabledUntil ?? null, reason: reason || null };
}

function timesOf(operation: AccountOperation): { temporarily_disabled_from?: string; temporarily_disabled_until?: string } {
  if (operation.kind !== "disable_temporarily" || !operation.from || !operation.until) return {};
  return { temporarily_disabled_from: operation.from.toISOString(), temporarily_disabled_until: operation.until.toISOString() };
}
