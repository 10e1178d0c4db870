import { invalidInput } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { type FraudOverview, fraudOverview } from "../store/fraud-overview.read.js";

const LONGEST_MS = 90 * 86_400_000;

/** What the decisions of a time add up to (spec: protection §5.5, admin API §6). */
@Injectable()
export class SumUpFraudDecisions {
  constructor(private readonly db: Database) {}

  /** Throws `Invalid` where a bound is missing, the range is empty or backwards, or it is longer than 90 days. */
  async run(ctx: ProjectContext, { from, to }: { from: Date | undefined; to: Date | undefined }): Promise<FraudOverview> {
    if (!from || !to) throw invalidInput("rangeFrom and rangeTo are required");
    if (from >= to) throw invalidInput("rangeFrom must be before rangeTo");
    if (to.getTime() - from.getTime() > LONGEST_MS) throw invalidInput("the range must not exceed 90 days");
    return this.db.read((tx) => fraudOverview(ctx, tx, { from, to }));
  }
}
