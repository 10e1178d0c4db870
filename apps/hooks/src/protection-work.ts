import type { Log } from "@gatehouse/domain-project";
import { KeepFraudRecords, RecordDecisions } from "@gatehouse/feature-fraud-protection";
import { SendUsageAlerts } from "@gatehouse/feature-messages";
import type { StreamRecord } from "@gatehouse/platform-event-stream";
import { UsageRecords } from "@gatehouse/service-usage";
import { Injectable } from "@nestjs/common";

/** What the worker does for fraud protection and usage: hears events, and keeps their tables. */
@Injectable()
export class ProtectionWork {
  constructor(
    private readonly decisions: RecordDecisions,
    private readonly fraudRecords: KeepFraudRecords,
    private readonly alerts: SendUsageAlerts,
    private readonly usage: UsageRecords,
  ) {}

  /** The consumer group `protection`. */
  async hear(records: readonly StreamRecord[], log: Log): Promise<void> {
    await this.decisions.run(records, log);
    await this.alerts.run(records, log);
  }

  /** Partitions of fraud protection, next and expired. */
  async keepTables(now: Date): Promise<void> {
    await this.fraudRecords.run(now);
  }

  /** Sums of what was used, from the audit log. */
  async sumUsage(now: Date): Promise<void> {
    await this.usage.sum(now);
  }
}
