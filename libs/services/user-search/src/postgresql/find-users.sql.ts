import type { ProjectContext } from "@gatehouse/domain-project";
import type { Clause } from "./search-terms.js";
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
  /** At most one more than `MOST_COUNTED` for each of its parts; 1 where it does not matter. */
  matches: number;
}

/** A statement and its values. */
export interface Statement {
  sql: string;
  values: unknown[];
}

/** So many terms are merged in order, however many users each has. */
export const MOST_TERMS = 32;
/** So many users of a clause are counted, and read whole at most. */
export const MOST_COUNTED = 2_000;
/** So many users are read by their documents, which lie anywhere: 40 for each hit wanted, up to a bound. */
export const candidatesOf = ({ limit }: SearchPage): number => Math.min(2_000, Math.max(400, 40 * limit));
/** So many users of the list, whose documents lie together when it is sorted by creation. */
export const walkedOf = ({ limit }: SearchPage): number => Math.max(500, 25 * limit);
/** Sorts behind every text that begins with what is before it. */
export const END = "\u{10FFFF}";

/** Numbers the values of one statement; the project's id is the first. */
export class Values {
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
export const matchesAll = (values: Values, clauses: readonly Clause[]): string => clauses.map((clause) => matches(values, clause)).join(" and ");

/** A clause whose terms are known. */
export interface ListedClause extends MeasuredClause {
  terms: string[];
}

/** Whether a row `c` of users satisfies all clauses: by its terms in the order at hand, where neighbours lie together, else by its document. Scalar, so that the planner cannot turn it into a join over all users. */
function filter(values: Values, clauses: readonly MeasuredClause[], page: SearchPage): string {
  const listed = clauses.flatMap(({ terms }) =>
    terms
      ? `(select true from user_search_term x where x.project_id = $1 and x.term = any(${values.add(terms, "text[]")}) and x.${page.sortBy} = c.${page.sortBy} and x.user_id = c.user_id limit 1)`
      : [],
  );
  const others = clauses.filter(({ terms }) => !terms);
  const byDocument = others.length > 0 ? [`(select ${matchesAll(values, others)} from user_search s where s.project_id = $1 and s.user_id = c.user_id)`] : [];
  return [...listed, ...byDocument].join(" and ");
}

export function beyond(values: Values, page: SearchPage, alias: string): string {
  if (!page.after) return "";
  return ` and (${alias}.${page.sortBy}, ${alias}.user_id) ${page.ascending ? ">" : "<"} (${values.add(page.after.at, "timestamptz")}, ${values.add(page.after.userId, "uuid")})`;
}

export function order(page: SearchPage, alias: string): string {
  const direction = page.ascending ? "asc" : "desc";
  return `order by ${alias}.${page.sortBy} ${direction}, ${alias}.user_id ${direction}`;
}

/** What every search selects: user and cursor. */
export function columns(page: SearchPage, alias: string): string {
  const time = `${alias}.${page.sortBy}`;
  return `${alias}.user_id as "userId", case when isfinite(${time}) then to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') else '-infinity' end as at`;
}

/** Counts users and terms of clauses, up to the bounds: a row for each clause. */
export function measureStatement(ctx: ProjectContext, clauses: readonly Clause[]): Statement {
  const values = new Values(ctx);
  const count = (from: string): string => `(select count(*) from (select 1 from user_search_term t where t.project_id = $1 and ${from} limit ${MOST_COUNTED + 1}) n)`;
  const parts = clauses.map(({ exact, prefixes }, index) => {
    const counts = [...(exact.length > 0 ? [`t.term = any(${values.add(exact, "text[]")})`] : []), ...prefixes.map((prefix) => range(values, prefix))];
    const known = `select e.term from unnest(${values.add(exact, "text[]")}) e(term) where exists (select 1 from user_search_term t where t.project_id = $1 and t.term = e.term)`;
    const lists = [known, ...prefixes.map((prefix) => distinctTerms(values, prefix))];
    const terms = `array(select term from (${lists.join(" union all ")}) l)`;
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

/** Hits, and in each row, the first of which may be none, how many users `m` were looked through. */
const counted = (users: string, hits: string): string =>
  `with m as materialized (${users}), h as materialized (${hits}) select n.looked::int as looked, h."userId", h.at from (select count(*) as looked from m) n left join h on true`;

/** Few terms: the first users of each in order, merged; with other clauses so many of them as are looked through, filtered. */
export function mergeStatement(
  ctx: ProjectContext,
  { lead, others = [], page, candidates = page.limit }: { lead: ListedClause; others?: readonly MeasuredClause[]; page: SearchPage; candidates?: number },
): Statement {
  const values = new Values(ctx);
  const first = values.add(candidates, "int");
  const from = `unnest(${values.add(lead.terms, "text[]")}) w(term) cross join lateral (select t.user_id, t.${page.sortBy} from user_search_term t
    where t.project_id = $1 and t.term = w.term${beyond(values, page, "t")} ${order(page, "t")} limit ${first}) f`;
  const merged = `(select distinct f.user_id, f.${page.sortBy} from ${from}) m ${order(page, "m")} limit ${first}`;
  if (others.length === 0) return { sql: `select ${columns(page, "m")} from ${merged}`, values: values.list };
  // The filter runs over the ordered candidates and stops when the page is full; ordering once more would run it over all of them.
  const hits = `select ${columns(page, "c")} from (select * from m) c where ${filter(values, others, page)} limit ${values.add(page.limit, "int")}`;
  return { sql: counted(`select * from ${merged}`, hits), values: values.list };
}

/** Looks through the list itself, up to a bound. */
export function walkStatement(ctx: ProjectContext, { clause, page }: { clause: Clause; page: SearchPage }): Statement {
  const values = new Values(ctx);
  const list = `select s.user_id, s.${page.sortBy}, s.terms from user_search s where s.project_id = $1${beyond(values, page, "s")} ${order(page, "s")} limit ${walkedOf(page)}`;
  const hits = `select ${columns(page, "s")} from m s where ${matches(values, clause)} limit ${values.add(page.limit, "int")}`;
  return { sql: counted(list, hits), values: values.list };
}

/** All users of a beginning who are few, sorted, and of these the ones who satisfy the other clauses. */
export function gatherStatement(ctx: ProjectContext, { lead, others, page }: { lead: Clause; others: readonly MeasuredClause[]; page: SearchPage }): Statement {
  const values = new Values(ctx);
  const conditions = [...(lead.exact.length > 0 ? [`t.term = any(${values.add(lead.exact, "text[]")})`] : []), ...lead.prefixes.map((prefix) => range(values, prefix))];
  const users = conditions
    .map((condition) => `select t.user_id, t.${page.sortBy} from user_search_term t where t.project_id = $1 and ${condition}${beyond(values, page, "t")}`)
    .join(" union ");
  const where = others.length > 0 ? ` where ${filter(values, others, page)}` : "";
  // `offset 0`: the filter runs over the sorted users, until the page is full
  return {
    sql: `select ${columns(page, "c")} from (select * from (${users}) u ${order(page, "u")} offset 0) c${where} limit ${values.add(page.limit, "int")}`,
    values: values.list,
  };
}
