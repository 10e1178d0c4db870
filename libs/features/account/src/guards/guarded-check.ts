import { Injectable } from "@nestjs/common";
import { rateLimited } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type LockableMethod, Lockout } from "@gatehouse/service-lockout";
import { type Bucket, RateLimiter } from "@gatehouse/service-rate-limit";
import { ReportLimit } from "./report-limit.js";

/** One check of something secret. */
export interface Guarded<T> {
  userId: UserId;
  buckets: readonly Bucket[];
  /** Absent for codes, which do not lock accounts. */
  lockable?: LockableMethod;
  /** Undefined or false when it is wrong. */
  verify: () => Promise<T | undefined | false>;
  /** What a wrong one answers. */
  refusal: () => Error;
}

/** Limits first, then the lock, then the check, then the lock again; only failures cost (spec: protection §2.4, §3.2). */
@Injectable()
export class GuardedCheck {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly lockout: Lockout,
    private readonly limits: ReportLimit,
  ) {}

  /** What the check found. Throws `RateLimited`, `AccountLockout`, or what a wrong secret answers. */
  async run<T>(ctx: ProjectContext, { userId, buckets, lockable, verify, refusal }: Guarded<T>): Promise<T> {
    const reservation = await this.limits.watch(ctx, () => this.limiter.reserve(ctx, buckets));
    const right = await this.checked(ctx, { userId, lockable, verify }).catch(async (error: unknown) => {
      // A code that too many failures have revoked is a wrong one.
      if (!rateLimited.is(error)) await reservation.refund();
      throw error;
    });
    if (right !== undefined && right !== false) {
      await reservation.refund();
      return right;
    }
    if (lockable) await this.lockout.fail(ctx, { userId, method: lockable });
    throw refusal();
  }

  /** The lock is asked again after a right secret: guesses at the same time are as many as they are, and the right one comes too late when others have locked the account meanwhile. */
  private async checked<T>(ctx: ProjectContext, { userId, lockable, verify }: Pick<Guarded<T>, "userId" | "lockable" | "verify">): Promise<T | undefined | false> {
    if (lockable) await this.lockout.check(ctx, userId);
    const found = await verify();
    if (lockable && found !== undefined && found !== false) await this.lockout.check(ctx, userId);
    return found;
  }
}
