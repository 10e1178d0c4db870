import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type AnySession, isLive } from "@gatehouse/domain-session";
import { isUuid } from "@gatehouse/platform-ids";
import type { Tx } from "@gatehouse/platform-postgres";
import { UserSessionStore } from "@gatehouse/record-sessions";

/** Live sessions and grants by their ids, whosever they are (spec: admin API §4.2). */
@Injectable()
export class FindSessions {
  constructor(private readonly sessions: UserSessionStore) {}

  /** Expired ones are left out like unknown ones; the order is not kept. */
  async run(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<(AnySession & { id: string })[]> {
    const found = await this.sessions.byIds(ctx, tx, ids.filter(isUuid));
    return found.filter((one) => isLive(ctx.project.config, one, ctx.now())).map((one) => ({ ...one, id: one.session.id }));
  }
}
