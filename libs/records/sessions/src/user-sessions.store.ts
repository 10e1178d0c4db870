import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type AccessInfo, type AnySession, type GrantOfClients, groupId, type IdpSession, type OfflineGrant, type UserSessions } from "@gatehouse/domain-session";
import type { Tx } from "@gatehouse/platform-postgres";
import { SessionCache } from "./session-cache.js";
import { REMEMBERED_ACCESSES } from "./recent-accesses.js";
import { deleteGrants, holdSessions } from "./session.store.js";
import { access, GRANT_COLUMNS, IDP_COLUMNS, toIdpSession, toOfflineGrant } from "./session-rows.js";

/** The latest of each kind that are read. */
const MOST = 500;
/** The grant `s` stays: it is $3, or was obtained through the sign-on $4. */
const KEPT = "(s.id is not distinct from $3::uuid or ($4::uuid is not null and s.idp_session_id is not distinct from $4::uuid))";

const CLIENTS_COLUMN = "array(select distinct t.client_id from refresh_token t where t.project_id = s.project_id and t.grant_id = s.id) as client_ids";
/** The latest $3 rows of each of the users $2. */
const latestOf = (table: string, columns: string): string => `select s.* from unnest($2::uuid[]) owner(id) cross join lateral (
    select ${columns}, s.last_access_at from ${table} s where s.project_id = $1 and s.user_id = owner.id order by s.last_access_at desc limit $3) s order by s.last_access_at desc`;

/** Everything that one user is signed in with. */
@Injectable()
export class UserSessionStore {
  constructor(private readonly cache: SessionCache) {}

  /** The sessions and grants of a user, expired ones too, latest access first. */
  async ofUser(ctx: ProjectContext, tx: Tx, userId: UserId): Promise<UserSessions> {
    return (await this.ofUsers(ctx, tx, [userId])).get(userId) ?? { idp: [], grants: [] };
  }

  /** The same of several users, by their ids; users without any are left out. Two statements. */
  async ofUsers(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<Map<string, { idp: IdpSession[]; grants: GrantOfClients[] }>> {
    const about = [ctx.project.id, userIds, MOST];
    const idp = await tx.query(latestOf("idp_session", IDP_COLUMNS), about);
    const grants = await tx.query(latestOf("offline_grant", `${GRANT_COLUMNS}, ${CLIENTS_COLUMN}`), about);
    const found = new Map<string, { idp: IdpSession[]; grants: GrantOfClients[] }>();
    const of = (id: unknown) => found.get(id as string) ?? found.set(id as string, { idp: [], grants: [] }).get(id as string);
    for (const row of idp) of(row.user_id)?.idp.push(toIdpSession(row));
    for (const row of grants) of(row.user_id)?.grants.push({ grant: toOfflineGrant(row), clientIds: row.client_ids as string[] });
    return found;
  }

  /** Sessions and grants of the given ids, expired ones too; unknown ids are left out. Two statements. */
  async byIds(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<AnySession[]> {
    if (ids.length === 0) return [];
    const rows = async (table: string, columns: string) => tx.query(`select ${columns} from ${table} s where s.project_id = $1 and s.id = any($2::uuid[])`, [ctx.project.id, ids]);
    const idp = await rows("idp_session", IDP_COLUMNS);
    const grants = await rows("offline_grant", GRANT_COLUMNS);
    return [
      ...idp.map((row) => ({ kind: "idp" as const, session: toIdpSession(row) })),
      ...grants.map((row) => ({ kind: "offline_grant" as const, session: toOfflineGrant(row) })),
    ];
  }

  /** The latest uses of sessions and grants, newest first, ten at most of each, by their ids. One statement. */
  async recentAccesses(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<Map<string, AccessInfo[]>> {
    if (ids.length === 0) return new Map();
    const of = (table: string): string =>
      `select s.id, jsonb_build_array(s.initial_access) || s.recent_accesses as accesses from ${table} s where s.project_id = $1 and s.id = any($2::uuid[])`;
    const rows = await tx.query(`${of("idp_session")} union all ${of("offline_grant")}`, [ctx.project.id, ids]);
    return new Map(rows.map(({ id, accesses }) => [id as string, (accesses as unknown[]).slice(-REMEMBERED_ACCESSES).map(access).toReversed()]));
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
    const ids = (rows: { id?: unknown }[]): string[] => rows.map(({ id }) => id as string);
    // Whoever is writing a grant of these sign-ons is waited for.
    const held = ids(await tx.query(holdSessions("s.user_id = $2 and s.id is distinct from $3::uuid"), [ctx.project.id, userId, group ?? null]));
    const foreign = "exists (select 1 from refresh_token t where t.project_id = s.project_id and t.grant_id = s.id and t.client_id = any($5))";
    const grants = await tx.query(deleteGrants(`s.user_id = $2 and not ${KEPT} and not ${foreign}`), [...about, spared]);
    const parted = await tx.query(
      `with rest as materialized (select s.id from offline_grant s where s.project_id = $1 and s.user_id = $2 and not ${KEPT} order by s.id for update),
         lost as (delete from refresh_token t using rest where t.project_id = $1 and t.grant_id = rest.id and not t.client_id = any($5))
       update offline_grant s set idp_session_id = null, sso_enabled = false from rest where s.project_id = $1 and s.id = rest.id returning s.id`,
      [...about, spared],
    );
    const sessions = await tx.query(`delete from idp_session s where s.project_id = $1 and s.id = any($2::uuid[]) returning ${IDP_COLUMNS}`, [ctx.project.id, held]);
    tx.afterCommit(async () => {
      await this.cache.bury(ctx, "idp", ids(sessions));
      await this.cache.bury(ctx, "offline_grant", ids(grants));
      await this.cache.renew(ctx, "offline_grant", ids(parted));
    });
    const oldestFirst = (a: IdpSession, b: IdpSession): number => a.createdAt.getTime() - b.createdAt.getTime();
    return { sessions: sessions.map(toIdpSession).toSorted(oldestFirst), grants: grants.map(toOfflineGrant).toSorted(oldestFirst) };
  }
}
