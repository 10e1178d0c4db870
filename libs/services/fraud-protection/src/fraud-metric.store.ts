import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import type { VerifiedCounts } from "./thresholds.js";

/** A code sent by SMS was verified. */
export const VERIFIED = "sms_otp_verified";
/** An unverified code was taken back. */
export const DRAINED = "sms_otp_unverified_count_drained";
/** `key` of a row. */
export const ipKey = (ip: string): string => `ip:${ip}`;
/** `key` of a row. */
export const countryKey = (country: string): string => `phone_country:${country}`;

const DAY_MS = 86_400_000;

/** Table `fraud_metric`: what was verified and drained, by address and by country of the number. */
@Injectable()
export class FraudMetricStore {
  /** Adds rows of one name, `units` of each key. */
  async insert(ctx: ProjectContext, tx: Tx, { name, keys, units = 1 }: { name: string; keys: readonly string[]; units?: number }): Promise<void> {
    const all = Array.from({ length: units }, () => keys).flat();
    if (all.length === 0) return;
    await tx.query("insert into fraud_metric (project_id, id, name, key, created_at) select $1, e.id, $2, e.key, $3 from unnest($4::uuid[], $5::text[]) e(id, key)", [
      ctx.project.id,
      name,
      ctx.now(),
      all.map(() => ctx.newId()),
      all,
    ]);
  }

  /** Verified codes of a country and an address, in one statement. Days are those of UTC, from midnight 14 days ago. */
  async verified(ctx: ProjectContext, tx: Tx, { country, ip }: { country: string; ip: string }): Promise<VerifiedCounts> {
    const now = ctx.now().getTime();
    const midnight = new Date(Math.floor(now / DAY_MS) * DAY_MS - 14 * DAY_MS);
    const row = await tx.queryOne<{ most: string; day: string; hour: string; ip: string }>(
      `select
         (select coalesce(max(n), 0) from (select count(*) as n from fraud_metric where project_id = $1 and name = $2 and key = $3 and created_at >= $5
           group by date_trunc('day', created_at at time zone 'UTC')) days) as most,
         (select count(*) from fraud_metric where project_id = $1 and name = $2 and key = $3 and created_at > $6) as day,
         (select count(*) from fraud_metric where project_id = $1 and name = $2 and key = $3 and created_at > $7) as hour,
         (select count(*) from fraud_metric where project_id = $1 and name = $2 and key = $4 and created_at > $6) as ip`,
      [ctx.project.id, VERIFIED, countryKey(country), ipKey(ip), midnight, new Date(now - DAY_MS), new Date(now - DAY_MS / 24)],
    );
    return { countryMax14d: Number(row?.most ?? 0), country24h: Number(row?.day ?? 0), country1h: Number(row?.hour ?? 0), ip24h: Number(row?.ip ?? 0) };
  }

  /** Whether anybody of the project has proven the number. */
  async isProven(ctx: ProjectContext, tx: Tx, phone: string): Promise<boolean> {
    return (await tx.queryOne("select 1 from verified_claim where project_id = $1 and name = 'phone_number' and value = $2 limit 1", [ctx.project.id, phone])) !== undefined;
  }
}
