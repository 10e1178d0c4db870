import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { statusCache, toUser } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { USER_COLUMNS } from "./user-row.js";

/** A user whose scheduled end has come, of any project. */
export interface DueUser {
  projectId: string;
  id: UserId;
  /** As the database writes it, to the microsecond. */
  at: string;
}

/** Which users are looked for: those after the last one that was seen, earliest first. */
export interface DueQuestion {
  now: Date;
  limit: number;
  after?: DueUser;
}

/** What is scheduled for a user. */
export type ScheduledEnd = "deletion" | "anonymization";

const DUE: Readonly<Record<ScheduledEnd, { column: string; condition: string }>> = {
  deletion: { column: "u.delete_at", condition: "u.delete_at is not null and u.delete_at < $1" },
  anonymization: { column: "u.anonymize_at", condition: "u.anonymize_at is not null and not u.is_anonymized and u.anonymize_at < $1" },
};

/** What the clock does to accounts, of all projects; several workers may look at once. */
@Injectable()
export class AccountSchedule {
  /** The users of all projects whose scheduled end has come. One statement, by an index. */
  async due(tx: Tx, what: ScheduledEnd, { now, limit, after }: DueQuestion): Promise<DueUser[]> {
    const { column, condition } = DUE[what];
    const sql = `select u.project_id as "projectId", u.id, ${column}::text as at from auth_user u where ${condition}
      and ($3::timestamptz is null or (${column}, u.project_id, u.id) > ($3::timestamptz, $4::text, $5::uuid)) order by ${column}, u.project_id, u.id limit $2`;
    return tx.query<DueUser>(sql, [now, limit, after?.at ?? null, after?.projectId ?? null, after?.id ?? null]);
  }

  /** Holds a user's row, whose end must still be due, until the transaction ends. False when somebody else is at work on him, or was. */
  async holdDue(ctx: ProjectContext, tx: Tx, { id, what, now }: { id: UserId; what: ScheduledEnd; now: Date }): Promise<boolean> {
    const sql = `select 1 from auth_user u where ${DUE[what].condition} and u.project_id = $2 and u.id = $3 for no key update skip locked`;
    return (await tx.queryOne(sql, [now, ctx.project.id, id])) !== undefined;
  }

  /** Brings copies up to date that have flipped by a time, of all projects, and clears windows that are over; returns how many. Several workers may do so at once, each in a transaction. */
  async refresh(tx: Tx, { now, limit }: { now: Date; limit: number }): Promise<number> {
    const found = `select u.project_id, ${USER_COLUMNS} from auth_user u where u.account_status_stale_from is not null and u.account_status_stale_from < $1
      order by u.account_status_stale_from limit $2 for no key update skip locked`;
    const rows = await tx.query(found, [now, limit]);
    const fresh = rows.map((row) => {
      const { id, status } = toUser(row);
      const { isDisabled, staleFrom } = statusCache(status, now);
      return { project_id: row.project_id, id, is_disabled: isDisabled, stale_from: staleFrom };
    });
    if (fresh.length === 0) return 0;
    const over = "u.temporarily_disabled_until <= $2::timestamptz";
    await tx.query(
      `update auth_user u set is_disabled = f.is_disabled, account_status_stale_from = f.stale_from, require_reindex_after = clock_timestamp(),
         disable_reason = case when ${over} and not u.is_indefinitely_disabled then null else u.disable_reason end,
         temporarily_disabled_from = case when ${over} then null else u.temporarily_disabled_from end,
         temporarily_disabled_until = case when ${over} then null else u.temporarily_disabled_until end
       from jsonb_to_recordset($1::jsonb) f (project_id text, id uuid, is_disabled boolean, stale_from timestamptz) where u.project_id = f.project_id and u.id = f.id`,
      [JSON.stringify(fresh), now],
    );
    return fresh.length;
  }
}
