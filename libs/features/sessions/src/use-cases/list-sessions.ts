import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type AnySession, type ListedSession, listSessions } from "@gatehouse/domain-session";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { UserSessionStore } from "@gatehouse/record-sessions";

/** Where users are signed in (spec: sessions and tokens §13). */
@Injectable()
export class ListSessions {
  constructor(
    private readonly db: Database,
    private readonly sessions: UserSessionStore,
  ) {}

  /** Of one user, latest access first. `current`: the session of the request. */
  async run(ctx: ProjectContext, { userId, current }: { userId: UserId; current?: AnySession }): Promise<ListedSession[]> {
    const found = await this.db.read((tx) => this.sessions.ofUser(ctx, tx, userId));
    return listSessions(ctx.project.config, found, { now: ctx.now(), current });
  }

  /** Of several users, the latest access of each first. */
  async ofUsers(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<ListedSession[]> {
    const found = await this.sessions.ofUsers(ctx, tx, userIds);
    return [...found.values()].flatMap((sessions) => listSessions(ctx.project.config, sessions, { now: ctx.now() }));
  }
}
