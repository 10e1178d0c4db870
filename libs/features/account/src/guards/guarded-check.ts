import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type LockableMethod, Lockout } from "@gatehouse/service-lockout";
import { type Bucket, RateLimiter } from "@gatehouse/service-rate-limit";

/** One check of something secret. */
export interface Guarded {
  userId: UserId;
  buckets: readonly Bucket[];
  /** Absent for codes, which do not lock accounts. */
  lockable?: LockableMethod;
  verify: () => Promise<boolean>;
  /** What a wrong one answers. */
  refusal: () => Error;
}

/** Limits first, then the lock, then the check; only failures cost (spec: protection §2.4, §3.2). */
@Injectable()
export class GuardedCheck {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly lockout: Lockout,
  ) {}

  /** Throws `RateLimited`, `AccountLockout`, or what a wrong secret answers. */
  async run(ctx: ProjectContext, { userId, buckets, lockable, verify, refusal }: Guarded): Promise<void> {
    const reservation = await this.limiter.reserve(ctx, buckets);
    const isRight = await this.checked(ctx, { userId, lockable, verify }).catch(async (error: unknown) => {
      await reservation.refund();
      throw error;
    });
    if (isRight) return reservation.refund();
    if (lockable) await this.lockout.fail(ctx, { userId, method: lockable });
    throw refusal();
  }

  private async checked(ctx: ProjectContext, { userId, lockable, verify }: Pick<Guarded, "userId" | "lockable" | "verify">): Promise<boolean> {
    if (lockable) await this.lockout.check(ctx, userId);
    return verify();
  }
}
