import type { ProjectContext } from "@gatehouse/domain-project";
import type { User } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { UserCounts } from "./user-counts.js";
import { toUser, USER_COLUMNS } from "./user-row.js";

/** A page of all users of a project, in order. */
export interface UserListPage {
  offset: number;
  limit: number;
  /** `last_login_at` is the login before the latest (spec: admin API §7, quirk). Creation unless told otherwise. */
  sortBy?: "created_at" | "last_login_at";
  sortDirection?: "asc" | "desc";
}

/** Index rows that are skipped without asking for a nearer place to begin. */
const NEAR = 1000;

/** Each order and its mirror image are one index, read forwards or backwards. */
const ORDERS = {
  created_at: { desc: "created_at desc, id", asc: "created_at, id desc" },
  last_login_at: { desc: "last_login_at desc nulls last, id", asc: "last_login_at nulls first, id desc" },
} as const;

/** A stretch of the list: so many rows after skipping so many, from its beginning or from the beginning or end of a day. */
interface Stretch {
  skip: number;
  take: number;
  backwards?: boolean;
  /** The rows of this day and those behind it in reading order. */
  day?: string;
}

/** The list of users (spec: admin API §4.3, §7). A page costs what it skips in the index, so it is read from the nearest place whose number is known. */
@Injectable()
export class UserListRead {
  constructor(private readonly counts: UserCounts) {}

  /** One statement for an early page, two or three for a late one. */
  async page(ctx: ProjectContext, tx: Tx, page: UserListPage): Promise<User[]> {
    const users: User[] = [];
    if (page.limit <= 0) return users;
    const stretches = page.offset <= NEAR ? [{ skip: page.offset, take: page.limit }] : await this.stretches(ctx, tx, page);
    for (const stretch of stretches) users.push(...(await this.read(ctx, tx, { page, stretch })));
    return users;
  }

  private async stretches(ctx: ProjectContext, tx: Tx, page: UserListPage): Promise<Stretch[]> {
    if (page.sortBy === "last_login_at") return nearest(page, { before: 0, users: await this.counts.total(ctx, tx) });
    const ascending = page.sortDirection === "asc";
    const day = await this.counts.dayOf(ctx, tx, { offset: page.offset, ascending });
    if (!day) return [];
    const rest = page.offset + page.limit - day.before - day.users;
    const inDay = nearest(page, day).map((stretch) => ({ ...stretch, day: day.day }));
    return rest > 0 && inDay[0]?.backwards ? [...inDay, { skip: 0, take: rest, day: dayBehind(day.day, ascending) }] : inDay;
  }

  private async read(ctx: ProjectContext, tx: Tx, { page, stretch }: { page: UserListPage; stretch: Stretch }): Promise<User[]> {
    const order = ORDERS[page.sortBy ?? "created_at"];
    const direction = page.sortDirection ?? "desc";
    const read = stretch.backwards ? (direction === "asc" ? "desc" : "asc") : direction;
    const start = read === "asc" ? "created_at >= $4::date::timestamp at time zone 'UTC'" : "created_at < ($4::date + 1)::timestamp at time zone 'UTC'";
    const ids = `select id from auth_user where project_id = $1 ${stretch.day ? `and ${start}` : ""} order by ${order[read]} limit $2 offset $3`;
    const sql = `select ${USER_COLUMNS} from (${ids}) p join auth_user u on u.project_id = $1 and u.id = p.id order by ${order[direction].replaceAll(/\b(?=created_at|last_login_at|id\b)/g, "u.")}`;
    return (await tx.query(sql, [ctx.project.id, stretch.take, stretch.skip, ...(stretch.day ? [stretch.day] : [])])).map(toUser);
  }
}

/** From the beginning or the end of a run of users whose place is known, whichever is nearer. */
function nearest({ offset, limit }: UserListPage, { before, users }: { before: number; users: number }): Stretch[] {
  const ahead = offset - before;
  const behind = before + users - offset - limit;
  if (ahead >= users) return [];
  if (ahead <= behind || ahead <= NEAR) return [{ skip: ahead, take: limit }];
  return [{ skip: Math.max(0, behind), take: limit + Math.min(0, behind), backwards: true }];
}

function dayBehind(day: string, ascending: boolean): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + (ascending ? 86_400_000 : -86_400_000)).toISOString().slice(0, 10);
}
