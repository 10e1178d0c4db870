import type { ProjectContext } from "@gatehouse/domain-project";
import { phoneRegion } from "@gatehouse/domain-identity";
import { Database } from "@gatehouse/platform-postgres";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";
import { Injectable } from "@nestjs/common";
import { DRAIN_SCRIPT, FILL_SCRIPT, SETTLE_SCRIPT } from "./bucket-script.js";
import { countryKey, FraudMetricStore, ipKey } from "./fraud-metric.store.js";
import { type FraudWarning, WARNINGS } from "./fraud-record.js";
import { thresholdsOf, type VerifiedCounts } from "./thresholds.js";

const [COUNTRIES, COUNTRY_DAILY, COUNTRY_HOURLY, IP_DAILY, IP_HOURLY] = WARNINGS;
const DAY = 86_400;
const HOUR = 3_600;
const CACHE_SECONDS = 300;
/** A flow run lives 20 minutes from its last input. */
const RUN_SECONDS = 3_600;

interface Bucket {
  key: string;
  warning: FraudWarning;
  window: number;
  threshold: number;
}

/** The counters of fraud protection in Redis, and what their thresholds are. */
@Injectable()
export class FraudCounters {
  constructor(
    private readonly db: Database,
    private readonly redis: RedisConnection,
    private readonly metrics: FraudMetricStore,
  ) {}

  /** Counts one attempt; which warnings it triggers. */
  async fill(ctx: ProjectContext, country: string): Promise<ReadonlySet<FraudWarning>> {
    const buckets = await this.buckets(ctx, country);
    const { ip } = ctx.request;
    const keys = [...buckets.map(({ key }) => key), ...this.countryKeys(ctx, ip)];
    const args = [buckets.length, ...buckets.flatMap(({ threshold, window }) => [threshold, window]), ip ? country : ""];
    const full = (await this.redis.client.eval(FILL_SCRIPT, keys.length, ...keys, ...args)) as number[];
    const names = [...buckets.map(({ warning }) => warning), COUNTRIES];
    return new Set(names.filter((_, index) => full[index] === 1));
  }

  /** Notes that a run sent an SMS. */
  async sent(ctx: ProjectContext, { to, runId }: { to: string; runId: string }): Promise<void> {
    await this.redis.client.pipeline().hincrby(this.runKey(ctx, runId), to, 1).expire(this.runKey(ctx, runId), RUN_SECONDS).exec();
  }

  /** Takes units out of every bucket. */
  async drain(ctx: ProjectContext, { country, units }: { country: string; units: number }): Promise<void> {
    const buckets = await this.buckets(ctx, country);
    const args = buckets.flatMap(({ threshold, window }) => [threshold, window]);
    await this.redis.client.eval(DRAIN_SCRIPT, buckets.length, ...buckets.map(({ key }) => key), buckets.length, units, ...args);
  }

  /** Notes that the country was verified from this address, and that the run has one unverified code less. */
  async verified(ctx: ProjectContext, { country, to, runId }: { country: string; to: string; runId?: string }): Promise<void> {
    const { ip } = ctx.request;
    const [, verified] = this.countryKeys(ctx, ip);
    const pipeline = this.redis.client.pipeline();
    if (ip) pipeline.zadd(verified, Date.now() / 1000, country).expire(verified, DAY);
    if (runId !== undefined) pipeline.hincrby(this.runKey(ctx, runId), to, -1).expire(this.runKey(ctx, runId), RUN_SECONDS);
    await pipeline.exec();
  }

  /** What a run sent and nobody verified, by country; the run is forgotten. */
  async settle(ctx: ProjectContext, runId: string): Promise<Map<string, number>> {
    const pairs = (await this.redis.client.eval(SETTLE_SCRIPT, 1, this.runKey(ctx, runId))) as string[];
    const open = new Map<string, number>();
    for (let i = 0; i < pairs.length; i += 2) {
      const country = phoneRegion(pairs[i] as string);
      const units = Number(pairs[i + 1]);
      if (country && units > 0) open.set(country, (open.get(country) ?? 0) + units);
    }
    return open;
  }

  /** Without an address (jobs) only the country is counted. */
  private async buckets(ctx: ProjectContext, country: string): Promise<Bucket[]> {
    const { ip } = ctx.request;
    const { unverified_otp_budget } = ctx.project.config.fraud_protection.sms;
    const limits = thresholdsOf(unverified_otp_budget, country, await this.verifiedCounts(ctx, { country, ip }));
    const key = (window: number, kind: string, value: string) => projectKey(ctx, "fraud_protection", "leaky_bucket", String(window), kind, value);
    const byCountry = [
      { key: key(DAY, "country", country), warning: COUNTRY_DAILY, window: DAY, threshold: limits.countryDaily },
      { key: key(HOUR, "country", country), warning: COUNTRY_HOURLY, window: HOUR, threshold: limits.countryHourly },
    ];
    if (!ip) return byCountry;
    return [
      ...byCountry,
      { key: key(DAY, "ip", ip), warning: IP_DAILY, window: DAY, threshold: limits.ipDaily },
      { key: key(HOUR, "ip", ip), warning: IP_HOURLY, window: HOUR, threshold: limits.ipHourly },
    ];
  }

  /** Kept in Redis for five minutes. */
  private async verifiedCounts(ctx: ProjectContext, { country, ip }: { country: string; ip: string }): Promise<VerifiedCounts> {
    const key = (period: string, name: string) => projectKey(ctx, "fraud_protection", "threshold_cache", "sms_otp_verified", period, name);
    const keys = [key("14d_max", countryKey(country)), key("24h", countryKey(country)), key("1h", countryKey(country)), key("24h", ipKey(ip))];
    const cached = await this.redis.client.mget(...keys);
    if (cached.every((value) => value !== null)) {
      const [countryMax14d = 0, country24h = 0, country1h = 0, ip24h = 0] = cached.map(Number);
      return { countryMax14d, country24h, country1h, ip24h };
    }
    const counts = await this.db.read((tx) => this.metrics.verified(ctx, tx, { country, ip }));
    const values = [counts.countryMax14d, counts.country24h, counts.country1h, counts.ip24h];
    const pipeline = this.redis.client.pipeline();
    for (const [index, name] of keys.entries()) pipeline.set(name, String(values[index]), "EX", CACHE_SECONDS);
    await pipeline.exec();
    return counts;
  }

  private countryKeys(ctx: ProjectContext, ip: string): [string, string] {
    const key = (which: string) => projectKey(ctx, "fraud_protection", "phone_countries", which, ip);
    return [key("sent"), key("verified")];
  }

  private runKey(ctx: ProjectContext, runId: string): string {
    return projectKey(ctx, "fraud_protection", "run", runId);
  }
}
