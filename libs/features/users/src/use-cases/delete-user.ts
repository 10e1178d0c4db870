import { Injectable } from "@nestjs/common";
import { userNotFound } from "@gatehouse/domain-errors";
import { userDeleted } from "@gatehouse/domain-events";
import { asUserId, type ProjectContext } from "@gatehouse/domain-project";
import type { UserModel } from "@gatehouse/domain-user";
import { isUuid } from "@gatehouse/platform-ids";
import type { Tx } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";

/** Deletes a user at once and for ever (spec: user model §2.6). */
@Injectable()
export class DeleteUser {
  constructor(
    private readonly accounts: Accounts,
    private readonly outbox: EventOutbox,
  ) {}

  /** The event shows the user as it was, and so does the answer. Throws UserNotFound. */
  async run(ctx: ProjectContext, tx: Tx, input: { userId: string; reason?: string | null }): Promise<UserModel> {
    const user = isUuid(input.userId) ? await this.accounts.delete(ctx, tx, asUserId(input.userId)) : undefined;
    if (!user) throw userNotFound({});
    const payload = { user, ...(input.reason ? { reason: input.reason } : {}) };
    await this.outbox.append(ctx, tx, [userDeleted(payload)]);
    return user;
  }
}
