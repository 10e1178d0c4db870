import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type AnySession, type ListedSession, listSessions } from "@gatehouse/domain-session";
import { Database } from "@gatehouse/platform-postgres";
import { UserSessionStore } from "@gatehouse/record-sessions";

/** Where a user is signed in (spec: sessions and tokens §13). */
@Injectable()
export class ListSessions {
  constructor(
    private readonly db: Database,
    private readonly sessions: UserSessionStore,
  ) {}

  /** Latest access first. `current`: the session of the request. */
  async run(ctx: ProjectContext, { userId, current }: { userId: UserId; current?: AnySession }): Promise<ListedSession[]> {
    const found = await this.db.read((tx) => this.sessions.ofUser(ctx, tx, userId));
    return listSessions(ctx.project.config, found, { now: ctx.now(), current });
  }
}
