import { rateLimited } from "@gatehouse/domain-errors";
import { commandCount, projectKey } from "@gatehouse/platform-redis";
import { type TestProject, testPlatform, testProject } from "@gatehouse/platform-testing";
import { type Bucket, credentialBuckets, messagingBuckets, RateLimiter } from "@gatehouse/service-rate-limit";
import { beforeAll, describe, expect, it } from "vitest";

let limiter: RateLimiter;
beforeAll(async () => {
  limiter = new RateLimiter((await testPlatform()).redis);
});

const limit = { name: "authentication.password.per_ip", group: "authentication.password" };
/** 10 an hour: no token comes back while a test runs. */
const bucket = (more: Partial<Bucket> = {}): Bucket => ({ name: "VerifyPasswordPerIP", args: ["192.0.2.7"], config: { enabled: true, period: "1h", burst: 10 }, limit, ...more });
/** 10 a minute: one token comes back every 6 seconds. */
const minute = (): Bucket => bucket({ config: { enabled: true, period: "1m", burst: 10 } });
const keyOf = ({ ctx }: TestProject, { name, args }: Bucket = bucket()): string => projectKey(ctx, "rate-limit", name, ...args);

/** How many attempts in a row are let through, of at most 100. */
async function admitted({ ctx }: TestProject, one: Bucket): Promise<number> {
  for (let n = 0; n < 100; n += 1) {
    try {
      await limiter.consume(ctx, [one]);
    } catch (error) {
      expect(rateLimited.is(error)).toBe(true);
      return n;
    }
  }
  return 100;
}

/** The stored time moves back, as if so much of it had passed. */
async function pass(project: TestProject, ms: number, one: Bucket = bucket()): Promise<void> {
  const { client } = project.redis;
  await client.set(keyOf(project, one), String(Number(await client.get(keyOf(project, one))) - ms), "KEEPTTL");
}

describe("a limit", () => {
  it("of 10 a minute lets 10 through, and the 11th names its bucket and limit", async () => {
    const project = await testProject();
    expect(await admitted(project, minute())).toBe(10);
    await expect(limiter.consume(project.ctx, [minute()])).rejects.toMatchObject({
      status: 429,
      info: { bucket_name: "VerifyPasswordPerIP", rate_limit_name: "authentication.password", rate_limit: limit },
    });
  });

  it("lets one more through every 6 seconds, not before", async () => {
    const project = await testProject();
    await admitted(project, minute());
    await pass(project, 4_000);
    expect(await admitted(project, minute())).toBe(0);
    await pass(project, 2_000);
    expect(await admitted(project, minute())).toBe(1);
    await pass(project, 18_000);
    expect(await admitted(project, minute())).toBe(3);
  });

  it("is whole again after a minute, and holds no more than 10", async () => {
    const project = await testProject();
    await admitted(project, minute());
    await pass(project, 3_600_000);
    expect(await admitted(project, minute())).toBe(10);
  });

  it("stores the time of the last token's return, and expires with it", async () => {
    const project = await testProject();
    const key = keyOf(project);
    for (let n = 0; n < 3; n += 1) await limiter.consume(project.ctx, [minute()]);
    const [seconds, micros] = (await project.redis.client.time()) as unknown as [string, string];
    const ahead = Number(await project.redis.client.get(key)) - (Number(seconds) * 1000 + Number(micros) / 1000);
    expect(ahead).toBeGreaterThan(10_000);
    expect(ahead).toBeLessThanOrEqual(18_000);
    expect(Math.abs((await project.redis.client.pttl(key)) - ahead)).toBeLessThan(5_000);
  });

  it("stores nothing for a refused attempt", async () => {
    const project = await testProject();
    await admitted(project, bucket());
    const before = await project.redis.client.get(keyOf(project));
    expect(await admitted(project, bucket())).toBe(0);
    expect(await project.redis.client.get(keyOf(project))).toBe(before);
  });

  it("counts 50 attempts at once as 50 (racing guesses)", async () => {
    const project = await testProject();
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => limiter.reserve(project.ctx, [bucket()])));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    expect(answers.every((answer) => answer.status === "fulfilled" || rateLimited.is(answer.reason))).toBe(true);
  });

  it("is another one for each address and each project", async () => {
    const [one, other] = [await testProject(), await testProject()];
    await admitted(one, bucket());
    expect(await admitted(one, bucket({ args: ["192.0.2.8"] }))).toBe(10);
    expect(await admitted(other, bucket())).toBe(10);
  });
});

describe("limits that are off", () => {
  it.each([
    ["no limit", undefined],
    ["a limit that is off", { enabled: false, period: "1m", burst: 1 }],
    ["a limit that says nothing", {}],
  ])("%s never refuses and stores nothing", async (_what, config) => {
    const project = await testProject();
    expect(await admitted(project, bucket({ config }))).toBe(100);
    expect(await project.redis.client.exists(keyOf(project))).toBe(0);
  });

  it("a plan may switch every limit off", async () => {
    const project = await testProject({ features: { rate_limits: { disabled: true } } });
    expect(await admitted(project, bucket())).toBe(100);
  });
});

describe("reservations", () => {
  it("that are refunded cost nothing", async () => {
    const project = await testProject();
    for (let n = 0; n < 30; n += 1) await (await limiter.reserve(project.ctx, [bucket()])).refund();
    expect(await admitted(project, bucket())).toBe(10);
  });

  it("are refunded as part of a pipeline, whatever their weight", async () => {
    const project = await testProject();
    const taken = await limiter.reserve(project.ctx, [bucket({ weight: 10 })]);
    expect(await admitted(project, bucket())).toBe(0);
    const pipeline = project.redis.client.pipeline();
    await taken.refund(pipeline);
    expect(await admitted(project, bucket())).toBe(0);
    await pipeline.exec();
    expect(await admitted(project, bucket())).toBe(10);
  });

  it("leave failures as they are: a right answer after 9 wrong ones does not wipe them out", async () => {
    const project = await testProject();
    for (let n = 0; n < 9; n += 1) await limiter.reserve(project.ctx, [bucket()]);
    await (await limiter.reserve(project.ctx, [bucket()])).refund();
    expect(await admitted(project, bucket())).toBe(1);
  });

  it("keep what earlier buckets gave when a later one refuses", async () => {
    const project = await testProject();
    const second = bucket({ name: "Second", config: { enabled: true, period: "1h", burst: 1 } });
    await limiter.consume(project.ctx, [second]);
    await expect(limiter.reserve(project.ctx, [bucket(), second])).rejects.toMatchObject({ info: { bucket_name: "Second" } });
    expect(await admitted(project, bucket())).toBe(9);
  });

  it("of all or none take nothing when one refuses", async () => {
    const project = await testProject();
    const second = bucket({ name: "Second", config: { enabled: true, period: "1h", burst: 1 } });
    await (await limiter.reserveAll(project.ctx, [bucket(), second])).refund();
    await limiter.reserveAll(project.ctx, [bucket(), second]);
    await expect(limiter.reserveAll(project.ctx, [bucket(), second])).rejects.toMatchObject({ info: { bucket_name: "Second" } });
    expect(await admitted(project, bucket())).toBe(9);
  });
});

describe("weights", () => {
  it.each([
    ["twice as dear", 2, 5],
    ["half as dear", 0.5, 20],
    ["a third dearer", 1.3, 7],
    ["as dear as the whole bucket", 10, 1],
  ])("an attempt may be %s", async (_how, weight, expected) => {
    expect(await admitted(await testProject(), bucket({ weight }))).toBe(expected);
  });

  it("above the burst refuse the first attempt, and take nothing", async () => {
    const project = await testProject();
    expect(await admitted(project, bucket({ weight: 10.5 }))).toBe(0);
    expect(await admitted(project, bucket())).toBe(10);
  });

  it("of 0 make attempts free, even when the bucket is empty", async () => {
    const project = await testProject();
    expect(await admitted(project, bucket({ weight: 0 }))).toBe(100);
    expect(await project.redis.client.exists(keyOf(project))).toBe(0);
    await admitted(project, bucket());
    await (await limiter.reserve(project.ctx, [bucket({ weight: 0 })])).refund();
    expect(await admitted(project, bucket({ weight: 0 }))).toBe(100);
    expect(await admitted(project, bucket())).toBe(0);
  });

  it("are refunded as they were taken", async () => {
    const project = await testProject();
    await (await limiter.reserve(project.ctx, [bucket({ weight: 2.5 })])).refund();
    expect(await admitted(project, bucket())).toBe(10);
  });
});

describe("a mere look", () => {
  it("takes nothing, refuses nothing, and says when the bucket is empty", async () => {
    const project = await testProject();
    const read = { key: projectKey(project.ctx, "some-hash"), fields: ["a", "b"] };
    await project.redis.client.hset(read.key, { a: "1" });
    const look = bucket({ peek: true });
    for (let n = 0; n < 20; n += 1) expect(await limiter.consumeAndRead(project.ctx, [look], read)).toEqual({ fields: ["1", null], empty: [] });
    expect(await admitted(project, bucket())).toBe(10);
    const { result, redis } = await commandCount.during(() => limiter.consumeAndRead(project.ctx, [bucket({ name: "Other" }), look], read));
    expect(result.fields).toEqual(["1", null]);
    expect(result.empty.map(({ name }) => name)).toEqual(["VerifyPasswordPerIP"]);
    expect(redis).toBe(1);
    await (await limiter.reserveAll(project.ctx, [look])).refund();
    expect(await admitted(project, bucket())).toBe(0);
  });

  it("minds the weight: what would be refused is, what is free is not", async () => {
    const project = await testProject();
    const look = (weight: number) => limiter.wouldRefuse(project.ctx, bucket({ weight }));
    expect([await look(10), await look(11), await look(0)]).toEqual([false, true, false]);
    expect(await admitted(project, bucket())).toBe(10);
    expect([await look(0), await look(0.5), await look(1)]).toEqual([false, true, true]);
    expect(await limiter.wouldRefuse(project.ctx, bucket({ config: undefined }))).toBe(false);
  });

  it("reads also when no limit is on", async () => {
    const project = await testProject();
    const read = { key: projectKey(project.ctx, "some-hash"), fields: ["a"] };
    await project.redis.client.hset(read.key, { a: "1" });
    expect(await limiter.consumeAndRead(project.ctx, [bucket({ config: undefined })], read)).toEqual({ fields: ["1"], empty: [] });
  });

  it("tells how long the wait is", async () => {
    const project = await testProject();
    expect(await limiter.waitMs(project.ctx, bucket())).toBe(0);
    await admitted(project, bucket());
    const wait = await limiter.waitMs(project.ctx, bucket());
    expect(wait).toBeGreaterThan(340_000);
    expect(wait).toBeLessThanOrEqual(360_000);
  });
});

describe("limits of the deployment", () => {
  const shared = (target: string): Bucket =>
    bucket({ name: "MessagingSMSPerTarget", args: [target], global: true, limit: { name: "global.messaging.sms.per_target", group: "global.messaging.sms" } });

  it("are one for all projects, under a key without a project", async () => {
    const [one, other] = [await testProject(), await testProject()];
    const target = `+852${one.ctx.project.id}`;
    for (let n = 0; n < 9; n += 1) await limiter.consume(one.ctx, [shared(target)]);
    expect(await admitted(other, shared(target))).toBe(1);
    expect(await one.redis.client.exists(`rate-limit:MessagingSMSPerTarget:${target}`)).toBe(1);
    await one.redis.client.del(`rate-limit:MessagingSMSPerTarget:${target}`);
  });

  it("are asked in their place, and give back with the rest", async () => {
    const project = await testProject();
    const target = `+852${project.ctx.project.id}`;
    const last = bucket({ name: "Last", config: { enabled: true, period: "1h", burst: 1 } });
    await (await limiter.reserve(project.ctx, [bucket(), shared(target), last])).refund();
    await limiter.consume(project.ctx, [last]);
    await expect(limiter.reserveAll(project.ctx, [bucket(), shared(target), last])).rejects.toMatchObject({ info: { bucket_name: "Last" } });
    expect([await admitted(project, bucket()), await admitted(project, shared(target))]).toEqual([10, 10]);
    await expect(limiter.consume(project.ctx, [bucket({ name: "Free" }), shared(target), last])).rejects.toMatchObject({
      info: { bucket_name: "MessagingSMSPerTarget", rate_limit: { name: "global.messaging.sms.per_target" } },
    });
    await project.redis.client.del(`rate-limit:MessagingSMSPerTarget:${target}`);
  });

  it("a plan without limits lifts the project's alone or not at all: the whole project is unlimited", async () => {
    const project = await testProject({ features: { rate_limits: { disabled: true } } });
    expect(await admitted(project, shared(`+852${project.ctx.project.id}`))).toBe(100);
  });
});

describe("as configured", () => {
  it("the 11th wrong password of a user within a minute is refused; other users of the address are not", async () => {
    const { ctx } = await testProject();
    for (let n = 0; n < 10; n += 1) await limiter.consume(ctx, credentialBuckets(ctx, "password", "u1"));
    await expect(limiter.consume(ctx, credentialBuckets(ctx, "password", "u1"))).rejects.toMatchObject({ info: { bucket_name: "VerifyPasswordPerUserPerIP" } });
    await limiter.consume(ctx, credentialBuckets(ctx, "password", "u2"));
  });

  it("the third SMS to a number is refused where the plan allows two", async () => {
    const { ctx, env } = await testProject({ features: { messaging: { rate_limits: { sms_per_target: { enabled: true, period: "1h", burst: 2 } } } } });
    const send = () => limiter.consume(ctx, messagingBuckets(ctx, { channel: "sms", to: `+852${ctx.project.id}`, deployment: env }));
    await send();
    await send();
    await expect(send()).rejects.toMatchObject({ info: { bucket_name: "MessagingSMSPerTarget", rate_limit: { name: "messaging.sms.per_target", group: "messaging.sms" } } });
  });
});
