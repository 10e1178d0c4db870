import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";

/** Measured with `npm run bench`: less lets userinfo's p99 beside a storm of logins rise above twice its idle value on two cores, although the threads that hash give way. */
const REST = 1.5;

/** Waiting, for tests to take the place of. */
export type Wait = (milliseconds: number) => Promise<unknown>;

/**
 * Runs a bounded number of hashes at a time, the others in order. While others wait, each runner rests after a hash: a queue is a storm of logins, every one of which
 * makes work for the event loop, the database and the cache when its hash is done, and on a small machine these have only the processor time that hashing leaves.
 * All runners together leave half as much again as one of them takes: one rests 1.5 times as long as it worked, three half as long each. A hash that finds a runner
 * free waits for nothing.
 */
export class HashQueue {
  private readonly waiting: (() => void)[] = [];
  private readonly underWay = new Set<Promise<unknown>>();
  private free: number;

  constructor(
    private readonly concurrency: number,
    private readonly wait: Wait = delay,
  ) {
    this.free = concurrency;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.inTurn(work);
    this.underWay.add(result);
    return result.finally(() => this.underWay.delete(result));
  }

  /** Resolves when all that was asked for until now is done or has failed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    const begun = performance.now();
    try {
      return await work();
    } finally {
      void this.next(((performance.now() - begun) * REST) / this.concurrency);
    }
  }

  private async next(rest: number): Promise<void> {
    if (this.waiting.length > 0) await this.wait(rest);
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }
}
