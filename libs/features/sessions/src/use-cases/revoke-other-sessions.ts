import { Injectable } from "@nestjs/common";
import { userSessionTerminated } from "@gatehouse/domain-events";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type AnySession, sessionModel, thirdPartyClients } from "@gatehouse/domain-session";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { UserSessionStore } from "@gatehouse/record-sessions";
import { EventOutbox } from "@gatehouse/service-event-outbox";

/** Signs a user out everywhere, or everywhere else. Third-party apps stay: they go with their authorization (spec: sessions and tokens §8; GH-5). */
@Injectable()
export class RevokeOtherSessions {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly sessions: UserSessionStore,
    private readonly outbox: EventOutbox,
  ) {}

  /** Without `current` nothing of the user's own is left. One event tells what was ended; none when nothing was. */
  async run(ctx: ProjectContext, { userId, current }: { userId: UserId; current?: AnySession }): Promise<void> {
    await this.db.transaction(async (tx) => {
      const gone = await this.sessions.revokeAll(ctx, tx, { userId, spared: thirdPartyClients(ctx.project.config), ...(current ? { keep: current } : {}) });
      const models = [...gone.grants.map((one) => sessionModel("offline_grant", one)), ...gone.sessions.map((one) => sessionModel("idp", one))];
      if (models.length === 0) return;
      const [user] = await this.accounts.model(ctx, tx, [userId]);
      if (user) await this.outbox.append(ctx, tx, [userSessionTerminated({ user, sessions: models, termination_type: current ? "all_except_current" : "all" })]);
    });
  }
}
