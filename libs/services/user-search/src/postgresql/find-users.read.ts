import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import {
  beyondMergeStatement,
  beyondWalkStatement,
  candidatesOf,
  gatherStatement,
  intersectStatement,
  type MeasuredClause,
  measureStatement,
  mergeStatement,
  MOST_GATHERED,
  MOST_TERMS,
  type SearchPage,
  type Statement,
  walkStatement,
} from "./find-users.sql.js";
import type { Alternatives, Clause } from "./search-terms.js";
import type { SortPosition } from "./sort-cursor.js";

/** Clauses that are measured to find the rarest; the others filter. */
const MOST_MEASURED = 8;
const SCANS = ["enable_seqscan", "enable_indexscan", "enable_indexonlyscan"];

interface Conjunction {
  measured: readonly MeasuredClause[];
  others: readonly Clause[];
  page: SearchPage;
}

/**
 * Finds users by their terms, in the order of the list. What a statement reads is bounded by the page and not by the number of users who match: few terms are merged,
 * few users gathered, and a beginning that many terms and many users share is looked for in the list itself. Its handle is a transaction.
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

  /** Users who match every clause: the rarest one leads, the others filter. */
  private async all(ctx: ProjectContext, tx: Tx, { clauses, page }: { clauses: readonly Clause[]; page: SearchPage }): Promise<SortPosition[]> {
    if (clauses.length === 0) return [];
    const measured = await this.measure(ctx, tx, clauses.slice(0, MOST_MEASURED));
    if (measured.some(({ matches }) => matches === 0)) return [];
    const [lead] = measured.toSorted((a, b) => a.matches - b.matches || Number(!a.terms) - Number(!b.terms)) as [MeasuredClause];
    const others = clauses.filter((_, index) => measured[index] !== lead);
    if (lead.terms) return this.merge(ctx, tx, { lead: { ...lead, terms: lead.terms }, measured, others, page });
    if (lead.matches <= MOST_GATHERED) return find(tx, gatherStatement(ctx, { lead, others, page }));
    const walked = await find(tx, walkStatement(ctx, { clauses, page }));
    if (walked.length === page.limit || (await find(tx, beyondWalkStatement(ctx, page))).length === 0) return walked;
    return find(tx, gatherStatement(ctx, { lead, others, page }));
  }

  private async measure(ctx: ProjectContext, tx: Tx, clauses: readonly Clause[]): Promise<MeasuredClause[]> {
    const { sql, values } = measureStatement(ctx, clauses);
    const measured = await tx.query<{ matches: string; terms: string[] }>(sql, values);
    return clauses.map((clause, index) => {
      const { matches = "0", terms = [] } = measured[index] ?? {};
      return { ...clause, matches: Number(matches), terms: terms.length > MOST_TERMS ? undefined : [...clause.exact, ...terms] };
    });
  }

  /** Users of common terms. Where those that satisfy the other clauses too are rare, the clauses are intersected. */
  private async merge(ctx: ProjectContext, tx: Tx, { lead, measured, others, page }: Conjunction & { lead: { terms: string[] } & MeasuredClause }): Promise<SortPosition[]> {
    const merged = await find(tx, mergeStatement(ctx, { terms: lead.terms, others, page }));
    if (others.length === 0 || merged.length === page.limit || lead.matches <= candidatesOf(lead.terms)) return merged;
    if ((await find(tx, beyondMergeStatement(ctx, { terms: lead.terms, page }))).length === 0) return merged;
    const unmeasured = others.filter((other) => !measured.some(({ exact }) => exact === other.exact)).map((other): MeasuredClause => ({ ...other, matches: 0 }));
    const statement = intersectStatement(ctx, { clauses: [...measured, ...unmeasured], page });
    if (!statement) return find(tx, gatherStatement(ctx, { lead, others, page, asSets: lead.matches > MOST_GATHERED }));
    await this.allowScans(tx, false); // the planner takes common keys for rarer or more common than they are together
    const hits = await find(tx, statement);
    await this.allowScans(tx, true);
    return hits;
  }

  /** For this transaction alone. */
  private async allowScans(tx: Tx, allowed: boolean): Promise<void> {
    await tx.query(`select ${SCANS.map((name) => `set_config('${name}', $1, true)`).join(", ")}`, [allowed ? "on" : "off"]);
  }
}

const find = (tx: Tx, { sql, values }: Statement): Promise<SortPosition[]> => tx.query<SortPosition>(sql, values);
const sortable = (at: string): string => (at === "-infinity" ? "" : at);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
