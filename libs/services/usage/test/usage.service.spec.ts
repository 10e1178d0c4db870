import { beforeAll, describe, expect, it } from "vitest";
import { projectKey } from "@gatehouse/platform-redis";
import { testModule, testProject, type TestModule, type TestProject } from "@gatehouse/platform-testing";
import { Usage } from "@gatehouse/service-usage";

let nest: TestModule;
beforeAll(async () => {
  nest = await testModule([]);
});

const block = (quota: number, period = "day") => ({ quota, period, action: "block" });
const alert = (quota: number, period = "day") => ({ quota, period, action: "alert" });
const usage = () => nest.get(Usage);
async function alerts({ db, project }: TestProject) {
  const rows = await db.read((tx) =>
    tx.query<{ usage: Record<string, unknown>; by: string }>(
      "select payload->'usage' as usage, context->>'triggered_by' as by from outbox where project_id = $1 and type = 'usage.alert.triggered' order by seq",
      [project.id],
    ),
  );
  expect(new Set(rows.map(({ by }) => by)).size).toBeLessThanOrEqual(1);
  if (rows[0]) expect(rows[0].by).toBe("system");
  return rows.map((row) => row.usage);
}
const refusalOf = async (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { toJSON(): unknown }) => error.toJSON(),
  );

describe("usage limits", () => {
  it("refuse the third of two, name the period, and have told of it on the second", async () => {
    const target = await testProject({ config: { usage: { limits: { sms: [block(2)] } } } });
    await usage().reserve(target.ctx, "sms");
    expect(await alerts(target)).toEqual([]);
    await usage().reserve(target.ctx, "sms");
    expect(await refusalOf(usage().reserve(target.ctx, "sms"))).toEqual({
      name: "TooManyRequest",
      reason: "UsageLimitExceeded",
      message: "usage limit exceeded",
      code: 429,
      info: { name: "SMS", usage_name: "sms", period: "day" },
    });
    expect(await alerts(target)).toEqual([{ name: "sms", action: "block", period: "day", quota: 2, current_value: 2, plan_name: "" }]);
    expect(await usage().counts(target.ctx, "sms")).toEqual({ day: 2, month: 2 });
  });

  it("tell of each limit once: on the first send and on the third", async () => {
    const target = await testProject({ config: { usage: { limits: { email: [alert(1), block(3)] } } } });
    for (let i = 0; i < 3; i += 1) await usage().reserve(target.ctx, "email");
    expect((await alerts(target)).map(({ action, quota, current_value }) => [action, quota, current_value])).toEqual([
      ["alert", 1, 1],
      ["block", 3, 3],
    ]);
  });

  it.each([
    ["user_import", "UserImport"],
    ["user_export", "UserExport"],
    ["whatsapp", "Whatsapp"],
    ["email", "Email"],
  ] as const)("name %s as %s", async (name, legacy) => {
    const { ctx } = await testProject({ config: { usage: { limits: { [name]: [block(0, "month")] } } } });
    expect(await refusalOf(usage().reserve(ctx, name))).toMatchObject({ info: { name: legacy, usage_name: name, period: "month" } });
  });

  it("count many at once, all or nothing", async () => {
    const target = await testProject({ config: { usage: { limits: { user_import: [block(10, "month"), alert(4, "month")] } } } });
    await usage().reserve(target.ctx, "user_import", 8);
    expect(await refusalOf(usage().reserve(target.ctx, "user_import", 3))).toMatchObject({ reason: "UsageLimitExceeded" });
    await usage().reserve(target.ctx, "user_import", 2);
    expect((await usage().counts(target.ctx, "user_import")).month).toBe(10);
    expect((await alerts(target)).map(({ quota, current_value }) => [quota, current_value])).toEqual([
      [4, 8],
      [10, 10],
    ]);
  });

  it("of the project and of its plan apply together; the smallest blocks", async () => {
    const { ctx } = await testProject({ config: { usage: { limits: { sms: [block(5)] } } }, features: { usage: { limits: { sms: [block(1, "month")] } } } });
    await usage().reserve(ctx, "sms");
    expect(await refusalOf(usage().reserve(ctx, "sms"))).toMatchObject({ info: { period: "month" } });
  });

  it("of a plan's deprecated keys still hold", async () => {
    const { ctx } = await testProject({ features: { messaging: { sms_usage: { enabled: true, period: "day", quota: 0 } } } });
    expect(await refusalOf(usage().reserve(ctx, "sms"))).toMatchObject({ info: { usage_name: "sms", period: "day" } });
  });

  it("give back what did not happen", async () => {
    const { ctx } = await testProject({ config: { usage: { limits: { sms: [block(1)] } } } });
    const reservation = await usage().reserve(ctx, "sms");
    await reservation.giveBack();
    expect(await usage().counts(ctx, "sms")).toEqual({ day: 0, month: 0 });
    await usage().reserve(ctx, "sms");
  });

  it("end at midnight and with the month, UTC; without limits nothing is counted", async () => {
    const target = await testProject({ config: { usage: { limits: { sms: [alert(100)] } } } });
    const tomorrow = new Date();
    await usage().reserve(target.ctx, "sms");
    await usage().reserve(target.ctx, "email");
    const [day, month] = [projectKey(target.ctx, "usage-limit", "SMS", "day"), projectKey(target.ctx, "usage-limit", "SMS")];
    const [endOfDay, endOfMonth, email] = await Promise.all([
      target.redis.client.pexpiretime(day),
      target.redis.client.pexpiretime(month),
      target.redis.client.exists(projectKey(target.ctx, "usage-limit", "Email")),
    ]);
    expect(new Date(endOfDay)).toEqual(new Date(Date.UTC(tomorrow.getUTCFullYear(), tomorrow.getUTCMonth(), tomorrow.getUTCDate() + 1)));
    expect(new Date(endOfMonth)).toEqual(new Date(Date.UTC(tomorrow.getUTCFullYear(), tomorrow.getUTCMonth() + 1, 1)));
    expect(email).toBe(0);
  });

  it("threat: requests at the same time pass the quota together", async () => {
    const { ctx } = await testProject({ config: { usage: { limits: { sms: [block(5)] } } } });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => usage().reserve(ctx, "sms")));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  });

  it("threat: one project uses up another's quota", async () => {
    const config = { usage: { limits: { sms: [block(1)] } } };
    const [mine, other] = [await testProject({ config }), await testProject({ config })];
    await usage().reserve(mine.ctx, "sms");
    await usage().reserve(other.ctx, "sms");
    expect(await alerts(other)).toHaveLength(1);
  });
});
