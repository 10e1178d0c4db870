import { Injectable } from "@nestjs/common";
import { forbidden } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { accountVariant } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { graceEnd, IdentityChanges, ScheduledEnds } from "@gatehouse/record-accounts";

/** A user closes his account: it cannot be used from now on, and is deleted after the project's grace period (spec: auth UI §7, user model §2). */
@Injectable()
export class ScheduleOwnDeletion {
  constructor(
    private readonly db: Database,
    private readonly changes: IdentityChanges,
    private readonly ends: ScheduledEnds,
  ) {}

  /**
   * Ends every session of the user. Throws `Forbidden` where the project does not let users do this, `HookDisallowed`, `RoleUnknownKeys` and `GroupUnknownKeys`,
   * and `InvalidAccountStatusTransition` for an account that is closed already by somebody else.
   */
  async run(ctx: ProjectContext, userId: UserId): Promise<void> {
    if (!ctx.project.config.account_deletion.scheduled_by_end_user_enabled) throw forbidden("account deletion by end user is disabled");
    const operation = { kind: "schedule_deletion_by_end_user", deleteAt: graceEnd(ctx, "account_deletion") } as const;
    const answer = await this.ends.ask(ctx, { userId, operation });
    await this.db.transaction(async (tx) => {
      const facts = await this.changes.locked(ctx, tx, userId);
      if (accountVariant(facts.user.status, ctx.now()) === "scheduled_deletion_deactivated") return; // pressed twice
      await this.ends.schedule(ctx, tx, { facts, operation, answer });
    });
  }
}
