import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
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

  /** Whether blocking hooks are asked. */
  asks(ctx: ProjectContext, input: EndInput): boolean {
    return this.ends.asks(ctx, operationOf(ctx, input));
  }

  /** Asks the blocking hooks; call it with no transaction open. Throws HookDisallowed and what else comes of them. */
  async prepare(ctx: ProjectContext, input: EndInput): Promise<PreparedEnd> {
    const { userId } = input;
    const operation = operationOf(ctx, input);
    return { userId, operation, answer: isUuid(userId) ? await this.ends.ask(ctx, { userId, operation }) : {} };
  }

  /**
   * `prepare` of a user whom a transaction has changed: what is returned asks the hooks, who see him so; call that when the transaction is over.
   * Throws what `run` throws.
   */
  async look(ctx: ProjectContext, tx: Tx, input: EndInput): Promise<() => Promise<PreparedEnd>> {
    const { userId } = input;
    const operation = operationOf(ctx, input);
    const question = this.ends.question(ctx, { facts: await this.locked(ctx, tx, { userId, operation }), operation });
    return async () => ({ userId, operation, answer: await question() });
  }

  /** Disables the account and ends its sessions. Throws UserNotFound, UserIsAnonymized (anonymization alone), InvalidAccountStatusTransition, RoleUnknownKeys, GroupUnknownKeys. */
  async run(ctx: ProjectContext, tx: Tx, { userId, operation, answer }: PreparedEnd): Promise<void> {
    await this.ends.schedule(ctx, tx, { facts: await this.locked(ctx, tx, { userId, operation }), operation, answer });
  }

  private locked(ctx: ProjectContext, tx: Tx, { userId, operation }: Omit<PreparedEnd, "answer">): Promise<UserFacts> {
    return this.target.locked(ctx, tx, { userId, notAnonymized: operation.kind === "schedule_anonymization" });
  }
}

const operationOf = (ctx: ProjectContext, { what, reason }: EndInput): SchedulingOperation =>
  what === "deletion"
    ? { kind: "schedule_deletion_by_admin", deleteAt: graceEnd(ctx, "account_deletion"), reason: reason || null }
    : { kind: "schedule_anonymization", anonymizeAt: graceEnd(ctx, "account_anonymization") };
