import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { GiveUp, JobQueue, JobWorker, type RunningJob } from "@gatehouse/platform-queue";
import { soon, testPlatform } from "@gatehouse/platform-testing";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function setup(run: (job: RunningJob) => Promise<void>, retryDelay: (attempt: number) => number = () => 1) {
  const { redis, env } = await testPlatform();
  const options = { name: `test-${randomUUID()}`, redis, databaseUrl: env.databaseUrl };
  const queue = new JobQueue(options);
  const failures: Error[] = [];
  opened.push(queue);
  const work = () => {
    const worker = new JobWorker({ ...options, run, retryDelay, failed: (error) => failures.push(error) });
    opened.push(worker);
    return worker;
  };
  return { queue, work, failures, keys: () => redis.client.keys(`*${options.name}:*`), redis };
}

describe("job queue", () => {
  it("runs a job once per id while it is queued", async () => {
    const seen: unknown[] = [];
    const { queue, work } = await setup(async ({ data }) => void seen.push(data));
    await queue.addAll([
      { data: { n: 1 }, how: { id: "a" } },
      { data: { n: 2 }, how: { id: "a" } },
      { data: { n: 3 }, how: { id: "b" } },
    ]);
    work();
    await soon(() => expect(seen).toHaveLength(2));
    expect(seen).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it("tries a failing job as often as it may, with the delays it is told", async () => {
    const attempts: number[] = [];
    const asked: number[] = [];
    const { queue, work, failures } = await setup(
      async ({ attempt }) => {
        attempts.push(attempt);
        throw new Error("no");
      },
      (attempt) => {
        asked.push(attempt);
        return 1;
      },
    );
    await queue.add({}, { attempts: 3 });
    work();
    await soon(() => expect(failures).toHaveLength(3));
    expect(attempts).toEqual([1, 2, 3]);
    expect(asked).toEqual([1, 2]);
  });

  it("gives up at once when told so", async () => {
    const { queue, work, failures } = await setup(() => Promise.reject(new GiveUp("hopeless")));
    await queue.add({}, { attempts: 5 });
    work();
    await soon(() => expect(failures.map((error) => error.message)).toEqual(["hopeless"]));
    expect(await queue.pending()).toBe(0);
  });

  it("leaves no data of finished and failed jobs in Redis", async () => {
    let ran = 0;
    const { queue, work, keys, redis } = await setup(async ({ data }) => {
      ran += 1;
      if ((data as { fail?: boolean }).fail) throw new Error("no");
    });
    await queue.add({ secret: "123456" });
    await queue.add({ secret: "654321", fail: true });
    work();
    await soon(async () => {
      expect(ran).toBe(2);
      expect(await queue.pending()).toBe(0);
    });
    await soon(async () => {
      const hashes = await Promise.all((await keys()).map(async (key) => ((await redis.client.type(key)) === "hash" ? JSON.stringify(await redis.client.hgetall(key)) : "")));
      expect(hashes.join()).not.toMatch(/123456|654321/);
    });
  });

  it("drops jobs that nobody took in time", async () => {
    const { queue } = await setup(async () => undefined);
    await queue.add({ secret: "123456" });
    await soon(async () => {
      await queue.dropWaiting(1);
      expect(await queue.pending()).toBe(0);
    });
  });

  it("finishes the job at work before it closes", async () => {
    const order: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { queue, work } = await setup(async () => {
      order.push("began");
      await held;
      order.push("finished");
    });
    const worker = work();
    await queue.add({});
    await soon(() => expect(order).toEqual(["began"]));
    const closing = worker.close().then(() => order.push("closed"));
    release();
    await closing;
    expect(order).toEqual(["began", "finished", "closed"]);
  });
});
