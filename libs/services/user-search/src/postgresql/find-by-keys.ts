import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import type { MeasuredClause, SearchPage, Statement } from "./find-users.sql.js";
import { beforeTime, behindTime, type Keys, type Part, partOfTime, partOfTimes, SAMPLE } from "./list-parts.js";
import { inOrder, type SortPosition } from "./sort-cursor.js";
import { beginStatement, keysStatement, matchingStatement } from "./user-keys.sql.js";

/** Up to the second hit of a sample there are some 512 hits. */
const STEP = 2;
/** When a sample has no more hits, all there are are read; with no more from the page on, all there are from there on. */
const FEW = 12;
/** So many hits are read at once; a sample that has foretold fewer was none. */
const MOST_READ = 8_000;

interface Question {
  clauses: readonly MeasuredClause[];
  page: SearchPage;
}

/**
 * Users who satisfy all clauses, wherever in the list they are, by intersecting their keys. A 256th part of the users tells how far from the page its hits may reach; then
 * these are read from there alone. Undefined when nothing is known by keys, or when the sample deceived.
 */
export async function findByKeys(ctx: ProjectContext, tx: Tx, { clauses, page }: Question): Promise<SortPosition[] | undefined> {
  const { sql, values } = keysStatement(ctx, clauses);
  const keys = (await tx.query<{ keys: string[] | null }>(sql, values)).flatMap((row) => (row.keys ? [row.keys] : []));
  if (keys.length === 0) return undefined;
  // The one way to the keys, which every other statement does without.
  await tx.query("select set_config('enable_bitmapscan', 'on', true)");
  const hits = await new KeySearch(ctx, tx, { clauses, page, keys }).run();
  await tx.query("select set_config('enable_bitmapscan', 'off', true)");
  return hits;
}

/** One search by keys. */
class KeySearch {
  private sample: SortPosition[] = [];

  constructor(
    private readonly ctx: ProjectContext,
    private readonly tx: Tx,
    private readonly question: Question & { keys: readonly Keys[] },
  ) {}

  async run(): Promise<SortPosition[] | undefined> {
    const { page } = this.question;
    const hits: SortPosition[] = [];
    const sample = await this.matching(SAMPLE);
    if (!sample) return undefined;
    this.sample = sample;
    for (let after = page.after; ; ) {
      const { part, upTo } = (await this.next(after)) ?? {};
      const found = part ? await this.matching(part) : [];
      if (!found) return undefined;
      hits.push(...found);
      if (hits.length >= page.limit || !upTo) return hits.slice(0, page.limit);
      after = upTo;
    }
  }

  /** The next part of the list that the page may need, and where it ends; the last one has no end. Undefined behind the end of the list. */
  private async next(after: SortPosition | undefined): Promise<{ part: Part; upTo?: SortPosition } | undefined> {
    const page = { ...this.question.page, after };
    if (this.sample.length <= FEW) return { part: { keys: [], after } };
    const ahead = this.sample.filter((hit) => !after || (inOrder([hit, after], page)[0] === after && hit.userId !== after.userId));
    const end = ahead[STEP - 1] ?? (await this.begin({ ...page, ascending: !page.ascending, after: undefined }));
    const from = await this.begin(page);
    if (!from || !end) return undefined;
    if (from.at === end.at) return { part: partOfTime(end.at, { after, upTo: end, page }), upTo: end };
    if (this.isCommon(from.at)) return { part: partOfTime(from.at, { after, page }), upTo: behindTime(from.at, page) };
    // What comes before a time that many share is a part of its own.
    const upTo = this.isCommon(end.at) ? await this.begin({ ...page, ascending: !page.ascending, after: beforeTime(end.at, page) }) : end;
    return upTo && { part: partOfTimes({ from, after, upTo, page }), upTo };
  }

  private isCommon(at: string): boolean {
    return at === "-infinity" || this.sample.filter((hit) => hit.at === at).length > 1;
  }

  private async begin(page: SearchPage): Promise<SortPosition | undefined> {
    return (await query(this.tx, beginStatement(this.ctx, page)))[0];
  }

  /** Those of a part who match, in order; undefined when they are too many. */
  private async matching(part: Part): Promise<SortPosition[] | undefined> {
    const { clauses, page, keys } = this.question;
    const found = await query(this.tx, matchingStatement(this.ctx, { clauses, page, keys, part, most: MOST_READ }));
    return found.length < MOST_READ ? inOrder(found, page) : undefined;
  }
}

const query = (tx: Tx, { sql, values }: Statement): Promise<SortPosition[]> => tx.query<SortPosition>(sql, values);
