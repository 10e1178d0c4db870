import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { appendEvents, OutboxRelay, type RelayedRow } from "@gatehouse/platform-outbox";
import { soon, testPlatform, type TestPlatform } from "@gatehouse/platform-testing";

let platform: TestPlatform;
beforeEach(async () => {
  platform = await testPlatform();
  await platform.db.read((tx) => tx.query("update outbox set dispatched_at = now() where dispatched_at is null"));
});

function relay(publish: (rows: readonly RelayedRow[]) => Promise<void>, failed: (error: unknown) => void = () => undefined) {
  return new OutboxRelay({ db: platform.db, redis: platform.redis.client, publish, failed, pollMs: 50 });
}
const append = (projectId: string, count: number) =>
  platform.db.transaction((tx) =>
    appendEvents(
      tx,
      projectId,
      Array.from({ length: count }, (_, n) => ({ type: "user.created", payload: { n }, context: { app_id: projectId } })),
    ),
  );
const open = async (projectId: string) =>
  Number((await platform.db.read((tx) => tx.queryOne<{ n: string }>("select count(*) as n from outbox where project_id = $1 and dispatched_at is null", [projectId])))?.n);

describe("outbox relay", () => {
  it("publishes every row in order and marks it", async () => {
    const projectId = randomUUID();
    const seen: RelayedRow[] = [];
    const one = relay(async (rows) => void seen.push(...rows));
    await append(projectId, 450);
    one.start();
    await soon(() => expect(seen.filter((row) => row.projectId === projectId)).toHaveLength(450));
    await one.stop();
    expect(seen.map((row) => row.payload.n)).toEqual(Array.from({ length: 450 }, (_, n) => n));
    expect(await open(projectId)).toBe(0);
  });

  it("keeps rows whose publishing failed, and tries again", async () => {
    const projectId = randomUUID();
    await append(projectId, 3);
    const failures: unknown[] = [];
    const seen: RelayedRow[] = [];
    const one = relay(
      async (rows) => {
        if (failures.length === 0) throw new Error("stream is down");
        seen.push(...rows);
      },
      (error) => failures.push(error),
    );
    one.start();
    await soon(() => expect(seen).toHaveLength(3));
    await one.stop();
    expect(failures).toHaveLength(1);
  });

  it("goes at once, and takes together what comes soon after", async () => {
    const projectId = randomUUID();
    const batches: number[] = [];
    const publish = async (rows: readonly RelayedRow[]) => void batches.push(rows.length);
    const one = new OutboxRelay({ db: platform.db, redis: platform.redis.client, publish, failed: () => undefined, pollMs: 10, apartMs: 3_000 });
    await append(projectId, 1);
    one.start();
    await soon(() => expect(batches).toEqual([1]));
    for (let n = 0; n < 5; n += 1) await append(projectId, 1);
    await soon(() => expect(batches).toEqual([1, 5]));
    await one.stop();
  });

  it("does not see rows of an open transaction, and does not skip them afterwards", async () => {
    const projectId = randomUUID();
    const seen: number[] = [];
    const one = relay(async (rows) => void seen.push(...rows.map((row) => row.seq)));
    await platform.db.transaction(async (tx) => {
      const [early] = await appendEvents(tx, projectId, [{ type: "a", payload: {}, context: { app_id: projectId } }]);
      const [late] = await append(projectId, 1);
      await one.relayBatch();
      expect(seen).toEqual([late]);
      expect(early).toBeLessThan(late as number);
    });
    await one.relayBatch();
    expect(seen).toHaveLength(2);
    await one.stop();
  });

  it("lets only one of two relays take a row", async () => {
    const projectId = randomUUID();
    await append(projectId, 200);
    const seen: number[] = [];
    const take = async (rows: readonly RelayedRow[]) => void seen.push(...rows.map((row) => row.seq));
    const relays = [relay(take), relay(take)];
    await Promise.all(relays.map((one) => one.relayBatch()));
    for (const one of relays) await one.relayBatch();
    expect(seen).toHaveLength(200);
    expect(new Set(seen).size).toBe(200);
    await Promise.all(relays.map((one) => one.stop()));
  });

  it("publishes recent rows again when the stream lost them", async () => {
    const projectId = randomUUID();
    await append(projectId, 2);
    const seen: number[] = [];
    const one = relay(async (rows) => void seen.push(...rows.map((row) => row.seq)));
    await one.relayBatch();
    await platform.db.read((tx) => tx.query("update outbox set dispatched_at = now() - interval '1 hour' where project_id = $1 and payload = '{\"n\": 0}'", [projectId]));
    await one.republish(60_000);
    await soon(async () => expect(await open(projectId)).toBe(0));
    await one.stop();
    expect(seen.filter((seq) => seq === seen[1])).toHaveLength(2);
    expect(seen.filter((seq) => seq === seen[0])).toHaveLength(1);
  });

  it("drops rows a day after they were dispatched", async () => {
    const projectId = randomUUID();
    await append(projectId, 2);
    await platform.db.read((tx) => tx.query("update outbox set dispatched_at = now() - interval '25 hours' where project_id = $1 and payload = '{\"n\": 0}'", [projectId]));
    const one = relay(async () => undefined);
    await one.purge();
    await one.stop();
    expect(await open(projectId)).toBe(1);
    expect(await platform.db.read((tx) => tx.query("select 1 from outbox where project_id = $1", [projectId]))).toHaveLength(1);
  });
});
