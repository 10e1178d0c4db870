import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import {
  candidatesOf,
  estimateStatement,
  gatherStatement,
  intersectStatement,
  type ListedClause,
  type MeasuredClause,
  measureStatement,
  mergeStatement,
  MOST_COUNTED,
  MOST_SPARSE,
  MOST_TERMS,
  type SearchPage,
  sideBySideStatement,
  type Statement,
  walkedOf,
  walkStatement,
} from "./find-users.sql.js";
import type { Alternatives, Clause } from "./search-terms.js";
import type { SortPosition } from "./sort-cursor.js";

/** Clauses that are measured to find the rarest; the others filter. */
const MOST_MEASURED = 8;
/** For the sets of users that a gathering compares, so that they stay out of temporary files. */
const SETS_MEMORY = "32MB";
/** A larger set takes longer to read than some of its users to look for. */
const MOST_IN_SETS = 200_000;
/** A user has no more terms of one beginning: what a document holds is bounded. */
const MOST_TERMS_OF_A_USER = 1_000;
/** What the planner may not do: it takes common terms for rarer or more common together than they are. */
const BY_KEYS = ["enable_seqscan", "enable_indexscan", "enable_indexonlyscan"];
const AS_SETS = ["enable_hashagg", "enable_nestloop", "enable_mergejoin"];
const SIDE_BY_SIDE = [
  "enable_seqscan",
  "enable_bitmapscan",
  "enable_sort",
  "enable_hashjoin",
  "enable_nestloop",
  "enable_material",
  "enable_parallel_append",
  "enable_gathermerge",
];

interface Question {
  clauses: readonly Clause[];
  page: SearchPage;
}

/**
 * Finds users by their terms, in the order of the list. What a statement reads is bounded by the page and not by the number of users who match, as long as these are
 * not all far from it; then terms are read by their index alone, without documents. Its handle is a transaction.
 */
@Injectable()
export class FindUsersRead {
  async run(ctx: ProjectContext, tx: Tx, { alternatives, page }: { alternatives: Alternatives; page: SearchPage }): Promise<SortPosition[]> {
    if (page.limit <= 0) return [];
    const found = new Map<string, SortPosition>();
    for (const clauses of alternatives) for (const hit of await this.all(ctx, tx, { clauses, page })) found.set(hit.userId, hit);
    const sign = page.ascending ? 1 : -1;
    const byTime = (a: SortPosition, b: SortPosition): number => sign * (compare(sortable(a.at), sortable(b.at)) || compare(a.userId, b.userId));
    return [...found.values()].toSorted(byTime).slice(0, page.limit);
  }

  /** Users who match every clause. At most one of these is a beginning that many terms share: the last word of a keyword, or all of it. */
  private async all(ctx: ProjectContext, tx: Tx, { clauses, page }: Question): Promise<SortPosition[]> {
    if (clauses.length === 0) return [];
    const measured = await this.measure(ctx, tx, clauses.slice(0, MOST_MEASURED));
    if (measured.some(({ matches }) => matches === 0)) return [];
    const unmeasured = clauses.slice(MOST_MEASURED).map((clause): ListedClause => ({ ...clause, matches: Number.POSITIVE_INFINITY, terms: clause.exact }));
    const listed = [...measured.filter(isListed).toSorted((a, b) => a.matches - b.matches), ...unmeasured];
    const beginning = measured.find((clause) => !isListed(clause));
    if (beginning) return this.beginning(ctx, tx, { beginning, others: listed, page });
    return listed.length === 1 ? find(tx, mergeStatement(ctx, { lead: listed[0] as ListedClause, page })) : this.together(ctx, tx, { listed, page });
  }

  private async measure(ctx: ProjectContext, tx: Tx, clauses: readonly Clause[]): Promise<MeasuredClause[]> {
    const { sql, values } = measureStatement(ctx, clauses);
    const measured = await tx.query<{ matches: string; terms: string[] }>(sql, values);
    return clauses.map((clause, index) => {
      const { matches = "0", terms = [] } = measured[index] ?? {};
      return { ...clause, matches: Number(matches), terms: terms.length > MOST_TERMS ? undefined : terms };
    });
  }

  /** Users who have terms of several lists, the rarest first. */
  private async together(ctx: ProjectContext, tx: Tx, { listed, page }: { listed: readonly ListedClause[]; page: SearchPage }): Promise<SortPosition[]> {
    const [lead, ...others] = listed as [ListedClause, ...ListedClause[]];
    const candidates = candidatesOf(page);
    const near = await look(tx, mergeStatement(ctx, { lead, others, page, candidates }));
    if (near.hits.length === page.limit || near.looked < candidates) return near.hits;
    const sparse = await this.sparse(ctx, tx, { clauses: listed, page });
    if (sparse) return sparse;
    if (lead.matches <= MOST_COUNTED) return (await look(tx, mergeStatement(ctx, { lead, others, page, candidates: MOST_COUNTED }))).hits;
    return this.without(tx, SIDE_BY_SIDE, () => find(tx, sideBySideStatement(ctx, { clauses: listed, page }))).then(unique);
  }

  /** Users of a beginning: looked for near the page where there are many, in the list or among those of the rarest other clause, and else gathered. */
  private async beginning(
    ctx: ProjectContext,
    tx: Tx,
    { beginning, others, page }: { beginning: MeasuredClause; others: readonly ListedClause[]; page: SearchPage },
  ): Promise<SortPosition[]> {
    const [lead, ...rest] = others;
    const candidates = lead ? candidatesOf(page) : walkedOf(page);
    if (beginning.matches > MOST_COUNTED || (lead && lead.matches <= candidates)) {
      const near = lead ? mergeStatement(ctx, { lead, others: [...rest, beginning], page, candidates }) : walkStatement(ctx, { clause: beginning, page });
      const { hits, looked } = await look(tx, near);
      if (hits.length === page.limit || looked < candidates) return hits;
    }
    const sparse = await this.sparse(ctx, tx, { clauses: [...others, beginning], page });
    if (sparse) return sparse;
    const nearestFirst = lead !== undefined && (await this.estimate(ctx, tx, lead)) > MOST_IN_SETS;
    const some = gatherStatement(ctx, { lead: beginning, others, page, nearestFirst });
    const rows = await (lead ? this.asSets(tx, () => find(tx, some)) : find(tx, some));
    const hits = unique(rows);
    if (hits.length >= page.limit || rows.length < some.rows) return hits;
    return unique(await find(tx, gatherStatement(ctx, { lead: beginning, others, page, nearestFirst, rowsPerHit: MOST_TERMS_OF_A_USER })));
  }

  /** Users who have several common terms, when these are few. */
  private async sparse(ctx: ProjectContext, tx: Tx, { clauses, page }: { clauses: readonly MeasuredClause[]; page: SearchPage }): Promise<SortPosition[] | undefined> {
    const statement = intersectStatement(ctx, { clauses, page });
    if (!statement) return undefined;
    const { hits, looked } = await this.without(tx, BY_KEYS, () => look(tx, statement));
    return looked < MOST_SPARSE ? hits : undefined;
  }

  private async estimate(ctx: ProjectContext, tx: Tx, clause: ListedClause): Promise<number> {
    if (clause.matches <= MOST_COUNTED) return clause.matches;
    const { sql, values } = estimateStatement(ctx, clause);
    const row = await tx.queryOne<{ "QUERY PLAN": [{ Plan: { "Plan Rows": number } }] }>(sql, values);
    return row?.["QUERY PLAN"][0].Plan["Plan Rows"] ?? 0;
  }

  /** Lets sets of users be compared in memory. */
  private async asSets<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
    await tx.query("select set_config('work_mem', $1, true)", [SETS_MEMORY]);
    return this.without(tx, AS_SETS, work);
  }

  /** Forbids the planner some ways, for `work` alone. */
  private async without<T>(tx: Tx, settings: readonly string[], work: () => Promise<T>): Promise<T> {
    const set = (to: string) => tx.query(`select ${settings.map((name) => `set_config('${name}', $1, true)`).join(", ")}`, [to]);
    await set("off");
    const result = await work();
    await set("on");
    return result;
  }
}

/** The hits of a statement that tells how many users it looked through. */
async function look(tx: Tx, { sql, values }: Statement): Promise<{ hits: SortPosition[]; looked: number }> {
  const rows = await tx.query<SortPosition & { looked: number }>(sql, values);
  return { looked: rows[0]?.looked ?? 0, hits: rows.flatMap(({ userId, at }) => (userId ? [{ userId, at }] : [])) };
}
const isListed = (clause: MeasuredClause): clause is ListedClause => clause.terms !== undefined;
/** Each user once; his rows lie together. */
const unique = (hits: SortPosition[]): SortPosition[] => hits.filter(({ userId }, index) => hits[index - 1]?.userId !== userId);
const find = (tx: Tx, { sql, values }: Statement): Promise<SortPosition[]> => tx.query<SortPosition>(sql, values);
const sortable = (at: string): string => (at === "-infinity" ? "" : at);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
