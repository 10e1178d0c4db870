import { randomUUID } from "node:crypto";
import type { Worker } from "bullmq";
import type { RedisClient } from "@gatehouse/platform-redis";
import { JobQueue, type PeriodicJob, PeriodicJobs, type PeriodicJobsOptions } from "@gatehouse/platform-queue";
import { soon, testPlatform } from "@gatehouse/platform-testing";
import { afterEach, describe, expect, it, vi } from "vitest";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  vi.restoreAllMocks();
});

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function setup() {
  const { redis, env } = await testPlatform();
  const name = `test-${randomUUID()}`;
  const failures: [string, string][] = [];
  const work = (jobs: readonly PeriodicJob[], how: Partial<PeriodicJobsOptions> = {}) => {
    const worker = new PeriodicJobs({ name, redis, databaseUrl: env.databaseUrl, jobs, failed: (error, of) => failures.push([of, error.message]), ...how });
    worker.start();
    opened.push(worker);
    return worker;
  };
  const keys = () => redis.client.keys(`*${name}:*`);
  const queue = new JobQueue({ name, redis, databaseUrl: env.databaseUrl });
  opened.push(queue);
  return { work, failures, keys, redis, queue, lose: async () => void (await redis.client.del(...(await keys()))) };
}

/** As SIGKILL does: it says nothing more, and what it was at is never finished. */
function kill(worker: PeriodicJobs): void {
  opened.splice(opened.indexOf(worker), 1);
  const { worker: bull, connection, timer } = worker as unknown as { worker: Worker; connection: RedisClient; timer: NodeJS.Timeout };
  clearInterval(timer);
  connection.disconnect();
  void bull.close(true);
}

/** Work that notes when it ran. */
const noting = (times: number[], everySeconds: number, more: Partial<PeriodicJob> = {}): PeriodicJob => ({
  name: "sweep",
  everySeconds,
  run: async () => void times.push(Date.now()),
  ...more,
});

describe("periodic work", () => {
  it("runs once per interval over all workers, the first time at once", async () => {
    const { work } = await setup();
    const times: number[][] = [[], [], []];
    for (const own of times) work([noting(own, 0.5)]);
    await soon(() => expect(times.flat().length).toBeGreaterThanOrEqual(5));
    const all = times.flat().sort((a, b) => a - b);
    expect(all.length).toBeLessThanOrEqual(1 + Math.ceil(((all.at(-1) as number) - (all[0] as number)) / 490));
  });

  it("of a long interval does not wait for its end the first time", async () => {
    const { work } = await setup();
    const times: number[] = [];
    work([noting(times, 3600)]);
    await soon(() => expect(times).toHaveLength(1));
  });

  it("of a worker that was killed is done anew by another one soon, and comes again: nothing is lost, only late", async () => {
    const { work } = await setup();
    const lockMs = 500;
    const begun: number[] = [];
    const run = async (): Promise<void> => {
      begun.push(Date.now());
      await new Promise(() => undefined);
    };
    const killed = work([{ name: "sweep", everySeconds: 0.2, run }], { lockMs });
    await soon(() => expect(begun).toHaveLength(1));
    const times: number[] = [];
    work([noting(times, 0.2)], { lockMs });
    await rest(300);
    expect(times).toEqual([]);
    kill(killed);
    const at = Date.now();
    await soon(() => expect(times.length).toBeGreaterThanOrEqual(3));
    expect((times[0] as number) - at).toBeLessThan(20 * lockMs);
  });

  it("of several kinds does not wait for each other", async () => {
    const { work } = await setup();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const times: number[] = [];
    work([{ name: "long", everySeconds: 60, run: () => held }, noting(times, 0.1)]);
    await soon(() => expect(times.length).toBeGreaterThanOrEqual(3));
    release();
  });

  it("that fails is told of, and comes again", async () => {
    const { work, failures } = await setup();
    let ran = 0;
    const run = async (): Promise<void> => {
      ran += 1;
      if (ran < 3) throw new Error(`no ${ran}`);
    };
    work([{ name: "sweep", everySeconds: 0.1, run }]);
    await soon(() => expect(ran).toBeGreaterThanOrEqual(4));
    expect(failures).toEqual([
      ["sweep", "no 1"],
      ["sweep", "no 2"],
    ]);
  });

  it("does not pile up while a run takes longer than its interval, here or at another worker", async () => {
    const { work, queue } = await setup();
    let [ran, atOnce, most] = [0, 0, 0];
    const run = async (): Promise<void> => {
      ran += 1;
      atOnce += 1;
      most = Math.max(most, atOnce);
      await rest(700);
      atOnce -= 1;
    };
    for (let i = 0; i < 2; i += 1) work([{ name: "sweep", everySeconds: 0.1, run }]);
    await soon(() => expect(ran).toBeGreaterThanOrEqual(3));
    expect(most).toBe(1);
    expect(await queue.pending()).toBeLessThanOrEqual(4);
  });

  it("is on the schedule again after Redis lost everything", async () => {
    const { work, lose } = await setup();
    const times: number[] = [];
    work([noting(times, 0.2)], { checkMs: 100 });
    await soon(() => expect(times.length).toBeGreaterThanOrEqual(2));
    await lose();
    const before = times.length;
    await soon(() => expect(times.length).toBeGreaterThanOrEqual(before + 3));
  });

  it("is on the schedule again when the connection is ready again, before the next look at it", async () => {
    const { work, lose, redis } = await setup();
    const duplicates: RedisClient[] = [];
    const { duplicate } = redis.client;
    vi.spyOn(redis.client, "duplicate").mockImplementation((override) => {
      const made = duplicate.call(redis.client, override);
      duplicates.push(made);
      return made;
    });
    const times: number[] = [];
    work([noting(times, 0.2)], { checkMs: 3_600_000 });
    await soon(() => expect(times.length).toBeGreaterThanOrEqual(2));
    await lose();
    await rest(500);
    const before = times.length;
    await rest(500);
    expect(times.length).toBe(before);
    for (const connection of duplicates) connection.disconnect(true);
    await soon(() => expect(times.length).toBeGreaterThanOrEqual(before + 3));
  });

  it("keeps its time when another worker starts", async () => {
    const { work } = await setup();
    const times: number[] = [];
    work([noting(times, 3600)]);
    await soon(() => expect(times).toHaveLength(1));
    work([noting(times, 3600)]);
    await rest(400);
    expect(times).toHaveLength(1);
  });

  it("takes a new interval over, and drops what is no more", async () => {
    const { work, keys } = await setup();
    const before: number[] = [];
    const times: number[] = [];
    const first = work([noting(before, 3600), noting(before, 3600, { name: "former" })]);
    await soon(() => expect(before).toHaveLength(2));
    await first.close();
    expect((await keys()).filter((key) => key.endsWith("repeat:former"))).toHaveLength(1);
    work([noting(times, 0.2)]);
    await soon(() => expect(times.length).toBeGreaterThanOrEqual(2));
    expect((await keys()).filter((key) => key.includes("former"))).toEqual([]);
  });

  it("that is due at the start runs whenever a worker starts, once for those that start together", async () => {
    const { work, redis, keys } = await setup();
    const times: number[] = [];
    const atStart = () => work([noting(times, 3600, { atStart: true })]);
    atStart();
    await soon(() => expect(times).toHaveLength(1));
    atStart();
    await rest(300);
    expect(times).toHaveLength(1);
    await redis.client.del(...(await keys()).filter((key) => key.includes(":started:"))); // ten seconds later
    atStart();
    await soon(() => expect(times).toHaveLength(2));
    await rest(300);
    expect(times).toHaveLength(2);
  });

  it("finishes the run at work before it closes, and takes no other", async () => {
    const { work } = await setup();
    const order: string[] = [];
    const worker = work([
      {
        name: "sweep",
        everySeconds: 0.1,
        run: async () => {
          order.push("began");
          await rest(300);
          order.push("finished");
        },
      },
    ]);
    await soon(() => expect(order).toEqual(["began"]));
    await worker.close();
    order.push("closed");
    await rest(300);
    expect(order).toEqual(["began", "finished", "closed"]);
  });
});
