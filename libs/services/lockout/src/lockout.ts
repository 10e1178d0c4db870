import { Injectable } from "@nestjs/common";
import { parseDuration } from "@gatehouse/domain-config";
import { accountLockout } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";
import { FAIL_SCRIPT, SUCCEED_SCRIPT } from "./lockout-script.js";

/** Methods that may lock accounts. */
export type LockableMethod = "password" | "totp" | "oob_otp" | "recovery_code";

/** How an account stands (spec: protection §3.3). */
export interface LockoutStatus {
  /** `per_user` or `per_user_per_ip`, as configured; empty when it is not. */
  lockoutType: string;
  isLocked: boolean;
  /** Locks per user alone. */
  lockedUntil?: Date;
  /** Locks per user and address: latest unlock first. */
  lockedIPs: { ipAddress: string; lockedUntil: Date }[];
}

const METHODS: readonly LockableMethod[] = ["password", "totp", "oob_otp", "recovery_code"];
const WHOLE_USER = "global";
const ADDRESS = "ip:";

/** Whole milliseconds of a configured duration. */
const ms = (duration: string | undefined): number => Math.floor(parseDuration(duration ?? "") ?? 0);
/** Locks end on whole seconds, and are told so: RFC 3339 without a fraction. */
const rfc3339 = (at: number): string => new Date(at).toISOString().replace(".000Z", "Z");

/** Account lockout with backoff, in Redis (spec: protection §3). Contributors are client addresses. */
@Injectable()
export class Lockout {
  constructor(private readonly redis: RedisConnection) {}

  /** Whether the project locks accounts at all. */
  isOn({ project }: ProjectContext): boolean {
    const { lockout } = project.config.authentication;
    return lockout.max_attempts >= 1 && METHODS.some((method) => lockout[method].enabled);
  }

  /** Throws `AccountLockout` when the user, or his address, is locked. */
  async check(ctx: ProjectContext, userId: string): Promise<void> {
    if (!this.isOn(ctx)) return;
    const ends = Number((await this.redis.client.zscore(this.locks(ctx, userId), lockedPart(ctx))) ?? 0);
    if (ends > ctx.now().getTime()) throw accountLockout({ until: rfc3339(ends) });
  }

  /** Counts a failure of a method that takes part. Throws `AccountLockout` when it locks, or the account is locked already. */
  async fail(ctx: ProjectContext, { userId, method }: { userId: string; method: LockableMethod }): Promise<void> {
    const { lockout } = ctx.project.config.authentication;
    if (!this.isOn(ctx) || !lockout[method].enabled) return;
    const { max_attempts, history_duration, minimum_duration, maximum_duration, backoff_factor } = lockout;
    const numbers = [max_attempts, ms(history_duration), ms(minimum_duration), ms(maximum_duration), backoff_factor, isPerAddress(ctx) ? 1 : 0];
    const who = [ctx.request.ip, lockedPart(ctx)];
    const answer = await this.redis.client.eval(FAIL_SCRIPT, 2, this.counts(ctx, userId), this.locks(ctx, userId), ctx.now().getTime(), ...who, ...numbers);
    const [locked, ends] = answer as [number, string];
    if (locked === 1) throw accountLockout({ until: rfc3339(Number(ends)) });
  }

  /** A whole login or reauthentication succeeded: when one of its methods takes part, this address's failures are forgotten. A lock that holds stays. */
  async succeed(ctx: ProjectContext, { userId, methods }: { userId: string; methods: readonly LockableMethod[] }): Promise<void> {
    const { lockout } = ctx.project.config.authentication;
    if (!this.isOn(ctx) || !methods.some((method) => lockout[method].enabled)) return;
    await this.redis.client.eval(SUCCEED_SCRIPT, 1, this.counts(ctx, userId), ctx.request.ip);
  }

  /** How an account stands, for administrators. */
  async status(ctx: ProjectContext, userId: string): Promise<LockoutStatus> {
    return (await this.statuses(ctx, [userId]))[0] as LockoutStatus;
  }

  /** How accounts stand, in the order of the ids. One round trip. */
  async statuses(ctx: ProjectContext, userIds: readonly string[]): Promise<LockoutStatus[]> {
    const lockoutType = ctx.project.config.authentication.lockout.lockout_type ?? "";
    if (!this.isOn(ctx)) return userIds.map(() => ({ lockoutType, isLocked: false, lockedIPs: [] }));
    return (await this.running(ctx, userIds)).map((locks) => {
      if (!isPerAddress(ctx)) {
        const whole = locks.find(({ part }) => part === WHOLE_USER);
        return { lockoutType, isLocked: whole !== undefined, ...(whole ? { lockedUntil: whole.until } : {}), lockedIPs: [] };
      }
      const lockedIPs = locks.flatMap(({ part, until }) => (part.startsWith(ADDRESS) ? [{ ipAddress: part.slice(ADDRESS.length), lockedUntil: until }] : []));
      return { lockoutType, isLocked: lockedIPs.length > 0, lockedIPs };
    });
  }

  /** Forgets every failure and lifts every lock of a user. Does nothing where accounts are not locked. */
  async reset(ctx: ProjectContext, userId: string): Promise<void> {
    if (this.isOn(ctx)) await this.redis.client.del(this.counts(ctx, userId), this.locks(ctx, userId));
  }

  /** Locks that hold of each user, latest unlock first. */
  private async running(ctx: ProjectContext, userIds: readonly string[]): Promise<{ part: string; until: Date }[][]> {
    const pipeline = this.redis.client.pipeline();
    for (const userId of userIds) pipeline.zrevrangebyscore(this.locks(ctx, userId), "+inf", `(${ctx.now().getTime()}`, "WITHSCORES");
    const answers = (await pipeline.exec()) ?? [];
    return answers.map(([error, found]) => {
      if (error) throw error;
      const flat = found as string[];
      return flat.flatMap((part, at) => (at % 2 === 0 ? [{ part, until: new Date(Number(flat[at + 1])) }] : []));
    });
  }

  private counts(ctx: ProjectContext, userId: string): string {
    return projectKey(ctx, "lockout", "AccountAuthentication", userId);
  }

  private locks(ctx: ProjectContext, userId: string): string {
    return projectKey(ctx, "lockout", "AccountAuthentication", userId, "locks");
  }
}

const isPerAddress = ({ project }: ProjectContext): boolean => project.config.authentication.lockout.lockout_type === "per_user_per_ip";

/** What a failure of this request locks: the user, or the user at this address. */
const lockedPart = (ctx: ProjectContext): string => (isPerAddress(ctx) ? `${ADDRESS}${ctx.request.ip}` : WHOLE_USER);
