import type { ProjectContext } from "@gatehouse/domain-project";
import { type Clause, sharedTerms } from "./search-terms.js";
import type { SortPosition } from "./sort-cursor.js";

/** Which part of the matching users, in which order. */
export interface SearchPage {
  sortBy: "created_at" | "last_login_at";
  ascending: boolean;
  after?: SortPosition;
  limit: number;
}

/** A clause, and how many users and terms it has, as far as counted. */
export interface MeasuredClause extends Clause {
  /** The terms it stands for; undefined when there are more than `MOST_TERMS`. */
  terms?: string[];
  /** At most one more than `MOST_GATHERED` for each of its parts; 1 where it does not matter. */
  matches: number;
}

/** A statement and its values. */
export interface Statement {
  sql: string;
  values: unknown[];
}

/** So many terms are merged in order, however many users each has. */
export const MOST_TERMS = 32;
/** So many users are gathered and sorted. */
export const MOST_GATHERED = 10_000;
/** So many documents are looked through in order before a clause with many terms and users is gathered after all. */
export const MOST_WALKED = 20_000;
/** So many users of the leading clause are looked through in order before clauses are intersected. */
const MOST_CANDIDATES = 1_000;
const FEWEST_CANDIDATES = 200;
/** Sorts behind every text that begins with what is before it. */
const END = "\u{10FFFF}";

/** Numbers the values of one statement; the project's id is the first. */
class Values {
  readonly list: unknown[];
  constructor(ctx: ProjectContext) {
    this.list = [ctx.project.id];
  }
  add(value: unknown, type: string): string {
    this.list.push(value);
    return `$${this.list.length}::${type}`;
  }
}

const range = (values: Values, prefix: string): string => `t.term >= ${values.add(prefix, "text")} and t.term < ${values.add(prefix + END, "text")}`;

/** Whether the document `s` satisfies a clause. */
function matches(values: Values, { exact, prefixes }: Clause): string {
  const begins = prefixes.map((prefix) => `x.term ^@ ${values.add(prefix, "text")}`).join(" or ");
  const parts = [...(exact.length > 0 ? [`s.terms && ${values.add(exact, "text[]")}`] : []), ...(begins ? [`exists (select 1 from unnest(s.terms) x(term) where ${begins})`] : [])];
  return `(${parts.join(" or ")})`;
}
const matchesAll = (values: Values, clauses: readonly Clause[]): string => clauses.map((clause) => matches(values, clause)).join(" and ");

/** Filters rows of users by their documents: scalar, so that the planner cannot turn them into a join over all documents. */
const filter = (values: Values, clauses: readonly Clause[], user: string): string =>
  `(select ${matchesAll(values, clauses)} from user_search s where s.project_id = $1 and s.user_id = ${user})`;

function beyond(values: Values, page: SearchPage, alias: string): string {
  if (!page.after) return "";
  return ` and (${alias}.${page.sortBy}, ${alias}.user_id) ${page.ascending ? ">" : "<"} (${values.add(page.after.at, "timestamptz")}, ${values.add(page.after.userId, "uuid")})`;
}

function order(page: SearchPage, alias: string): string {
  const direction = page.ascending ? "asc" : "desc";
  return `order by ${alias}.${page.sortBy} ${direction}, ${alias}.user_id ${direction}`;
}

/** What every search selects: user and cursor. */
function columns(page: SearchPage, alias: string): string {
  const time = `${alias}.${page.sortBy}`;
  return `${alias}.user_id as "userId", case when isfinite(${time}) then to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') else '-infinity' end as at`;
}

/** Counts users and terms of clauses, up to the bounds: a row for each clause. */
export function measureStatement(ctx: ProjectContext, clauses: readonly Clause[]): Statement {
  const values = new Values(ctx);
  const count = (from: string): string => `(select count(*) from (select 1 from user_search_term t where t.project_id = $1 and ${from} limit ${MOST_GATHERED + 1}) n)`;
  const parts = clauses.map(({ exact, prefixes }, index) => {
    const counts = [...(exact.length > 0 ? [`t.term = any(${values.add(exact, "text[]")})`] : []), ...prefixes.map((prefix) => range(values, prefix))];
    const lists = prefixes.map((prefix) => distinctTerms(values, prefix));
    const terms = lists.length > 0 ? `array(select term from (${lists.join(" union all ")}) l)` : "'{}'::text[]";
    const counted = counts.map(count).join(" + ");
    // Alone, and of few terms, a clause is merged whatever its size; `offset 0` keeps the terms from being looked for twice.
    const matches = clauses.length > 1 ? counted : `case when cardinality(d.terms) > ${MOST_TERMS} then ${counted} else 1 end`;
    return `select ${index} as clause, ${matches} as matches, d.terms from (select ${terms} as terms offset 0) d`;
  });
  return { sql: `${parts.join(" union all ")} order by clause`, values: values.list };
}

/** The distinct terms with a beginning, one more than are merged at most: each is found by a jump behind the one before. */
function distinctTerms(values: Values, prefix: string): string {
  const [from, to] = [values.add(prefix, "text"), values.add(prefix + END, "text")];
  const next = (after: string): string => `(select t.term from user_search_term t where t.project_id = $1 and t.term ${after} and t.term < ${to} order by t.term limit 1)`;
  return `(with recursive jump(term) as (
    select ${next(`>= ${from}`)} union all select ${next("> jump.term")} from jump where jump.term is not null)
    select term from jump where term is not null limit ${MOST_TERMS + 1})`;
}

/** How many users of each term `mergeStatement` looks through. */
export const candidatesOf = (terms: readonly string[]): number => Math.max(FEWEST_CANDIDATES, Math.ceil(MOST_CANDIDATES / terms.length));

/** Few terms: the first users of each in order, merged; with other clauses, so many of them as are looked through, filtered. */
export function mergeStatement(ctx: ProjectContext, { terms, others, page }: { terms: string[]; others: readonly Clause[]; page: SearchPage }): Statement {
  const values = new Values(ctx);
  const first = values.add(others.length === 0 ? page.limit : candidatesOf(terms), "int");
  const from = `unnest(${values.add(terms, "text[]")}) w(term) cross join lateral (select t.user_id, t.${page.sortBy} from user_search_term t
    where t.project_id = $1 and t.term = w.term${beyond(values, page, "t")} ${order(page, "t")} limit ${first}) f`;
  const merged = `(select distinct f.user_id, f.${page.sortBy} from ${from}) m ${order(page, "m")} limit ${first}`;
  if (others.length === 0) return { sql: `select ${columns(page, "m")} from ${merged}`, values: values.list };
  // The filter runs over the ordered candidates and stops when the page is full; ordering once more would run it over all of them.
  const sql = `select ${columns(page, "c")} from (select * from ${merged}) c where ${filter(values, others, "c.user_id")} limit ${values.add(page.limit, "int")}`;
  return { sql, values: values.list };
}

/** A row when a term goes on behind what `mergeStatement` looks through. */
export function beyondMergeStatement(ctx: ProjectContext, { terms, page }: { terms: string[]; page: SearchPage }): Statement {
  const values = new Values(ctx);
  const next = `select 1 from user_search_term t where t.project_id = $1 and t.term = w.term${beyond(values, page, "t")} ${order(page, "t")} offset ${candidatesOf(terms)} limit 1`;
  return { sql: `select 1 from unnest(${values.add(terms, "text[]")}) w(term) where exists (${next}) limit 1`, values: values.list };
}

/** All users of a clause, each perhaps several times. */
function usersOf(values: Values, { exact, prefixes }: Clause, { columns, more = "" }: { columns: string; more?: string }): string {
  const conditions = [...(exact.length > 0 ? [`t.term = any(${values.add(exact, "text[]")})`] : []), ...prefixes.map((prefix) => range(values, prefix))];
  return `(${conditions.map((condition) => `select ${columns} from user_search_term t where t.project_id = $1 and ${condition}${more}`).join(" union all ")})`;
}

/** All users of the leading clause, sorted. The others filter few of them by their documents, and many as sets. */
export function gatherStatement(
  ctx: ProjectContext,
  { lead, others, page, asSets = false }: { lead: Clause; others: readonly Clause[]; page: SearchPage; asSets?: boolean },
): Statement {
  const values = new Values(ctx);
  const users = usersOf(values, lead, { columns: `t.user_id, t.${page.sortBy}`, more: beyond(values, page, "t") });
  const sets = () => others.map((other) => `f.user_id in ${usersOf(values, other, { columns: "t.user_id" })}`).join(" and ");
  const where = asSets ? sets() : filter(values, others, "f.user_id");
  const hits = `select distinct f.user_id, f.${page.sortBy} from ${users} f${others.length > 0 ? ` where ${where}` : ""}`;
  return { sql: `select ${columns(page, "h")} from (${hits}) h ${order(page, "h")} limit ${values.add(page.limit, "int")}`, values: values.list };
}

/** Looks through the list itself, up to a bound. */
export function walkStatement(ctx: ProjectContext, { clauses, page }: { clauses: readonly Clause[]; page: SearchPage }): Statement {
  const values = new Values(ctx);
  const list = `select s.user_id, s.${page.sortBy}, s.terms from user_search s where s.project_id = $1${beyond(values, page, "s")} ${order(page, "s")} limit ${MOST_WALKED}`;
  return { sql: `select ${columns(page, "s")} from (${list}) s where ${matchesAll(values, clauses)} limit ${values.add(page.limit, "int")}`, values: values.list };
}

/** A row when the list goes on behind what `walkStatement` looks through. */
export function beyondWalkStatement(ctx: ProjectContext, page: SearchPage): Statement {
  const values = new Values(ctx);
  const sql = `select 1 from user_search s where s.project_id = $1${beyond(values, page, "s")} ${order(page, "s")} offset ${MOST_WALKED} limit 1`;
  return { sql, values: values.list };
}

/** Intersects clauses by the keys of their shared terms. Undefined when fewer than two have such terms alone. */
export function intersectStatement(ctx: ProjectContext, { clauses, page }: { clauses: readonly MeasuredClause[]; page: SearchPage }): Statement | undefined {
  const shared = clauses.flatMap(({ terms }) => (terms && sharedTerms(terms).length === terms.length ? [terms] : []));
  if (shared.length < 2) return undefined;
  const values = new Values(ctx);
  const keys = shared.map((terms) => `s.keys && array(select hashtextextended($1 || ' ' || t, 0) from unnest(${values.add(terms, "text[]")}) t)`);
  const hits = `select s.user_id, s.${page.sortBy} from user_search s where s.project_id = $1 and ${keys.join(" and ")}${beyond(values, page, "s")} and ${matchesAll(values, clauses)}`;
  return { sql: `select ${columns(page, "h")} from (${hits}) h ${order(page, "h")} limit ${values.add(page.limit, "int")}`, values: values.list };
}
