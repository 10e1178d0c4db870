import type { ProjectContext } from "@gatehouse/domain-project";
import { phoneRegion } from "@gatehouse/domain-identity";
import { Database } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { alwaysAllowed } from "./always-allowed.js";
import { FraudCounters } from "./fraud-counters.js";
import { countryKey, DRAINED, FraudMetricStore, ipKey, VERIFIED } from "./fraud-metric.store.js";
import { type AllowReason, type FraudRecord, fraudRecord, type FraudWarning, WARNINGS } from "./fraud-record.js";

/** An SMS that is about to be sent. */
export interface OutgoingSms {
  /** E.164. */
  to: string;
  /** Which message: `verification`, `setup-primary-oob` ... */
  type: string;
  userId?: string;
  /** The flow run it is sent for. */
  runId?: string;
}

/** A code that was verified. */
export interface VerifiedSms {
  to: string;
  runId?: string;
}

/** What was decided. */
export interface FraudDecision {
  blocked: boolean;
  record: FraudRecord;
}

/** Guards against SMS pumping: codes that nobody verifies are counted by country of the number and by address of the client (spec: protection §5). */
@Injectable()
export class FraudProtection {
  constructor(
    private readonly db: Database,
    private readonly metrics: FraudMetricStore,
    private readonly counters: FraudCounters,
  ) {}

  /** Counts an attempt and decides about it; undefined where the project does not watch, or the number has no country. The caller records what was decided, whatever it was. */
  async decide(ctx: ProjectContext, sms: OutgoingSms): Promise<FraudDecision | undefined> {
    const { enabled, warnings, decision } = ctx.project.config.fraud_protection;
    const country = enabled ? phoneRegion(sms.to) : undefined;
    if (!country) return undefined;
    const triggered = await this.counters.fill(ctx, country);
    const configured = new Set<FraudWarning>(warnings.map(({ type }) => type));
    const open = WARNINGS.filter((warning) => configured.has(warning) && triggered.has(warning));
    const reason = await this.reason(ctx, { to: sms.to, country, open });
    const blocked = open.length > 0 && reason === undefined && decision.action === "deny_if_any_warning";
    const { to, type, userId, runId } = sms;
    if (!blocked && runId) await this.counters.sent(ctx, { to, runId });
    return { blocked, record: fraudRecord(ctx, { to, type, userId, country, warnings: open, decision: blocked ? "blocked" : "allowed", reason }) };
  }

  /** A code that was sent by SMS was verified. */
  async verified(ctx: ProjectContext, { to, runId }: VerifiedSms): Promise<void> {
    const country = ctx.project.config.fraud_protection.enabled ? phoneRegion(to) : undefined;
    if (!country) return;
    const { ip } = ctx.request;
    await this.db.read((tx) => this.metrics.insert(ctx, tx, { name: VERIFIED, keys: [...(ip ? [ipKey(ip)] : []), countryKey(country)] }));
    await this.counters.verified(ctx, { country, to, runId });
    await this.drain(ctx, { country, units: 1 });
  }

  /** A flow run was completed: what it sent and nobody verified does not count. */
  async settle(ctx: ProjectContext, runId: string): Promise<void> {
    if (!ctx.project.config.fraud_protection.enabled) return;
    for (const [country, units] of await this.counters.settle(ctx, runId)) await this.drain(ctx, { country, units });
  }

  /** Why an attempt is let through; undefined where nothing speaks against it, or where it is not. */
  private async reason(ctx: ProjectContext, { to, country, open }: { to: string; country: string; open: readonly FraudWarning[] }): Promise<AllowReason | undefined> {
    const always = alwaysAllowed(ctx, { to, country });
    if (always || open.length === 0) return always;
    if (await this.db.read((tx) => this.metrics.isProven(ctx, tx, to))) return "verified_claim";
    return ctx.project.config.fraud_protection.decision.action === "record_only" ? "record_only" : undefined;
  }

  private async drain(ctx: ProjectContext, { country, units }: { country: string; units: number }): Promise<void> {
    const { ip } = ctx.request;
    await this.counters.drain(ctx, { country, units });
    await this.db.read((tx) => this.metrics.insert(ctx, tx, { name: DRAINED, keys: [...(ip ? [ipKey(ip)] : []), countryKey(country)], units }));
  }
}
