import { Injectable } from "@nestjs/common";
import { usageLimitExceeded } from "@gatehouse/domain-errors";
import { buildEventContext, usageAlertTriggered } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { appendEvents, OUTBOX_WAKE_CHANNEL } from "@gatehouse/platform-outbox";
import { Database } from "@gatehouse/platform-postgres";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";
import { blockQuota, LEGACY_NAMES, limitsOf, periodEnds, type UsageLimit, type UsageName, type UsagePeriod } from "./usage-limits.js";
import { GIVE_BACK_SCRIPT, RESERVE_SCRIPT } from "./usage-script.js";

/** An amount that is counted. */
export interface UsageReservation {
  /** Takes it back: what it was reserved for did not happen. */
  giveBack(): Promise<void>;
}

const NOTHING: UsageReservation = { giveBack: async () => undefined };
const PERIODS: readonly UsagePeriod[] = ["day", "month"];

/** Counters of what costs money, by day and month (UTC), and the limits over them (spec: protection §8). */
@Injectable()
export class Usage {
  constructor(
    private readonly db: Database,
    private readonly redis: RedisConnection,
  ) {}

  /**
   * Counts `amount` of a usage: all or nothing, however many ask at once. Throws `UsageLimitExceeded` with `{name, usage_name, period}` when that would pass a limit that
   * blocks. Limits whose quota is reached by it are told of as `usage.alert.triggered`, at once. Nothing is counted where no limit of the name exists.
   */
  async reserve(ctx: ProjectContext, name: UsageName, amount = 1): Promise<UsageReservation> {
    if (!Number.isSafeInteger(amount) || amount < 0) throw new RangeError("an amount is a whole number");
    const limits = limitsOf(ctx, name);
    if (limits.length === 0 || amount === 0) return NOTHING;
    const keys = this.keys(ctx, name);
    const ends = periodEnds(ctx.now());
    const args = PERIODS.flatMap((period) => [blockQuota(limits, period), ends[period].getTime()]);
    const [refused, day, month] = (await this.redis.client.eval(RESERVE_SCRIPT, 2, ...keys, amount, ...args)) as [number, number, number];
    const period = PERIODS[refused - 1];
    if (period) throw usageLimitExceeded({ name: LEGACY_NAMES[name], usage_name: name, period });
    await this.alert(ctx, { name, limits, before: { day, month }, amount });
    return { giveBack: async () => void (await this.redis.client.eval(GIVE_BACK_SCRIPT, 2, ...keys, amount)) };
  }

  /** Throws like `reserve` would, and counts nothing. */
  async check(ctx: ProjectContext, name: UsageName, amount = 1): Promise<void> {
    const limits = limitsOf(ctx, name);
    if (limits.length === 0) return;
    const counted = await this.counts(ctx, name);
    for (const period of PERIODS) {
      const quota = blockQuota(limits, period);
      if (quota >= 0 && counted[period] + amount > quota) throw usageLimitExceeded({ name: LEGACY_NAMES[name], usage_name: name, period });
    }
  }

  /** What was counted in the running day and month. */
  async counts(ctx: ProjectContext, name: UsageName): Promise<Record<UsagePeriod, number>> {
    const [day, month] = await this.redis.client.mget(...this.keys(ctx, name));
    return { day: Number(day ?? 0), month: Number(month ?? 0) };
  }

  /** Each limit tells once a period: when its quota is reached. */
  private async alert(ctx: ProjectContext, use: { name: UsageName; limits: readonly UsageLimit[]; before: Record<UsagePeriod, number>; amount: number }): Promise<void> {
    const { name, limits, before, amount } = use;
    const reached = limits.filter(({ quota, period }) => before[period] < quota && quota <= before[period] + amount);
    if (reached.length === 0) return;
    const system: ProjectContext = Object.freeze({ ...ctx, actor: { type: "system" as const } });
    await this.db.read(async (tx) => {
      const project = await tx.queryOne<{ plan_name: string }>("select plan_name from project where id = $1", [ctx.project.id]);
      const plan_name = project?.plan_name ?? "";
      const events = reached.map(({ action, period, quota }) => usageAlertTriggered({ usage: { name, action, period, quota, current_value: before[period] + amount, plan_name } }));
      const rows = events.map((event) => ({ type: event.type, payload: event.payload, context: buildEventContext(system, event) }));
      await appendEvents(tx, ctx.project.id, rows);
    });
    this.redis.client.publish(OUTBOX_WAKE_CHANNEL, "").catch(() => undefined); // the relay also looks each second
  }

  private keys(ctx: ProjectContext, name: UsageName): [string, string] {
    const month = projectKey(ctx, "usage-limit", LEGACY_NAMES[name]);
    return [`${month}:day`, month];
  }
}
