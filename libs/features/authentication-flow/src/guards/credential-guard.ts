import { Injectable } from "@nestjs/common";
import { invalidCredentials, rateLimited } from "@gatehouse/domain-errors";
import type { GatehouseEvent } from "@gatehouse/domain-events";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { Lockout } from "@gatehouse/service-lockout";
import { type Bucket, RateLimiter, type Reservation } from "@gatehouse/service-rate-limit";
import type { Run } from "../engine/run.js";

/** Methods that may lock an account. */
export type LockableMethod = "password" | "totp" | "oob_otp" | "recovery_code";

/** One check of a credential. */
export interface Attempt<T> {
  /** What the trace and the error call it: `password`, `totp`, `oob_otp_email` ... */
  name: string;
  /** `AuthenticationType` of the error, when it is another word. */
  shownAs?: string;
  buckets: readonly Bucket[];
  /** Absent for methods that are not subject to lockout. */
  lockable?: LockableMethod;
  /** Who is being authenticated; absent when nobody is known yet. */
  userId?: string;
  /** Undefined when the credential is wrong. */
  verify: () => Promise<T | undefined>;
  /** Recorded when it is. */
  failed?: () => Promise<GatehouseEvent> | GatehouseEvent;
  /** What a wrong credential answers; `InvalidCredentials` by default. */
  error?: () => Error;
}

/** Every check of a credential goes through here: limits first, then the lock, then the check, then the lock again; only failures cost (spec: protection §2.4, §3.2). */
@Injectable()
export class CredentialGuard {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly lockout: Lockout,
    private readonly outbox: EventOutbox,
  ) {}

  /** The result of a right check. Throws `RateLimited`, `AccountLockout`, or what a wrong credential answers. */
  async check<T>(run: Run, attempt: Attempt<T>): Promise<T> {
    const reservation = await this.reserve(run, attempt);
    await this.refuseLocked(run, attempt, reservation);
    const result = await run.trace.timed("method", attempt.name, attempt.verify).catch(async (error: unknown) => {
      // A code that too many failures have revoked is a wrong one.
      if (!rateLimited.is(error)) await reservation.refund();
      throw error;
    });
    if (result !== undefined) {
      // Guesses at the same time are as many as they are: the right one comes too late when others have locked the account meanwhile.
      if (attempt.lockable) await this.refuseLocked(run, attempt, reservation);
      run.reservations.push(reservation);
      return result;
    }
    const tell = async () => attempt.failed && this.outbox.appendNow(run.ctx, [await attempt.failed()]);
    // The recovery code that locks is told by the lock alone (spec: protection §3.2).
    if (attempt.lockable !== "recovery_code") await tell();
    if (attempt.lockable && attempt.userId) await this.countFailure(run, attempt.lockable, attempt.userId);
    if (attempt.lockable === "recovery_code") await tell();
    throw attempt.error?.() ?? invalidCredentials({ AuthenticationType: attempt.shownAs ?? attempt.name });
  }

  private async reserve<T>(run: Run, { buckets }: Attempt<T>): Promise<Reservation> {
    try {
      return await this.limiter.reserve(run.ctx, weighted(run, buckets));
    } catch (error) {
      run.trace.add("rate_limit", bucketName(error), "refused");
      throw error;
    }
  }

  private async refuseLocked<T>(run: Run, { userId }: Attempt<T>, reservation: Reservation): Promise<void> {
    if (!userId || !this.lockout.isOn(run.ctx)) return;
    try {
      await this.lockout.check(run.ctx, userId);
    } catch (error) {
      run.trace.add("lockout", "account", "locked");
      await reservation.refund();
      throw error;
    }
  }

  private async countFailure(run: Run, method: LockableMethod, userId: string): Promise<void> {
    try {
      await this.lockout.fail(run.ctx, { userId, method });
    } catch (error) {
      run.trace.add("lockout", method, "locked now");
      throw error;
    }
  }
}

const bucketName = (error: unknown): string => String((error as { info?: { bucket_name?: string } }).info?.bucket_name ?? "unknown");

/** The weight that hooks gave checks of credentials; 1 by default. Codes that verify an address are none (spec: events and hooks §6.6; protection §2.5). */
export function weighted(run: Run, buckets: readonly Bucket[]): Bucket[] {
  const weight = run.state.memory.demands.weights?.["authentication.general"];
  if (weight === undefined) return [...buckets];
  const isCredential = ({ limit }: Bucket) => limit?.group.startsWith("authentication.") === true;
  return buckets.flatMap((bucket) => (!isCredential(bucket) ? [bucket] : weight > 0 ? [{ ...bucket, weight }] : []));
}
