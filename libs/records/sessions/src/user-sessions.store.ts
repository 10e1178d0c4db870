import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type AnySession, groupId, type IdpSession, type OfflineGrant, type UserSessions } from "@gatehouse/domain-session";
import type { Tx } from "@gatehouse/platform-postgres";
import { SessionCache } from "./session-cache.js";
import { GRANT_COLUMNS, IDP_COLUMNS, toIdpSession, toOfflineGrant } from "./session-rows.js";

/** The latest of each kind that are read. */
const MOST = 500;
/** The grant `s` stays: it is $3, or was obtained through the sign-on $4. */
const KEPT = "(s.id is not distinct from $3::uuid or ($4::uuid is not null and s.idp_session_id is not distinct from $4::uuid))";

/** Everything that one user is signed in with. */
@Injectable()
export class UserSessionStore {
  constructor(private readonly cache: SessionCache) {}

  /** The sessions and grants of a user, expired ones too, latest access first. */
  async ofUser(ctx: ProjectContext, tx: Tx, userId: UserId): Promise<UserSessions> {
    const about = [ctx.project.id, userId, MOST];
    const idp = await tx.query(`select ${IDP_COLUMNS} from idp_session s where s.project_id = $1 and s.user_id = $2 order by s.last_access_at desc limit $3`, about);
    const grants = await tx.query(
      `select ${GRANT_COLUMNS}, array(select distinct t.client_id from refresh_token t where t.project_id = s.project_id and t.grant_id = s.id) as client_ids
       from offline_grant s where s.project_id = $1 and s.user_id = $2 order by s.last_access_at desc limit $3`,
      about,
    );
    return { idp: idp.map(toIdpSession), grants: grants.map((row) => ({ grant: toOfflineGrant(row), clientIds: row.client_ids as string[] })) };
  }

  /**
   * Deletes every session of a user but the group of `keep`. Refresh tokens of `spared` clients go on: a grant that holds some loses the others, and no longer
   * hangs on a sign-on that is deleted (spec: sessions and tokens §8). Returns what was deleted, oldest first.
   */
  async revokeAll(
    ctx: ProjectContext,
    tx: Tx,
    { userId, keep, spared }: { userId: UserId; keep?: AnySession; spared: readonly string[] },
  ): Promise<{ sessions: IdpSession[]; grants: OfflineGrant[] }> {
    const group = keep && groupId(keep);
    const about = [ctx.project.id, userId, keep?.kind === "offline_grant" ? keep.session.id : null, group ?? null];
    const grants = await tx.query(
      `delete from offline_grant s where s.project_id = $1 and s.user_id = $2 and not ${KEPT}
         and not exists (select 1 from refresh_token t where t.project_id = s.project_id and t.grant_id = s.id and t.client_id = any($5)) returning ${GRANT_COLUMNS}`,
      [...about, spared],
    );
    const parted = await tx.query(
      `with lost as (delete from refresh_token t using offline_grant s where s.project_id = $1 and s.user_id = $2 and not ${KEPT}
         and t.project_id = s.project_id and t.grant_id = s.id and not t.client_id = any($5))
       update offline_grant s set idp_session_id = null, sso_enabled = false where s.project_id = $1 and s.user_id = $2 and not ${KEPT} returning s.id`,
      [...about, spared],
    );
    const sessions = await tx.query(`delete from idp_session s where s.project_id = $1 and s.user_id = $2 and s.id is distinct from $3::uuid returning ${IDP_COLUMNS}`, [
      ctx.project.id,
      userId,
      group ?? null,
    ]);
    tx.afterCommit(async () => {
      const ids = (rows: typeof grants): string[] => rows.map(({ id }) => id as string);
      await this.cache.bury(ctx, "idp", ids(sessions));
      await this.cache.bury(ctx, "offline_grant", ids(grants));
      await this.cache.forget(ctx, "offline_grant", ids(parted));
    });
    const oldestFirst = (a: IdpSession, b: IdpSession): number => a.createdAt.getTime() - b.createdAt.getTime();
    return { sessions: sessions.map(toIdpSession).toSorted(oldestFirst), grants: grants.map(toOfflineGrant).toSorted(oldestFirst) };
  }
}
