import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { HOLDERS_SQL } from "@gatehouse/record-roles-groups";
import { SessionCache } from "@gatehouse/record-sessions";

type Kind = "idp" | "offline_grant";

const OF_USERS = `select 'idp' as kind, s.id from idp_session s where s.project_id = $1 and s.user_id = any($2::uuid[])
  union all select 'offline_grant', g.id from offline_grant g where g.project_id = $1 and g.user_id = any($2::uuid[])`;
const OF_HOLDERS = `with holder as (${HOLDERS_SQL})
  select 'idp' as kind, s.id from holder h join idp_session s on s.project_id = $1 and s.user_id = h.user_id where s.last_access_at > $4
  union all select 'offline_grant', g.id from holder h join offline_grant g on g.project_id = $1 and g.user_id = h.user_id where g.last_access_at > $4`;

/** A session is cached for a minute after an access that was noted at most a minute late; the rest is for clocks that differ. */
const RECENTLY_MS = 10 * 60_000;
/** Keys of one command. */
const CHUNK = 1000;

/** Cached sessions hold facts of their user: they are read anew once these have changed. */
@Injectable()
export class CachedSessions {
  constructor(private readonly cache: SessionCache) {}

  /** Forgets what the caches know of a user, after the commit. One statement. */
  async forget(ctx: ProjectContext, tx: Tx, userId: UserId): Promise<void> {
    await this.forgetUsers(ctx, tx, [userId]);
  }

  /** Forgets what the caches know of users, after the commit. One statement. */
  async forgetUsers(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<void> {
    if (userIds.length > 0) this.forgetRows(ctx, tx, await tx.query(OF_USERS, [ctx.project.id, userIds]));
  }

  /**
   * Forgets, after the commit, what the caches know of everybody who has one of the roles or is in one of the groups as the transaction sees it now.
   * There may be very many of them, so only sessions in use are looked for: no others are cached. One statement.
   */
  async forgetHolders(ctx: ProjectContext, tx: Tx, { roleIds = [], groupIds = [] }: { roleIds?: readonly string[]; groupIds?: readonly string[] }): Promise<void> {
    const since = new Date(ctx.now().getTime() - RECENTLY_MS);
    this.forgetRows(ctx, tx, await tx.query(OF_HOLDERS, [ctx.project.id, roleIds, groupIds, since]));
  }

  private forgetRows(ctx: ProjectContext, tx: Tx, rows: readonly { kind?: unknown; id?: unknown }[]): void {
    const of = (kind: Kind) => rows.filter((row) => row.kind === kind).map(({ id }) => id as string);
    tx.afterCommit(async () => {
      for (const kind of ["idp", "offline_grant"] as const) {
        const ids = of(kind);
        for (let start = 0; start < ids.length; start += CHUNK) await this.cache.forget(ctx, kind, ids.slice(start, start + CHUNK));
      }
    });
  }
}
