import { UseFilters } from "@nestjs/common";
import { Args, Context, Query, Resolver } from "@nestjs/graphql";
import { type FraudOverview, ListFraudDecisions, SumUpFraudDecisions } from "@gatehouse/feature-fraud-protection";
import { type Connection, type ConnectionArguments, offsetConnection, PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import type { AdminRequest } from "../request/admin-request.js";
import { pageOf } from "../request/page.js";
import { type FraudDecisionNode, presentFraudDecision } from "./fraud-protection.presenter.js";

/** Arguments of `fraudProtectionLogs`; enums arrive as their inner values. */
export interface FraudLogsArguments extends ConnectionArguments {
  rangeFrom?: Date | null;
  rangeTo?: Date | null;
  verdicts?: string[] | null;
  reasonCodes?: string[] | null;
  search?: string | null;
  minimumWarningCount?: number | null;
  maximumWarningCount?: number | null;
  sortDirection?: "asc" | "desc" | null;
}

/** What fraud protection decided (spec: protection §5.5, admin API §6). */
@Resolver()
@Access("admin")
@UseFilters(PassErrorsOn)
export class FraudProtectionResolver {
  constructor(
    private readonly decisions: ListFraudDecisions,
    private readonly sums: SumUpFraudDecisions,
  ) {}

  @Query("fraudProtectionLogs")
  async fraudProtectionLogs(@Context() { ctx }: AdminRequest, @Args() args: FraudLogsArguments): Promise<Connection<FraudDecisionNode>> {
    const page = pageOf(args);
    const { rows, totalCount } = await this.decisions.run(ctx, {
      limit: page.limit,
      offset: page.offset,
      from: args.rangeFrom ?? undefined,
      to: args.rangeTo ?? undefined,
      verdicts: args.verdicts ?? undefined,
      reasonCodes: args.reasonCodes ?? undefined,
      search: args.search ?? undefined,
      minimumWarnings: args.minimumWarningCount ?? undefined,
      maximumWarnings: args.maximumWarningCount ?? undefined,
      sortDirection: args.sortDirection ?? undefined,
    });
    return offsetConnection(page, rows.map(presentFraudDecision), totalCount);
  }

  @Query("fraudProtectionOverview")
  async fraudProtectionOverview(
    @Context() { ctx }: AdminRequest,
    @Args("rangeFrom") rangeFrom?: Date | null,
    @Args("rangeTo") rangeTo?: Date | null,
  ): Promise<{ sendSMS: FraudOverview }> {
    return { sendSMS: await this.sums.run(ctx, { from: rangeFrom ?? undefined, to: rangeTo ?? undefined }) };
  }
}
