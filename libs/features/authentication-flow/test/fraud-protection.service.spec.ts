import { projectKey } from "@gatehouse/platform-redis";
import { describe, expect, it } from "vitest";
import { CODE, eventsOf, type FlowRunner, flowRunner, PASSWORD } from "./flow-runner.js";

const PHONE = "+85251000000";
const HOURLY = "SMS__UNVERIFIED_OTPS__BY_PHONE_COUNTRY__HOURLY_THRESHOLD_EXCEEDED";
/** Codes by SMS alone, none of them held back, so that fraud protection sees them. */
const runner = (more: Record<string, unknown> = {}) =>
  flowRunner({
    authentication: { primary_authenticators: ["password", "oob_otp_sms"] },
    config: {
      identity: { login_id: { keys: [{ type: "phone" }] } },
      authenticator: { oob_otp: { sms: { phone_otp_mode: "sms" } } },
      test_mode: { oob_otp: { enabled: true, rules: [{ regex: ".*", fixed_code: CODE }] } },
      fraud_protection: { warnings: [{ type: HOURLY }], decision: { action: "deny_if_any_warning" } },
      ...more,
    },
    features: { fraud_protection: { is_modifiable: true }, rate_limits: { disabled: true } },
  });
const level = async ({ ctx, project }: FlowRunner) =>
  Number((await project.redis.client.hget(projectKey(ctx, "fraud_protection", "leaky_bucket", "3600", "country", "HK"), "level")) ?? 0);
const signUp = (browser: FlowRunner, phone: string) =>
  browser.run("signup", [
    { identification: "phone", login_id: phone },
    { authentication: "primary_password", new_password: PASSWORD },
  ]);
const decisions = async (browser: FlowRunner) =>
  (await eventsOf(browser)).filter(({ type }) => type === "fraud_protection.decision_recorded").map(({ payload }) => payload.record.decision);

describe("SMS of flows under fraud protection", () => {
  it("counts a code until it is verified", async () => {
    const browser = await runner();
    expect((await signUp(browser, PHONE)).finished).toBe(true);
    const asked = await browser.another().run("login", [
      { identification: "phone", login_id: PHONE },
      { authentication: "primary_oob_otp_sms", index: 1 },
    ]);
    expect(asked.data.channel).toBe("sms");
    expect(await level(browser)).toBeCloseTo(1, 1);
    expect((await browser.feed(asked.token, { code: CODE })).finished).toBe(true);
    expect(await level(browser)).toBeCloseTo(0, 1);
  });

  it("takes the codes back of a user who got in another way", async () => {
    const browser = await runner();
    await signUp(browser, PHONE);
    const choice = await browser.run("login", [{ identification: "phone", login_id: PHONE }]);
    const asked = await browser.feed(choice.token, { authentication: "primary_oob_otp_sms", index: 1 });
    await browser.feed(asked.token, { resend: true });
    expect(await level(browser)).toBeCloseTo(2, 1);
    expect((await browser.feed(choice.token, { authentication: "primary_password", password: PASSWORD })).finished).toBe(true);
    expect(await level(browser)).toBeCloseTo(0, 1);
    const drained = await browser.project.db.read((tx) =>
      tx.query("select key, count(*)::int as n from fraud_metric where project_id = $1 and name = 'sms_otp_unverified_count_drained' group by 1 order by 1", [
        browser.ctx.project.id,
      ]),
    );
    expect(drained).toEqual([
      { key: `ip:${browser.ctx.request.ip}`, n: 2 },
      { key: "phone_country:HK", n: 2 },
    ]);
  });

  it("threat: pumping codes to one country is stopped, told by the step, and on record", async () => {
    const browser = await runner();
    for (let n = 0; n < 4; n += 1) await signUp(browser, `+8525100000${n}`);
    const outcomes = [];
    for (let n = 0; n < 4; n += 1)
      outcomes.push(
        await browser.another().run("login", [
          { identification: "phone", login_id: `+8525100000${n}` },
          { authentication: "primary_oob_otp_sms", index: 1 },
        ]),
      );
    expect(outcomes.map(({ error }) => error?.reason)).toEqual([undefined, undefined, undefined, "BlockedByFraudProtection"]);
    expect(outcomes[3]?.error).toMatchObject({ name: "TooManyRequest", code: 429, message: "request blocked by fraud protection", info: { FlowType: "login" } });
    expect(await decisions(browser)).toEqual(["allowed", "allowed", "allowed", "blocked"]);
  });

  it("refuses at a usage limit, in the step that sends", async () => {
    const browser = await runner({ usage: { limits: { sms: [{ quota: 0, period: "day", action: "block" }] } } });
    await signUp(browser, PHONE);
    const asked = await browser.run("login", [
      { identification: "phone", login_id: PHONE },
      { authentication: "primary_oob_otp_sms", index: 1 },
    ]);
    expect(asked.error).toMatchObject({ reason: "UsageLimitExceeded", code: 429, info: { name: "SMS", usage_name: "sms", period: "day", FlowType: "login" } });
    expect(await decisions(browser)).toEqual([]);
  });
});
