import { Injectable } from "@nestjs/common";
import { userAnonymized } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type UserFacts, userModel } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { AccountLifecycle } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { TargetUser } from "../guards/target-user.js";

/** Takes everything from a user but his row, at once and for ever (spec: user model §2.6; admin API §8.2, `anonymizeUser`). */
@Injectable()
export class AnonymizeUser {
  constructor(
    private readonly target: TargetUser,
    private readonly lifecycle: AccountLifecycle,
    private readonly outbox: EventOutbox,
  ) {}

  /** Throws UserNotFound, UserIsAnonymized. */
  async run(ctx: ProjectContext, tx: Tx, { userId }: { userId: string }): Promise<void> {
    await this.held(ctx, tx, await this.target.locked(ctx, tx, { userId, notAnonymized: true }));
  }

  /** A user whose row the transaction holds. Throws InvalidAccountStatusTransition when he is anonymized. */
  async held(ctx: ProjectContext, tx: Tx, facts: UserFacts): Promise<void> {
    const after = await this.lifecycle.change(ctx, tx, { facts, operation: { kind: "anonymize" } });
    await this.outbox.append(ctx, tx, [userAnonymized({ user: userModel(ctx.project.config, after, ctx.now()) })]);
  }
}
