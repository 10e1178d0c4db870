import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { RedisEventStream } from "@gatehouse/platform-event-stream";
import { openRedis, type RedisClient } from "@gatehouse/platform-redis";
import { eventStreamContract } from "./event-stream.contract.js";

let client: RedisClient;
beforeAll(() => {
  client = openRedis(process.env.TEST_REDIS_URL as string);
});
afterAll(() => client.disconnect());

eventStreamContract("redis", (stream) => new RedisEventStream({ client, stream: `test:${stream}`, claimAfterMs: 200 }));

it("goes on when Redis lost the stream and its groups", async () => {
  const key = `test:lost-${Math.random()}`;
  const stream = new RedisEventStream({ client, stream: key });
  const heard: string[] = [];
  let created = 0;
  await stream.subscribe({
    group: "g",
    handle: async (records) => void heard.push(...records.map(({ value }) => value)),
    created: async () => {
      created += 1;
    },
  });
  expect(created).toBe(1);
  await client.del(key);
  await vi.waitFor(() => expect(created).toBe(2), { timeout: 10_000 });
  await stream.publish([{ key: "p", value: "after" }]);
  await vi.waitFor(() => expect(heard).toEqual(["after"]), { timeout: 10_000 });
  await stream.close();
});
