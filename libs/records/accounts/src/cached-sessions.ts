import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { SessionCache } from "@gatehouse/record-sessions";

const SQL = `select 'idp' as kind, s.id from idp_session s where s.project_id = $1 and s.user_id = $2
  union all select 'offline_grant', g.id from offline_grant g where g.project_id = $1 and g.user_id = $2`;

/** Cached sessions hold facts of their user: they are read anew once these have changed. */
@Injectable()
export class CachedSessions {
  constructor(private readonly cache: SessionCache) {}

  /** Forgets what the caches know of a user, after the commit. One statement. */
  async forget(ctx: ProjectContext, tx: Tx, userId: UserId): Promise<void> {
    const rows = await tx.query<{ kind: "idp" | "offline_grant"; id: string }>(SQL, [ctx.project.id, userId]);
    const of = (kind: "idp" | "offline_grant") => rows.filter((row) => row.kind === kind).map(({ id }) => id);
    tx.afterCommit(async () => {
      await this.cache.forget(ctx, "idp", of("idp"));
      await this.cache.forget(ctx, "offline_grant", of("offline_grant"));
    });
  }
}
