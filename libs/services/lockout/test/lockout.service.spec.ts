import { accountLockout } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { commandCount } from "@gatehouse/platform-redis";
import { type TestProject, testPlatform, testProject } from "@gatehouse/platform-testing";
import { type LockableMethod, Lockout } from "@gatehouse/service-lockout";
import { beforeAll, describe, expect, it } from "vitest";

const START = Date.parse("2030-01-01T00:00:00Z");
const USER = "u1";

let lockout: Lockout;
beforeAll(async () => {
  lockout = new Lockout((await testPlatform()).redis);
});

const CONFIG = {
  max_attempts: 3,
  history_duration: "1h",
  minimum_duration: "10s",
  maximum_duration: "50s",
  backoff_factor: 2,
  lockout_type: "per_user",
  password: { enabled: true },
};

/** A project that locks, and its context at so many seconds after the start and from some address. */
async function locking(more: Record<string, unknown> = {}): Promise<TestProject & { at: (seconds: number, ip?: string) => ProjectContext }> {
  const project = await testProject({ config: { authentication: { lockout: { ...CONFIG, ...more } } } });
  const at = (seconds: number, ip = "192.0.2.1") => project.with({ now: () => new Date(START + seconds * 1000), request: { ...project.ctx.request, ip } });
  return { ...project, at };
}

/** When the failure locks, or the lock that holds ends, in seconds after the start; undefined when it only counts. */
async function fail(ctx: ProjectContext, method: LockableMethod = "password", userId = USER): Promise<number | undefined> {
  try {
    await lockout.fail(ctx, { userId, method });
    return undefined;
  } catch (error) {
    expect(accountLockout.is(error)).toBe(true);
    return (Date.parse((error as { info: { until: string } }).info.until) - START) / 1000;
  }
}
const isLocked = (ctx: ProjectContext): Promise<boolean> =>
  lockout.check(ctx, USER).then(
    () => false,
    (error) => accountLockout.is(error),
  );

describe("locks per user", () => {
  it("grow from 10 to 50 seconds: 10, 20, 40, 50, 50", async () => {
    const { at } = await locking();
    expect([await fail(at(0)), await fail(at(0)), await fail(at(0))]).toEqual([undefined, undefined, 10]);
    expect(await fail(at(10))).toBe(10 + 20);
    expect(await fail(at(30))).toBe(30 + 40);
    expect(await fail(at(70))).toBe(70 + 50);
    expect(await fail(at(120))).toBe(120 + 50);
  });

  it("say until when, in whole seconds", async () => {
    const { at } = await locking({ max_attempts: 1 });
    await expect(lockout.fail(at(0), { userId: USER, method: "password" })).rejects.toSatisfy((error: { toJSON(): unknown }) => {
      expect(error.toJSON()).toEqual({ name: "TooManyRequest", reason: "AccountLockout", message: "account locked", code: 429, info: { until: "2030-01-01T00:00:10Z" } });
      return true;
    });
    await expect(lockout.fail(at(100.2), { userId: USER, method: "password" })).rejects.toMatchObject({ info: { until: "2030-01-01T00:02:01Z" } });
    expect(await isLocked(at(120.9))).toBe(true);
    expect(await isLocked(at(121))).toBe(false);
  });

  it("hold for every address, and are over at their end", async () => {
    const { at } = await locking({ max_attempts: 2 });
    expect(await isLocked(at(0))).toBe(false);
    await fail(at(0), "password");
    expect(await isLocked(at(0))).toBe(false);
    await fail(at(0), "password");
    expect([await isLocked(at(9)), await isLocked(at(9, "198.51.100.2")), await isLocked(at(10))]).toEqual([true, true, false]);
  });

  it("add up failures of all addresses and methods (distributed guessing)", async () => {
    const { at } = await locking({ totp: { enabled: true } });
    expect(await fail(at(0, "192.0.2.1"), "password")).toBeUndefined();
    expect(await fail(at(0, "192.0.2.2"), "totp")).toBeUndefined();
    expect(await fail(at(0, "192.0.2.3"), "password")).toBe(10);
  });

  it("count nothing while they hold: the next lock is no longer for it", async () => {
    const { at } = await locking();
    for (let n = 0; n < 3; n += 1) await fail(at(0));
    for (let n = 0; n < 20; n += 1) expect(await fail(at(5))).toBe(10);
    expect(await fail(at(10))).toBe(30);
  });

  it("are of one user of one project", async () => {
    const [one, other] = [await locking({ max_attempts: 1 }), await locking({ max_attempts: 1 })];
    await fail(one.at(0));
    await lockout.check(one.at(0), "u2");
    expect(await isLocked(other.at(0))).toBe(false);
  });

  it("forget failures after the history, counted from the last one", async () => {
    const { at } = await locking({ history_duration: "60s" });
    await fail(at(0));
    await fail(at(50));
    expect(await fail(at(109))).toBe(119);
    expect([await fail(at(169)), await fail(at(169)), await fail(at(169))]).toEqual([undefined, undefined, 179]);
  });

  it("count 50 failures at once as 50 (racing guesses)", async () => {
    const { at } = await locking({ max_attempts: 51 });
    await Promise.all(Array.from({ length: 50 }, () => fail(at(0))));
    expect(await isLocked(at(0))).toBe(false);
    expect(await fail(at(0))).toBe(10);
  });

  it("lock once however many guesses race past the limit", async () => {
    const { at } = await locking();
    const answers = await Promise.all(Array.from({ length: 50 }, () => fail(at(0))));
    expect(answers.filter((until) => until === undefined)).toHaveLength(2);
    expect(answers.filter((until) => until === 10)).toHaveLength(48);
  });

  it("never exceed the maximum, whatever the numbers", async () => {
    const { at } = await locking({ max_attempts: 1, maximum_duration: "1m", backoff_factor: 1e300 });
    expect(await fail(at(0))).toBe(10);
    expect(await fail(at(10))).toBe(10 + 60);
    expect(await fail(at(70))).toBe(70 + 60);
    const nothing = await locking({ max_attempts: 1, minimum_duration: "1us", backoff_factor: 1e300 });
    expect([await fail(nothing.at(0)), await fail(nothing.at(0)), await fail(nothing.at(0))]).toEqual([0, 0, 0]);
  });
});

describe("locks per user and address", () => {
  const perAddress = { lockout_type: "per_user_per_ip", max_attempts: 2 };

  it("leave other addresses in (locking somebody out of his account)", async () => {
    const { at } = await locking(perAddress);
    await fail(at(0, "192.0.2.66"));
    expect(await fail(at(0, "198.51.100.2"))).toBeUndefined();
    expect(await fail(at(0, "192.0.2.66"))).toBe(10);
    expect([await isLocked(at(0, "192.0.2.66")), await isLocked(at(0, "198.51.100.2"))]).toEqual([true, false]);
  });

  it("outlive the history of failures, and a reset still finds them", async () => {
    const { at } = await locking({ ...perAddress, history_duration: "1s", minimum_duration: "1h", maximum_duration: "1h" });
    await fail(at(0));
    await fail(at(0));
    await fail(at(60, "198.51.100.2"));
    expect(await isLocked(at(600))).toBe(true);
    expect((await lockout.status(at(600), USER)).lockedIPs).toHaveLength(1);
    await lockout.reset(at(600), USER);
    expect(await isLocked(at(600))).toBe(false);
  });
});

describe("methods", () => {
  it.each(["password", "totp", "oob_otp", "recovery_code"] as const)("%s counts when it takes part, and only then", async (method) => {
    const on = await locking({ max_attempts: 1, password: { enabled: false }, [method]: { enabled: true } });
    expect(await fail(on.at(0), method)).toBe(10);
    const off = await locking({
      max_attempts: 1,
      password: { enabled: true },
      totp: { enabled: true },
      oob_otp: { enabled: true },
      recovery_code: { enabled: true },
      [method]: { enabled: false },
    });
    for (let n = 0; n < 3; n += 1) expect(await fail(off.at(0), method)).toBeUndefined();
    expect(await isLocked(off.at(0))).toBe(false);
  });

  it("none taking part switches it off, and so does no limit; nothing is recorded or asked then", async () => {
    for (const off of [{ password: { enabled: false } }, { max_attempts: 0 }]) {
      const { at, redis } = await locking({ max_attempts: 1, ...off });
      expect(lockout.isOn(at(0))).toBe(false);
      const { redis: calls } = await commandCount.during(async () => {
        expect(await fail(at(0))).toBeUndefined();
        await lockout.check(at(0), USER);
        await lockout.succeed(at(0), { userId: USER, methods: ["password"] });
        await lockout.reset(at(0), USER);
      });
      expect(calls).toBe(0);
      expect(await redis.client.keys(`app:{${at(0).project.id}}:lockout:*`)).toEqual([]);
    }
    expect(lockout.isOn((await locking()).at(0))).toBe(true);
  });

  it("are checked in one call, those that do not take part too", async () => {
    const { at } = await locking({ max_attempts: 1 });
    await fail(at(0));
    expect((await commandCount.during(() => isLocked(at(0)))).redis).toBe(1);
  });
});

describe("a success", () => {
  it("forgets its address's failures: three more are needed, for the shortest lock again", async () => {
    const { at } = await locking();
    for (let n = 0; n < 3; n += 1) await fail(at(0));
    expect(await fail(at(10))).toBe(30);
    await lockout.succeed(at(30), { userId: USER, methods: ["password"] });
    expect([await fail(at(30)), await fail(at(30)), await fail(at(30))]).toEqual([undefined, undefined, 40]);
  });

  it("does not forget another address's (guesses hidden behind the owner's logins)", async () => {
    const { at } = await locking();
    await fail(at(0, "192.0.2.66"));
    await fail(at(0, "192.0.2.66"));
    await lockout.succeed(at(0, "198.51.100.2"), { userId: USER, methods: ["password"] });
    expect(await fail(at(0, "192.0.2.66"))).toBe(10);
  });

  it("without a method that takes part forgets nothing", async () => {
    const { at } = await locking();
    await fail(at(0));
    await fail(at(0));
    await lockout.succeed(at(0), { userId: USER, methods: ["totp"] });
    await lockout.succeed(at(0), { userId: USER, methods: [] });
    expect(await fail(at(0))).toBe(10);
  });

  it("lifts no lock that holds", async () => {
    const { at } = await locking({ max_attempts: 1 });
    await fail(at(0));
    await lockout.succeed(at(1), { userId: USER, methods: ["password"] });
    expect(await isLocked(at(5))).toBe(true);
  });
});

describe("administrators", () => {
  it("see locks per user", async () => {
    const { at } = await locking({ max_attempts: 1 });
    expect(await lockout.status(at(0), USER)).toEqual({ lockoutType: "per_user", isLocked: false, lockedIPs: [] });
    await fail(at(0));
    expect(await lockout.status(at(0), USER)).toEqual({ lockoutType: "per_user", isLocked: true, lockedUntil: new Date(START + 10_000), lockedIPs: [] });
    expect(await lockout.status(at(10), USER)).toEqual({ lockoutType: "per_user", isLocked: false, lockedIPs: [] });
  });

  it("see locks per address, the latest unlock first, and only those that hold", async () => {
    const { at } = await locking({ lockout_type: "per_user_per_ip", max_attempts: 1 });
    await fail(at(0, "192.0.2.1"));
    await fail(at(4, "2001:db8::1"));
    await fail(at(2, "192.0.2.3"));
    const lock = (ipAddress: string, seconds: number) => ({ ipAddress, lockedUntil: new Date(START + seconds * 1000) });
    expect(await lockout.status(at(5), USER)).toEqual({
      lockoutType: "per_user_per_ip",
      isLocked: true,
      lockedIPs: [lock("2001:db8::1", 14), lock("192.0.2.3", 12), lock("192.0.2.1", 10)],
    });
    expect(await lockout.status(at(12), USER)).toEqual({ lockoutType: "per_user_per_ip", isLocked: true, lockedIPs: [lock("2001:db8::1", 14)] });
    expect(await lockout.status(at(14), USER)).toEqual({ lockoutType: "per_user_per_ip", isLocked: false, lockedIPs: [] });
  });

  it("see nothing where it is not configured", async () => {
    const { ctx } = await testProject();
    expect(await lockout.status(ctx, USER)).toEqual({ lockoutType: "", isLocked: false, lockedIPs: [] });
  });

  it.each(["per_user", "per_user_per_ip"])("reset counts and locks (%s)", async (lockout_type) => {
    const { at, redis } = await locking({ lockout_type });
    for (let n = 0; n < 3; n += 1) await fail(at(0));
    await lockout.reset(at(1), USER);
    expect(await isLocked(at(1))).toBe(false);
    expect(await redis.client.keys(`app:{${at(0).project.id}}:lockout:*`)).toEqual([]);
    expect([await fail(at(1)), await fail(at(1)), await fail(at(1))]).toEqual([undefined, undefined, 11]);
  });
});

it("everything expires by itself", async () => {
  const { at, redis } = await locking();
  for (let n = 0; n < 3; n += 1) await fail(at(0));
  const keys = (await redis.client.keys(`app:{${at(0).project.id}}:lockout:*`)).sort();
  const lives = await Promise.all(keys.map((key) => redis.client.pttl(key)));
  expect(keys).toHaveLength(2);
  expect(lives[0]).toBeGreaterThan(3_590_000);
  expect(lives[0]).toBeLessThanOrEqual(3_600_000);
  expect(lives[1]).toBeGreaterThan(5_000);
  expect(lives[1]).toBeLessThanOrEqual(10_000);
});
