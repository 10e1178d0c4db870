import { Injectable } from "@nestjs/common";
import { userAnonymizationUnscheduled, userDeletionUnscheduled } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { userModel } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { AccountLifecycle } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { TargetUser } from "../guards/target-user.js";

/** Calls a scheduled deletion or anonymization off (spec: admin API §8.2, `unscheduleAccountDeletion`, `unscheduleAccountAnonymization`). */
@Injectable()
export class UnscheduleEnd {
  constructor(
    private readonly target: TargetUser,
    private readonly lifecycle: AccountLifecycle,
    private readonly outbox: EventOutbox,
  ) {}

  /** Takes back what the end user scheduled, too. Throws UserNotFound, UserIsAnonymized (anonymization alone), InvalidAccountStatusTransition. */
  async run(ctx: ProjectContext, tx: Tx, { userId, what }: { userId: string; what: "deletion" | "anonymization" }): Promise<void> {
    const isDeletion = what === "deletion";
    const facts = await this.target.locked(ctx, tx, { userId, notAnonymized: !isDeletion });
    const after = await this.lifecycle.change(ctx, tx, { facts, operation: { kind: isDeletion ? "unschedule_deletion" : "unschedule_anonymization" } });
    const user = userModel(ctx.project.config, after, ctx.now());
    await this.outbox.append(ctx, tx, [isDeletion ? userDeletionUnscheduled({ user }) : userAnonymizationUnscheduled({ user })]);
  }
}
