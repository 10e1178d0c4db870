import { Injectable } from "@nestjs/common";
import type { ProjectConfig } from "@gatehouse/domain-config";
import type { Tx } from "@gatehouse/platform-postgres";
import { closedByTime } from "./closed-accounts.js";
import { idpIsAlive, lastsByClient, lifetimes } from "./lifetimes.js";

/** Rows to delete: those that were over at a time, at most so many. */
interface Batch {
  before: Date;
  limit: number;
}

const AT = { now: "$2", lifetimes: "$4" };
/** The client of a grant may be gone: it may come back, and until then its grants end by the usual lifetimes. */
const GRANT_LASTS = lastsByClient("s", "initial_client_id", AT);

/** Rows that mean nothing any more. Several workers may delete at once. */
@Injectable()
export class ExpiredTokens {
  /** Deletes access tokens that expired before a time, of all projects; returns how many. */
  async deleteAccessGrants(tx: Tx, { before, limit }: Batch): Promise<number> {
    const sql = "delete from access_grant where ctid in (select ctid from access_grant where expire_at < $1 order by expire_at limit $2 for update skip locked) returning 1";
    return (await tx.query(sql, [before, limit])).length;
  }

  /** Deletes app sessions that expired before a time, of all projects; returns how many. */
  async deleteAppSessions(tx: Tx, { before, limit }: Batch): Promise<number> {
    const sql = "delete from app_session where ctid in (select ctid from app_session where expire_at < $1 limit $2 for update skip locked) returning 1";
    return (await tx.query(sql, [before, limit])).length;
  }

  /** Deletes sessions and grants of users whose account has closed by itself at a time: a period without access has begun, or one of access is over. Returns how many. */
  async deleteOfClosedAccounts(tx: Tx, { before: now, limit }: Batch): Promise<number> {
    const sql = (table: string) => `delete from ${table} where ctid in (
      select s.ctid from auth_user u join ${table} s on s.project_id = u.project_id and s.user_id = u.id
      where (u.temporarily_disabled_from is not null or u.account_valid_from is not null or u.account_valid_until is not null) and ${closedByTime("$1")}
      limit $2 for update of s skip locked) returning 1`;
    const grants = await tx.query(sql("offline_grant"), [now, limit]);
    const sessions = await tx.query(sql("idp_session"), [now, limit]);
    return grants.length + sessions.length;
  }

  /** The projects that have sessions or grants nobody has used since a time. */
  async projectsUnusedSince(tx: Tx, before: Date): Promise<string[]> {
    const sql = `select distinct project_id from idp_session where last_access_at < $1
      union select distinct project_id from offline_grant where last_access_at < $1`;
    return (await tx.query(sql, [before])).map(({ project_id }) => project_id as string);
  }

  /** Deletes the IdP sessions of a project that were over at a time, by its lifetimes of today; returns how many. */
  async deleteIdpSessions(tx: Tx, project: { id: string; config: ProjectConfig }, { before, limit }: Batch): Promise<number> {
    const sql = `delete from idp_session where ctid in (
      select s.ctid from idp_session s where s.project_id = $1 and not (${idpIsAlive("s", AT)}) limit $3 for update skip locked) returning 1`;
    return (await tx.query(sql, [project.id, before, limit, lifetimes(project.config)])).length;
  }

  /** Deletes the grants of a project, with their refresh tokens, that were over at a time; returns how many. */
  async deleteGrants(tx: Tx, project: { id: string; config: ProjectConfig }, { before, limit }: Batch): Promise<number> {
    const sql = `delete from offline_grant where ctid in (
      select s.ctid from offline_grant s where s.project_id = $1 and not (${GRANT_LASTS}) limit $3 for update skip locked) returning 1`;
    return (await tx.query(sql, [project.id, before, limit, lifetimes(project.config)])).length;
  }
}
