import { Injectable } from "@nestjs/common";
import { forbidden } from "@gatehouse/domain-errors";
import { userDeletionScheduled, userPreScheduleDeletion } from "@gatehouse/domain-events";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { userModel } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { SessionStore } from "@gatehouse/record-sessions";
import { UserStore } from "@gatehouse/record-users";
import { BlockingHooks } from "@gatehouse/service-blocking-hooks";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { AccountReader } from "../guards/account-reader.js";

const DAY_MS = 86_400_000;

/** A user closes his account: it cannot be used from now on, and is deleted after the project's grace period (spec: auth UI §7, user model §2). */
@Injectable()
export class ScheduleOwnDeletion {
  constructor(
    private readonly db: Database,
    private readonly reader: AccountReader,
    private readonly users: UserStore,
    private readonly accounts: Accounts,
    private readonly sessions: SessionStore,
    private readonly hooks: BlockingHooks,
    private readonly outbox: EventOutbox,
  ) {}

  /** Ends every session of the user. Throws `Forbidden` where the project does not let users do this, and `HookDisallowed`. */
  async run(ctx: ProjectContext, userId: UserId): Promise<void> {
    const { scheduled_by_end_user_enabled, grace_period_days } = ctx.project.config.account_deletion;
    if (!scheduled_by_end_user_enabled) throw forbidden("account deletion by end user is disabled");
    const at = ctx.now();
    const deleteAt = new Date(at.getTime() + grace_period_days * DAY_MS);
    await this.ask(ctx, userId, deleteAt);
    await this.db.transaction(async (tx) => {
      if (!(await this.users.deactivate(ctx, tx, { id: userId, deleteAt, at }))) return;
      await this.sessions.revokeAllOfUser(ctx, tx, userId);
      const [user] = await this.accounts.model(ctx, tx, [userId]);
      if (user) await this.outbox.append(ctx, tx, [userDeletionScheduled({ user })]);
    });
  }

  /** The project's own code may refuse; it sees the account as it will be. */
  private async ask(ctx: ProjectContext, userId: UserId, deleteAt: Date): Promise<void> {
    if (!this.hooks.hasHandlers(ctx, userPreScheduleDeletion.entry.type)) return;
    const facts = await this.reader.facts(ctx, userId);
    const status = { ...facts.user.status, isIndefinitelyDisabled: true, isDeactivated: true, deleteAt };
    const user = userModel(ctx.project.config, { ...facts, user: { ...facts.user, status } }, ctx.now());
    await this.hooks.run(ctx, userPreScheduleDeletion({ user }));
  }
}
