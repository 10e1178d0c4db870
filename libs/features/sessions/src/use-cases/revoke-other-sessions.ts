import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type AnySession, thirdPartyClients } from "@gatehouse/domain-session";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { UserSessionStore } from "@gatehouse/record-sessions";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { reportTermination } from "../rules/report-termination.js";

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
  async run(ctx: ProjectContext, input: { userId: UserId; current?: AnySession }): Promise<void> {
    await this.db.transaction((tx) => this.within(ctx, tx, input));
  }

  /** The same as part of a transaction. */
  async within(ctx: ProjectContext, tx: Tx, { userId, current }: { userId: UserId; current?: AnySession }): Promise<void> {
    const gone = await this.sessions.revokeAll(ctx, tx, { userId, spared: thirdPartyClients(ctx.project.config), ...(current ? { keep: current } : {}) });
    const { accounts, outbox } = this;
    await reportTermination(ctx, tx, { accounts, outbox, userId, gone, type: current ? "all_except_current" : "all" });
  }
}
