import { expect, it } from "vitest";
import { HashQueue } from "./hash-queue.js";

/** Work that ends when it is told to. */
class Jobs {
  readonly started: number[] = [];
  private readonly ends: (() => void)[] = [];

  readonly make = (n: number) => (): Promise<number> => {
    this.started.push(n);
    return new Promise((resolve) => {
      this.ends[n] = () => resolve(n);
    });
  };
  async end(n: number): Promise<void> {
    this.ends[n]?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

it("runs as many at a time as it may, the others in order, and rests only while others wait", async () => {
  const rests: number[] = [];
  const queue = new HashQueue(2, async (milliseconds) => rests.push(milliseconds));
  const jobs = new Jobs();
  const results = [0, 1, 2, 3].map((n) => queue.run(jobs.make(n)));
  expect(jobs.started).toEqual([0, 1]);
  await jobs.end(1);
  expect([jobs.started, rests.length]).toEqual([[0, 1, 2], 1]);
  await jobs.end(0);
  expect([jobs.started, rests.length]).toEqual([[0, 1, 2, 3], 2]);
  await jobs.end(2);
  await jobs.end(3);
  expect([await Promise.all(results), rests.length]).toEqual([[0, 1, 2, 3], 2]);
  const late = queue.run(jobs.make(4));
  expect(jobs.started).toContain(4);
  await jobs.end(4);
  expect([await late, rests.length]).toEqual([4, 2]);
});

it("goes on after a hash that failed", async () => {
  const queue = new HashQueue(1, async () => undefined);
  const failed = queue.run(() => Promise.reject(new Error("broken")));
  const next = queue.run(async () => "fine");
  await expect(failed).rejects.toThrow("broken");
  expect(await next).toBe("fine");
});
