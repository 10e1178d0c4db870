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
  /** As configured; empty when it is not. */
  lockoutType: string;
  isLocked: boolean;
  /** Locks per user alone. */
  lockedUntil?: Date;
  /** Locks per user and address: latest unlock first. */
  lockedIPs: { ipAddress: string; lockedUntil: Date }[];
}

const METHODS: readonly LockableMethod[] = ["password", "totp", "oob_otp", "recovery_code"];
const ms = (duration: string | undefined): number => parseDuration(duration ?? "") ?? 0;
/** RFC 3339 with whole seconds, rounded up: nobody is told to come back too early. */
const wholeSeconds = (at: number): string => new Date(Math.ceil(at / 1000) * 1000).toISOString().replace(".000Z", "Z");

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
    const held = Number((await this.redis.client.get(this.lockKey(ctx, userId))) ?? 0);
    if (held > ctx.now().getTime()) throw accountLockout({ until: wholeSeconds(held) });
  }

  /** Counts a failure of a method that takes part. Throws `AccountLockout` when it locks, or the account is locked already. */
  async fail(ctx: ProjectContext, { userId, method }: { userId: string; method: LockableMethod }): Promise<void> {
    const { lockout } = ctx.project.config.authentication;
    if (!this.isOn(ctx) || !lockout[method].enabled) return;
    const { max_attempts, history_duration, minimum_duration, maximum_duration, backoff_factor } = lockout;
    const numbers = [max_attempts, ms(history_duration), ms(minimum_duration), ms(maximum_duration), backoff_factor, this.isPerAddress(ctx) ? 1 : 0];
    const keys = [this.countKey(ctx, userId), this.globalLock(ctx, userId), this.addressLock(ctx, userId)];
    const [locked, until] = (await this.redis.client.eval(FAIL_SCRIPT, keys.length, ...keys, ctx.now().getTime(), ctx.request.ip, ...numbers)) as [number, string | number];
    if (locked === 1) throw accountLockout({ until: wholeSeconds(Number(until)) });
  }

  /** A login by methods of which one takes part: this address's failures are forgotten. */
  async succeed(ctx: ProjectContext, { userId, methods }: { userId: string; methods: readonly LockableMethod[] }): Promise<void> {
    const { lockout } = ctx.project.config.authentication;
    if (!this.isOn(ctx) || !methods.some((method) => lockout[method].enabled)) return;
    await this.redis.client.eval(SUCCEED_SCRIPT, 1, this.countKey(ctx, userId), ctx.request.ip);
  }

  /** How an account stands, for administrators. */
  async status(ctx: ProjectContext, userId: string): Promise<LockoutStatus> {
    const lockoutType = ctx.project.config.authentication.lockout.lockout_type ?? "";
    if (!this.isOn(ctx)) return { lockoutType, isLocked: false, lockedIPs: [] };
    const now = ctx.now().getTime();
    if (!this.isPerAddress(ctx)) {
      const held = Number((await this.redis.client.get(this.globalLock(ctx, userId))) ?? 0);
      return { lockoutType, isLocked: held > now, ...(held > now ? { lockedUntil: new Date(held) } : {}), lockedIPs: [] };
    }
    const fields = Object.entries(await this.redis.client.hgetall(this.countKey(ctx, userId)));
    const locks = fields.flatMap(([field, value]) =>
      field.startsWith("lock:") && Number(value) > now ? [{ ipAddress: field.slice("lock:".length), lockedUntil: new Date(Number(value)) }] : [],
    );
    return { lockoutType, isLocked: locks.length > 0, lockedIPs: locks.sort((a, b) => b.lockedUntil.getTime() - a.lockedUntil.getTime()) };
  }

  /** Forgets every failure and lifts every lock of a user. */
  async reset(ctx: ProjectContext, userId: string): Promise<void> {
    const addresses = (await this.redis.client.hkeys(this.countKey(ctx, userId))).flatMap((field) => (field.startsWith("lock:") ? [field.slice("lock:".length)] : []));
    await this.redis.client.del(this.countKey(ctx, userId), this.globalLock(ctx, userId), ...addresses.map((address) => this.lockOf(ctx, userId, address)));
  }

  private isPerAddress({ project }: ProjectContext): boolean {
    return project.config.authentication.lockout.lockout_type === "per_user_per_ip";
  }

  private lockKey(ctx: ProjectContext, userId: string): string {
    return this.isPerAddress(ctx) ? this.addressLock(ctx, userId) : this.globalLock(ctx, userId);
  }

  private countKey(ctx: ProjectContext, userId: string): string {
    return projectKey(ctx, "lockout", userId);
  }

  private globalLock(ctx: ProjectContext, userId: string): string {
    return projectKey(ctx, "lockout", userId, "lock", "global");
  }

  private addressLock(ctx: ProjectContext, userId: string): string {
    return this.lockOf(ctx, userId, ctx.request.ip);
  }

  private lockOf(ctx: ProjectContext, userId: string, address: string): string {
    return projectKey(ctx, "lockout", userId, "lock", address);
  }
}
