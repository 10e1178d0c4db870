import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type AccessInfo, type AnySession, type ListedSession, listSessions } from "@gatehouse/domain-session";
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

  /** When and from where each of some sessions was used lately, newest first, by their ids. */
  async recentAccesses(ctx: ProjectContext, sessions: readonly AnySession[]): Promise<Map<string, AccessInfo[]>> {
    const ids = sessions.map(({ session }) => session.id);
    return this.db.read((tx) => this.sessions.recentAccesses(ctx, tx, ids));
  }

  /** Of several users, the latest access of each first. */
  async ofUsers(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<ListedSession[]> {
    const found = await this.sessions.ofUsers(ctx, tx, userIds);
    return [...found.values()].flatMap((sessions) => listSessions(ctx.project.config, sessions, { now: ctx.now() }));
  }
}
