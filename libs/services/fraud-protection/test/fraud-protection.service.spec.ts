import { beforeAll, describe, expect, it } from "vitest";
import type { ProjectContext } from "@gatehouse/domain-project";
import { projectKey } from "@gatehouse/platform-redis";
import { testModule, testProject, type TestModule, type TestProject } from "@gatehouse/platform-testing";
import { FraudMetricStore, FraudProtection } from "@gatehouse/service-fraud-protection";

let nest: TestModule;
beforeAll(async () => {
  nest = await testModule([]);
});

const HOURLY = "SMS__UNVERIFIED_OTPS__BY_PHONE_COUNTRY__HOURLY_THRESHOLD_EXCEEDED";
const DAILY = "SMS__UNVERIFIED_OTPS__BY_PHONE_COUNTRY__DAILY_THRESHOLD_EXCEEDED";
const IP_HOURLY = "SMS__UNVERIFIED_OTPS__BY_IP__HOURLY_THRESHOLD_EXCEEDED";
const IP_DAILY = "SMS__UNVERIFIED_OTPS__BY_IP__DAILY_THRESHOLD_EXCEEDED";
const COUNTRIES = "SMS__PHONE_COUNTRIES__BY_IP__DAILY_THRESHOLD_EXCEEDED";
const fraud = () => nest.get(FraudProtection);
const project = (fraud_protection: Record<string, unknown> = {}) => testProject({ config: { fraud_protection }, features: { fraud_protection: { is_modifiable: true } } });
const only = (...types: string[]) => types.map((type) => ({ type }));
const deny = (warnings: object[] = only(HOURLY), more: object = {}) => project({ warnings, decision: { action: "deny_if_any_warning", ...more } });
const hk = (n: number) => `+8529876${String(n).padStart(4, "0")}`;
async function sends(ctx: ProjectContext, n: number, to: (n: number) => string = hk, more: { runId?: string } = {}) {
  const decisions = [];
  for (let i = 0; i < n; i += 1) decisions.push(await fraud().decide(ctx, { to: to(i), type: "verification", ...more }));
  return decisions;
}
const outcome = (decision: Awaited<ReturnType<FraudProtection["decide"]>>) => [decision?.record.decision, decision?.record.allow_reason, decision?.record.triggered_warnings];
const from = ({ ctx }: TestProject, ip: string): ProjectContext => Object.freeze({ ...ctx, request: { ...ctx.request, ip } });
const level = async ({ ctx, redis }: TestProject, window: string, kind: string, value: string) =>
  Number(await redis.client.hget(projectKey(ctx, "fraud_protection", "leaky_bucket", window, kind, value), "level"));

describe("fraud protection", () => {
  it("blocks the fourth unverified SMS to one country within the hour", async () => {
    const { ctx } = await deny();
    const decisions = await sends(ctx, 4);
    expect(decisions.map((one) => one?.blocked)).toEqual([false, false, false, true]);
    expect(outcome(decisions[0])).toEqual(["allowed", undefined, []]);
    expect(decisions[3]?.record).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      decision: "blocked",
      action: "send_sms",
      action_detail: { recipient: hk(3), type: "verification", phone_number_country_code: "HK" },
      triggered_warnings: [HOURLY],
      user_agent: "test",
      ip_address: ctx.request.ip,
      http_url: ctx.request.url,
    });
  });

  it("records the page that a request came from", async () => {
    const { ctx } = await deny();
    const [decision] = await sends(Object.freeze({ ...ctx, request: { ...ctx.request, referer: "https://app.example/login" } }), 1);
    expect(decision?.record.http_referer).toBe("https://app.example/login");
  });

  it("records only, where it may not block", async () => {
    const { ctx } = await project({ warnings: only(HOURLY) });
    expect(outcome((await sends(ctx, 4))[3])).toEqual(["allowed", "record_only", [HOURLY]]);
  });

  it("allows more where more was verified: 120 two days ago make the threshold 4", async () => {
    const { ctx, db } = await deny();
    const earlier = Object.freeze({ ...ctx, now: () => new Date(Date.now() - 2 * 86_400_000) });
    await db.read((tx) => nest.get(FraudMetricStore).insert(earlier, tx, { name: "sms_otp_verified", keys: ["phone_country:HK"], units: 120 }));
    expect((await sends(ctx, 5)).map((one) => one?.blocked)).toEqual([false, false, false, false, true]);
  });

  it("never blocks the number of a verified claim", async () => {
    const target = await deny();
    const user = target.ctx.newId();
    await target.db.transaction(async (tx) => {
      await tx.query("insert into auth_user (project_id, id, created_at, updated_at) values ($1, $2, now(), now())", [target.project.id, user]);
      await tx.query("insert into verified_claim (project_id, id, user_id, name, value, created_at) values ($1, $2, $3, 'phone_number', $4, now())", [
        target.project.id,
        target.ctx.newId(),
        user,
        hk(3),
      ]);
    });
    const decisions = await sends(target.ctx, 5);
    expect(outcome(decisions[3])).toEqual(["allowed", "verified_claim", [HOURLY]]);
    expect(decisions[4]?.blocked).toBe(true);
  });

  it.each([
    ["an address range", { ip_address: { cidrs: ["198.51.100.0/24"] } }, "198.51.100.9", hk, "always_allow_ip"],
    ["an address's country", { ip_address: { geo_location_codes: ["US"] } }, "8.8.8.8", hk, "always_allow_ip"],
    ["a number's country", { phone_number: { geo_location_codes: ["SG"] } }, "198.51.100.9", (n: number) => `+6581234${String(n).padStart(3, "0")}`, "always_allow_phone"],
    ["a number's form", { phone_number: { regex: ["^\\+8529876"] } }, "198.51.100.9", hk, "always_allow_phone"],
  ])("always serves %s, and says so even without warnings", async (_what, always_allow, ip, to, reason) => {
    const target = await deny(only(HOURLY), { always_allow });
    const decisions = await sends(from(target, ip), 4, to);
    expect(outcome(decisions[0])).toEqual(["allowed", reason, []]);
    expect(outcome(decisions[3])).toEqual(["allowed", reason, [HOURLY]]);
  });

  it("does not serve others for that", async () => {
    const target = await deny(only(HOURLY), {
      always_allow: { ip_address: { cidrs: ["198.51.100.0/24"], geo_location_codes: ["US"] }, phone_number: { geo_location_codes: ["SG"], regex: ["^\\+1"] } },
    });
    expect((await sends(from(target, "203.0.113.1"), 4))[3]?.blocked).toBe(true);
  });

  it("does not mind twenty SMS that were each verified", async () => {
    const { ctx, db } = await deny([{ type: HOURLY }, { type: DAILY }, { type: IP_DAILY }, { type: IP_HOURLY }]);
    for (let i = 0; i < 20; i += 1) {
      expect((await fraud().decide(ctx, { to: hk(i), type: "verification" }))?.blocked).toBe(false);
      await fraud().verified(ctx, { to: hk(i) });
    }
    const rows = await db.read((tx) =>
      tx.query<{ name: string; key: string; n: string }>("select name, key, count(*) as n from fraud_metric where project_id = $1 group by 1, 2 order by 1, 2", [ctx.project.id]),
    );
    expect(rows.map(({ name, key, n }) => [name, key, Number(n)])).toEqual([
      ["sms_otp_unverified_count_drained", `ip:${ctx.request.ip}`, 20],
      ["sms_otp_unverified_count_drained", "phone_country:HK", 20],
      ["sms_otp_verified", `ip:${ctx.request.ip}`, 20],
      ["sms_otp_verified", "phone_country:HK", 20],
    ]);
  });

  it("warns of four countries from one address, unless one of them was verified", async () => {
    const countries = ["+85298765432", "+6581234567", "+14155552671", "+81312345678"];
    const to = (n: number) => countries[n] as string;
    const target = await deny(only(COUNTRIES));
    expect((await sends(target.ctx, 4, to)).map((one) => one?.blocked)).toEqual([false, false, false, true]);
    const other = from(target, "198.51.100.77");
    await sends(other, 3, to);
    await fraud().verified(other, { to: to(0) });
    expect((await fraud().decide(other, { to: to(3), type: "verification" }))?.record.triggered_warnings).toEqual([]);
  });

  it("counts addresses over all countries, and lists warnings in their order", async () => {
    const { ctx } = await project();
    const decisions = await sends(ctx, 6);
    expect(decisions[5]?.record.triggered_warnings).toEqual([HOURLY, IP_HOURLY]);
    const more = await sends(ctx, 6);
    expect(more[5]?.record.triggered_warnings).toEqual([HOURLY, IP_DAILY, IP_HOURLY]);
  });

  it("takes back what a completed run sent and nobody verified", async () => {
    const target = await deny();
    const runId = "RUN1";
    await sends(target.ctx, 3, hk, { runId });
    await fraud().verified(target.ctx, { to: hk(0), runId });
    expect(await level(target, "3600", "country", "HK")).toBeCloseTo(2, 1);
    await fraud().settle(target.ctx, runId);
    expect(await level(target, "3600", "country", "HK")).toBeCloseTo(0, 1);
    expect(await level(target, "86400", "ip", target.ctx.request.ip)).toBeCloseTo(0, 1);
    await sends(target.ctx, 2, hk);
    await fraud().settle(target.ctx, runId);
    expect(await level(target, "3600", "country", "HK")).toBeCloseTo(2, 1);
  });

  it("counts blocked attempts too, and leaks what is over the threshold no faster than that", async () => {
    const target = await deny();
    await sends(target.ctx, 10);
    expect(await level(target, "3600", "country", "HK")).toBeCloseTo(4, 1);
    const ttl = await target.redis.client.pttl(projectKey(target.ctx, "fraud_protection", "leaky_bucket", "3600", "country", "HK"));
    expect(ttl).toBeGreaterThan(7_100_000);
    expect(ttl).toBeLessThanOrEqual(7_200_000);
  });

  it("is off when the project says so, where the plan lets it; and passes over numbers of no country", async () => {
    expect(await sends((await project({ enabled: false })).ctx, 1)).toEqual([undefined]);
    const locked = await testProject({ config: { fraud_protection: { enabled: false, decision: { action: "deny_if_any_warning" } } } });
    const decisions = await sends(locked.ctx, 5);
    expect(outcome(decisions[4])).toEqual(["allowed", "record_only", [HOURLY]]);
    expect(await fraud().decide(locked.ctx, { to: "+999123", type: "verification" })).toBeUndefined();
  });

  it("threat: one project's SMS count against another", async () => {
    const [mine, other] = [await deny(), await deny()];
    await sends(mine.ctx, 4);
    expect((await fraud().decide(from(other, mine.ctx.request.ip), { to: hk(1), type: "verification" }))?.record.triggered_warnings).toEqual([]);
    await fraud().verified(mine.ctx, { to: hk(0) });
    const rows = await other.db.read((tx) => tx.query("select 1 from fraud_metric where project_id = $1", [other.project.id]));
    expect(rows).toEqual([]);
  });
});
