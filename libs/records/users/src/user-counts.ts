import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";

/** Users next to each other in a list: those created on a day, or whose login before the latest was in a week. */
export interface UserStretch {
  /** First day of it, `2026-01-31`, in UTC; null for those who never logged in twice. */
  from: string | null;
  /** The first day behind it. */
  to: string | null;
  users: number;
  /** Users of the list before it. */
  before: number;
}

/** A place of the list; newest first unless `ascending`, those without a time last. */
export interface ListPlace {
  sortBy: "created_at" | "last_login_at";
  offset: number;
  ascending: boolean;
}

const PERIODS = {
  created_at: {
    days: 1,
    sql: "select day as starts, sum(users) as users from auth_user_count where project_id = $1 group by day having sum(users) <> 0",
  },
  last_login_at: {
    days: 7,
    sql: `select starts, users from (
        select week as starts, sum(users) as users from auth_user_login_count where project_id = $1 group by week
        union all select null, (select coalesce(sum(users), 0) from auth_user_count where project_id = $1) - (select coalesce(sum(users), 0) from auth_user_login_count where project_id = $1)) w
      where users <> 0`,
  },
} as const;

/** The tables `auth_user_count` and `auth_user_login_count`: triggers of `auth_user` write differences, here they are read and added up. */
@Injectable()
export class UserCounts {
  /** How many users the project has. */
  async total(ctx: ProjectContext, tx: Tx): Promise<number> {
    const row = await tx.queryOne<{ users: string }>("select coalesce(sum(users), 0) as users from auth_user_count where project_id = $1", [ctx.project.id]);
    return Number(row?.users ?? 0);
  }

  /** The day, or week, of the user at a place of the list and the one behind it; fewer near the end, none behind the last user. */
  async around(ctx: ProjectContext, tx: Tx, { sortBy, offset, ascending }: ListPlace): Promise<UserStretch[]> {
    const { sql: periods, days } = PERIODS[sortBy];
    // Those who never logged in twice are last, either way.
    const direction = `${ascending ? "asc" : "desc"} nulls last`;
    const sql = `with periods as (${periods}), placed as (select starts, users, sum(users) over (order by starts ${direction}) - users as before from periods)
      select starts::text as "from", (starts + ${days})::text as "to", users, before from placed where before + users > $2 order by before limit 2`;
    const rows = await tx.query<{ from: string | null; to: string | null; users: string; before: string }>(sql, [ctx.project.id, offset]);
    return rows.map((row) => ({ ...row, users: Number(row.users), before: Number(row.before) }));
  }

  /** Adds up what the triggers appended, of all projects; the sums stay the same at every moment. Returns how many rows went. */
  async merge(tx: Tx): Promise<number> {
    return (await mergeTable(tx, "auth_user_count", "day")) + (await mergeTable(tx, "auth_user_login_count", "week"));
  }
}

async function mergeTable(tx: Tx, table: string, period: string): Promise<number> {
  const sql = `with many as (select distinct project_id, ${period} from ${table} where not merged limit 5000),
    gone as (delete from ${table} c using many where c.project_id = many.project_id and c.${period} = many.${period} returning c.project_id, c.${period}, c.users),
    added as (insert into ${table} (project_id, ${period}, users, merged) select project_id, ${period}, sum(users), true from gone group by 1, 2 having sum(users) <> 0)
    select count(*) as rows from gone`;
  const row = await tx.queryOne<{ rows: string }>(sql);
  return Number(row?.rows ?? 0);
}
