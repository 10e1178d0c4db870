import { EnvConfig } from "@gatehouse/platform-env";
import { Database, keepMonths } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";

const DAY_MS = 86_400_000;
/** Days that counters are kept (spec: events §9). */
const COUNTER_DAYS = 90;

/** Makes the next months' partitions of decisions and counters, and drops expired ones: decisions are kept as long as the audit log, counters for 90 days. */
@Injectable()
export class KeepFraudRecords {
  constructor(
    private readonly db: Database,
    private readonly env: EnvConfig,
  ) {}

  /** Names of the partitions dropped. */
  async run(now: Date): Promise<string[]> {
    const ago = (days: number) => new Date(now.getTime() - days * DAY_MS);
    const days = this.env.auditLogRetentionDays;
    const counters = await this.db.transaction((tx) => keepMonths(tx, "fraud_metric", { now, before: ago(COUNTER_DAYS) }));
    const decisions = await this.db.transaction((tx) => keepMonths(tx, "fraud_decision", { now, ...(days === 0 ? {} : { before: ago(days) }) }));
    return [...counters, ...decisions];
  }
}
