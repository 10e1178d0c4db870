import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { type FraudDecisionFilter, type FraudDecisionRow, FraudDecisionStore } from "../store/fraud-decision.store.js";

/** A question to the decisions. Lists and texts that are empty restrict nothing. */
export interface FraudDecisionsInput extends FraudDecisionFilter {
  limit: number;
  offset: number;
  /** Newest first unless `asc`. */
  sortDirection?: "asc" | "desc";
}

const LONGEST_SEARCH = 200;

/** Decisions of fraud protection (spec: protection §5.5, admin API §6). */
@Injectable()
export class ListFraudDecisions {
  constructor(
    private readonly db: Database,
    private readonly decisions: FraudDecisionStore,
  ) {}

  /** One page, and how many there are in all. */
  async run(ctx: ProjectContext, { limit, offset, sortDirection, ...input }: FraudDecisionsInput): Promise<{ rows: FraudDecisionRow[]; totalCount: number }> {
    const filter = {
      ...input,
      verdicts: input.verdicts?.length ? input.verdicts : undefined,
      reasonCodes: input.reasonCodes?.length ? input.reasonCodes : undefined,
      search: input.search?.trim().slice(0, LONGEST_SEARCH) || undefined,
    };
    return this.db.read(async (tx) => ({
      rows: await this.decisions.list(ctx, tx, { filter, limit, offset, ascending: sortDirection === "asc" }),
      totalCount: await this.decisions.count(ctx, tx, filter),
    }));
  }

  /** Those that exist, in no order. */
  async byIds(ctx: ProjectContext, ids: readonly string[]): Promise<FraudDecisionRow[]> {
    return this.db.read((tx) => this.decisions.byIds(ctx, tx, ids));
  }
}
