import { Injectable } from "@nestjs/common";
import { userNotFound } from "@gatehouse/domain-errors";
import { userDeleted } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { UserFacts, UserModel } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { TargetUser } from "../guards/target-user.js";

/** Deletes a user at once and for ever (spec: user model §2.6; admin API §8.2, `deleteUser`). */
@Injectable()
export class DeleteUser {
  constructor(
    private readonly target: TargetUser,
    private readonly accounts: Accounts,
    private readonly outbox: EventOutbox,
  ) {}

  /** The event shows the user as he was, and so does the answer. Throws UserNotFound. */
  async run(ctx: ProjectContext, tx: Tx, { userId, reason }: { userId: string; reason?: string | null }): Promise<UserModel> {
    return this.held(ctx, tx, { facts: await this.target.locked(ctx, tx, { userId }), reason });
  }

  /** A user whose row the transaction holds. */
  async held(ctx: ProjectContext, tx: Tx, { facts, reason }: { facts: UserFacts; reason?: string | null }): Promise<UserModel> {
    const user = await this.accounts.delete(ctx, tx, facts.user.id);
    if (!user) throw userNotFound({});
    await this.outbox.append(ctx, tx, [userDeleted({ user, ...(reason ? { reason } : {}) })]);
    return user;
  }
}
