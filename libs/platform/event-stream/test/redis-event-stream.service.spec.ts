import { afterAll, beforeAll, expect, it } from "vitest";
import { RedisEventStream } from "@gatehouse/platform-event-stream";
import { openRedis, type RedisClient } from "@gatehouse/platform-redis";
import { eventStreamContract } from "./event-stream.contract.js";
import { soon } from "@gatehouse/platform-testing";

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
  await soon(() => expect(created).toBe(2));
  await stream.publish([{ key: "p", value: "after" }]);
  await soon(() => expect(heard).toEqual(["after"]));
  await stream.close();
});
