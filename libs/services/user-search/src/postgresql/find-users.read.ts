import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { findByKeys } from "./find-by-keys.js";
import {
  candidatesOf,
  gatherStatement,
  type ListedClause,
  type MeasuredClause,
  measureStatement,
  mergeStatement,
  MOST_COUNTED,
  MOST_TERMS,
  type SearchPage,
  type Statement,
  walkedOf,
  walkStatement,
} from "./find-users.sql.js";
import { behindTime } from "./list-parts.js";
import type { Alternatives, Clause } from "./search-terms.js";
import { inOrder, type SortPosition } from "./sort-cursor.js";

/** Clauses that are measured to find the rarest; the others filter. */
const MOST_MEASURED = 8;
/**
 * What the planner may not do in a search. It knows neither projects nor what terms have in common, and of freshly filled tables nothing at all; every statement here is
 * written for one way through the indexes.
 */
const RULES =
  "select set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true), set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('work_mem', '32MB', true)";

/** As a bound. */
const ALL = 2 ** 31 - 1;

interface Question {
  clauses: readonly Clause[];
  page: SearchPage;
}

interface Search {
  alternatives: Alternatives;
  page: SearchPage;
}

const isTimeless = ({ at }: SortPosition): boolean => at === "-infinity";

/**
 * Finds users by their terms, in the order of the list. What a statement reads is bounded by the page and not by the number of users who match. Its handle is a
 * transaction of its own.
 */
@Injectable()
export class FindUsersRead {
  /** Those without a time come last in either direction. */
  async run(ctx: ProjectContext, tx: Tx, { alternatives, page }: Search): Promise<SortPosition[]> {
    if (page.limit <= 0 || alternatives.length === 0) return [];
    await tx.query(RULES);
    if (page.sortBy !== "last_login_at" || !page.ascending) return this.asIndexed(ctx, tx, { alternatives, page });
    const isBehind = page.after !== undefined && isTimeless(page.after);
    const timed = isBehind ? [] : await this.asIndexed(ctx, tx, { alternatives, page: { ...page, after: page.after ?? behindTime("-infinity", page) } });
    if (timed.length === page.limit) return timed;
    const others = { ...page, limit: page.limit - timed.length, after: isBehind ? page.after : undefined };
    return [...timed, ...(await this.asIndexed(ctx, tx, { alternatives, page: others })).filter(isTimeless)];
  }

  /** In the order of the indexes: those without a time before all others when ascending. */
  private async asIndexed(ctx: ProjectContext, tx: Tx, { alternatives, page }: Search): Promise<SortPosition[]> {
    const found = new Map<string, SortPosition>();
    for (const clauses of alternatives) for (const hit of await this.all(ctx, tx, { clauses, page })) found.set(hit.userId, hit);
    return inOrder([...found.values()], page).slice(0, page.limit);
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

  /** Users who have terms of several lists, the rarest first: looked for near the page, and else by their keys. */
  private async together(ctx: ProjectContext, tx: Tx, { listed, page }: { listed: readonly ListedClause[]; page: SearchPage }): Promise<SortPosition[]> {
    const [lead, ...others] = listed as [ListedClause, ...ListedClause[]];
    const candidates = candidatesOf(page);
    const near = await look(tx, mergeStatement(ctx, { lead, others, page, candidates }));
    if (near.hits.length === page.limit || near.looked < candidates) return near.hits;
    const hits = await findByKeys(ctx, tx, { clauses: listed, page });
    return hits ?? (await look(tx, mergeStatement(ctx, { lead, others, page, candidates: ALL }))).hits;
  }

  /** Users of a beginning. Few are read whole; many are looked for near the page, in the list or among those of the rarest other clause, and else by their keys. */
  private async beginning(
    ctx: ProjectContext,
    tx: Tx,
    { beginning, others, page }: { beginning: MeasuredClause; others: readonly ListedClause[]; page: SearchPage },
  ): Promise<SortPosition[]> {
    const gather = gatherStatement(ctx, { lead: beginning, others, page });
    const [lead, ...rest] = others;
    if (beginning.matches <= MOST_COUNTED && (!lead || lead.matches > beginning.matches)) return find(tx, gather);
    const candidates = lead ? candidatesOf(page) : walkedOf(page);
    const near = lead ? mergeStatement(ctx, { lead, others: [...rest, beginning], page, candidates }) : walkStatement(ctx, { clause: beginning, page });
    const { hits, looked } = await look(tx, near);
    if (hits.length === page.limit || looked < candidates) return hits;
    return (await findByKeys(ctx, tx, { clauses: [...others, beginning], page })) ?? find(tx, gather);
  }
}

/** The hits of a statement that tells how many users it looked through. */
async function look(tx: Tx, { sql, values }: Statement): Promise<{ hits: SortPosition[]; looked: number }> {
  const rows = await tx.query<SortPosition & { looked: number }>(sql, values);
  return { looked: rows[0]?.looked ?? 0, hits: rows.flatMap(({ userId, at }) => (userId ? [{ userId, at }] : [])) };
}
const isListed = (clause: MeasuredClause): clause is ListedClause => clause.terms !== undefined;
const find = (tx: Tx, { sql, values }: Statement): Promise<SortPosition[]> => tx.query<SortPosition>(sql, values);
