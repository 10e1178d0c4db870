import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";

/** One day of a project's users. */
export interface UserDay {
  /** `2026-01-31`, in UTC. */
  day: string;
  /** Users created on it. */
  users: number;
  /** Users of the list before it. */
  before: number;
}

/** The table `auth_user_count`: triggers of `auth_user` write differences, here they are read and added up. */
@Injectable()
export class UserCounts {
  /** How many users the project has. */
  async total(ctx: ProjectContext, tx: Tx): Promise<number> {
    const row = await tx.queryOne<{ users: string }>("select coalesce(sum(users), 0) as users from auth_user_count where project_id = $1", [ctx.project.id]);
    return Number(row?.users ?? 0);
  }

  /** The day of the user at a place of the list by creation, newest first unless `ascending`; undefined behind the last. */
  async dayOf(ctx: ProjectContext, tx: Tx, { offset, ascending }: { offset: number; ascending: boolean }): Promise<UserDay | undefined> {
    const direction = ascending ? "asc" : "desc";
    const sql = `with days as (select day, sum(users) as users from auth_user_count where project_id = $1 group by day having sum(users) <> 0),
      placed as (select day, users, sum(users) over (order by day ${direction}) - users as before from days)
      select day::text, users, before from placed where before <= $2 and before + users > $2 order by before desc limit 1`;
    const row = await tx.queryOne<{ day: string; users: string; before: string }>(sql, [ctx.project.id, offset]);
    return row && { day: row.day, users: Number(row.users), before: Number(row.before) };
  }

  /** Adds up what the triggers appended, of all projects; the sums stay the same at every moment. Returns how many rows went. */
  async merge(tx: Tx): Promise<number> {
    const sql = `with many as (select distinct project_id, day from auth_user_count where not merged limit 5000),
      gone as (delete from auth_user_count c using many where c.project_id = many.project_id and c.day = many.day returning c.project_id, c.day, c.users),
      added as (insert into auth_user_count (project_id, day, users, merged) select project_id, day, sum(users), true from gone group by 1, 2 having sum(users) <> 0)
      select count(*) as rows from gone`;
    const row = await tx.queryOne<{ rows: string }>(sql);
    return Number(row?.rows ?? 0);
  }
}
