import type { ProjectContext } from "@gatehouse/domain-project";
import { toUser, type User } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { UserCounts, type UserStretch } from "./user-counts.js";
import { USER_COLUMNS } from "./user-row.js";

/** A page of all users of a project, in order. */
export interface UserListPage {
  offset: number;
  limit: number;
  /** `last_login_at` is the login before the latest (spec: admin API §7, quirk); those without one come last in either direction. Creation unless told otherwise. */
  sortBy?: "created_at" | "last_login_at";
  sortDirection?: "asc" | "desc";
}

/** Index rows that are skipped without asking for a nearer place to begin. */
const NEAR = 1000;

/** How the indexes are read, forwards and backwards. Backwards, those who never logged in twice would come first: they are read apart from the others. */
const ORDERS = {
  created_at: { desc: "created_at desc, id", asc: "created_at, id desc" },
  last_login_at: { desc: "last_login_at desc nulls last, id", asc: "last_login_at nulls first, id desc" },
} as const;

/** So many rows after skipping so many, from the beginning of the list, or from the beginning or the end of a day or week. */
interface Reading {
  skip: number;
  take: number;
  backwards?: boolean;
  /** Its rows and those behind it in reading order; of those who never logged in twice, these alone. */
  period?: Pick<UserStretch, "from" | "to">;
}

const NEVER: Pick<UserStretch, "from" | "to"> = { from: null, to: null };
/** All who did. */
const EVER: Pick<UserStretch, "from" | "to"> = { from: "-infinity", to: null };

/** The list of users (spec: admin API §4.3, §7). A page costs what it skips in the index, so it is read from the nearest place whose number is known. */
@Injectable()
export class UserListRead {
  constructor(private readonly counts: UserCounts) {}

  /** One statement for an early page, two to four for a late one; one or two more where the login before the latest ascends and those without one begin. */
  async page(ctx: ProjectContext, tx: Tx, page: UserListPage): Promise<User[]> {
    if (page.limit <= 0) return [];
    if (page.offset > NEAR) return this.readAll(ctx, tx, { page, readings: await this.readings(ctx, tx, page) });
    const apart = page.sortBy === "last_login_at" && page.sortDirection === "asc";
    const found = await this.readAll(ctx, tx, { page, readings: [{ skip: page.offset, take: page.limit, ...(apart ? { period: EVER } : {}) }] });
    // Fewer than that ever did: where the others begin is counted.
    if (apart && found.length === 0 && page.offset > 0) return this.readAll(ctx, tx, { page, readings: await this.readings(ctx, tx, page) });
    return found;
  }

  private async readAll(ctx: ProjectContext, tx: Tx, { page, readings }: { page: UserListPage; readings: readonly Reading[] }): Promise<User[]> {
    const users: User[] = [];
    for (const reading of readings) users.push(...(await this.read(ctx, tx, { page, reading })));
    // Behind the weeks come those who never logged in twice.
    const short = page.limit - users.length;
    const isAtTheirBegin = users.length > 0 || page.offset === 0;
    if (page.sortBy === "last_login_at" && readings.at(-1)?.period?.from && isAtTheirBegin && short > 0)
      users.push(...(await this.read(ctx, tx, { page, reading: { skip: 0, take: short, period: NEVER } })));
    return users;
  }

  private async readings(ctx: ProjectContext, tx: Tx, page: UserListPage): Promise<Reading[]> {
    const place = { sortBy: page.sortBy ?? "created_at", offset: page.offset, ascending: page.sortDirection === "asc" };
    const [period, next] = await this.counts.around(ctx, tx, place);
    if (!period) return [];
    const rest = page.offset + page.limit - period.before - period.users;
    const reading: Reading = { ...nearest(page, period), period };
    const stops = reading.backwards || period.from === null;
    return next && rest > 0 && stops ? [reading, { skip: 0, take: rest, period: next }] : [reading];
  }

  private async read(ctx: ProjectContext, tx: Tx, { page, reading: { skip, take, backwards, period } }: { page: UserListPage; reading: Reading }): Promise<User[]> {
    const column = page.sortBy ?? "created_at";
    const direction = page.sortDirection ?? "desc";
    const read = backwards ? (direction === "asc" ? "desc" : "asc") : direction;
    const bound = read === "asc" ? period?.from : period?.to;
    const starts = !period ? "" : bound ? `and ${column} ${read === "asc" ? ">=" : "<"} $4::date::timestamp at time zone 'UTC'` : `and ${column} is null`;
    const ids = `select id from auth_user where project_id = $1 ${starts} order by ${ORDERS[column][read]} limit $2 offset $3`;
    const order = ORDERS[column][direction].replaceAll(/\b(?=created_at|last_login_at|id\b)/g, "u.");
    const sql = `select ${USER_COLUMNS} from (${ids}) p join auth_user u on u.project_id = $1 and u.id = p.id order by ${order}`;
    return (await tx.query(sql, [ctx.project.id, take, skip, ...(bound ? [bound] : [])])).map(toUser);
  }
}

/** From the beginning or the end of a run of users whose place is known, whichever is nearer. */
function nearest({ offset, limit }: UserListPage, { before, users }: { before: number; users: number }): Omit<Reading, "period"> {
  const ahead = offset - before;
  const behind = before + users - offset - limit;
  if (ahead <= behind || ahead <= NEAR) return { skip: ahead, take: limit };
  return { skip: Math.max(0, behind), take: limit + Math.min(0, behind), backwards: true };
}
