import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isUuid } from "@gatehouse/platform-ids";
import type { Tx } from "@gatehouse/platform-postgres";
import { graceEnd, type HookAnswer, ScheduledEnds, type SchedulingOperation } from "@gatehouse/record-accounts";
import { TargetUser } from "../guards/target-user.js";

/** What is to become of a user after the grace period. */
export interface EndInput {
  userId: string;
  what: "deletion" | "anonymization";
  /** Of a deletion. */
  reason?: string | null;
}

/** An end with its time, and what the blocking hooks said to it. */
export interface PreparedEnd {
  userId: string;
  operation: SchedulingOperation;
  answer: HookAnswer;
}

/** Has a user deleted or anonymized after the grace period (spec: admin API §8.2, `scheduleAccountDeletion`, `scheduleAccountAnonymization`). */
@Injectable()
export class ScheduleEnd {
  constructor(
    private readonly target: TargetUser,
    private readonly ends: ScheduledEnds,
  ) {}

  /** Asks the blocking hooks; call it with no transaction open. Throws HookDisallowed and what else comes of them. */
  async prepare(ctx: ProjectContext, { userId, what, reason }: EndInput): Promise<PreparedEnd> {
    const operation: SchedulingOperation =
      what === "deletion"
        ? { kind: "schedule_deletion_by_admin", deleteAt: graceEnd(ctx, "account_deletion"), reason: reason || null }
        : { kind: "schedule_anonymization", anonymizeAt: graceEnd(ctx, "account_anonymization") };
    return { userId, operation, answer: isUuid(userId) ? await this.ends.ask(ctx, { userId, operation }) : {} };
  }

  /** Disables the account and ends its sessions. Throws UserNotFound, UserIsAnonymized (anonymization alone), InvalidAccountStatusTransition, RoleUnknownKeys, GroupUnknownKeys. */
  async run(ctx: ProjectContext, tx: Tx, { userId, operation, answer }: PreparedEnd): Promise<void> {
    const facts = await this.target.locked(ctx, tx, { userId, notAnonymized: operation.kind === "schedule_anonymization" });
    await this.ends.schedule(ctx, tx, { facts, operation, answer });
  }
}
