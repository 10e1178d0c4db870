import { beforeAll, describe, expect, it } from "vitest";
import { testModule, testProject, type TestModule, type TestProject, type TestProjectOptions } from "@gatehouse/platform-testing";
import { ONE_TIME_CODE_PROVIDERS, OneTimePasswords, type OtpRequest, type SendOptions, SendMessage } from "@gatehouse/record-one-time-codes";
import { Usage } from "@gatehouse/service-usage";
import type { Type } from "@nestjs/common";

let nest: TestModule;
beforeAll(async () => {
  nest = await testModule([], ONE_TIME_CODE_PROVIDERS as Type[]);
});

type Channel = "email" | "sms" | "whatsapp";
/** Numbers of this run alone: the deployment's own limits know no project. */
const DIGITS = String(Date.now()).slice(-7);
const phone = (n: number) => `+852${n}${DIGITS}`;
const TO = { email: `${DIGITS}@example.com`, sms: phone(5), whatsapp: phone(6) } as const;
const TEMPLATES = { email: "verification_email", sms: "verification_sms", whatsapp: "whatsapp_otp_code" } as const;
const block = (quota: number, period = "day") => ({ quota, period, action: "block" });
const send = ({ ctx }: TestProject, channel: Channel, to: string = TO[channel], options: SendOptions = {}) =>
  nest.get(SendMessage).run(ctx, { channel, to, template: TEMPLATES[channel], variables: {}, code: "123456" }, options);
const reasonOf = (work: Promise<unknown>) =>
  work.then(
    () => "sent",
    (error: { reason?: string }) => error.reason ?? String(error),
  );
async function events({ db, project }: TestProject, type: string) {
  const rows = await db.read((tx) =>
    tx.query<{ payload: Record<string, any>; user: string | null }>("select payload, user_id as user from outbox where project_id = $1 and type = $2 order by seq", [
      project.id,
      type,
    ]),
  );
  return rows;
}
const guarded = (more: TestProjectOptions["config"] = {}) =>
  testProject({
    config: {
      fraud_protection: { warnings: [{ type: "SMS__UNVERIFIED_OTPS__BY_PHONE_COUNTRY__HOURLY_THRESHOLD_EXCEEDED" }], decision: { action: "deny_if_any_warning" } },
      ...more,
    },
    features: { fraud_protection: { is_modifiable: true } },
  });

describe("usage limits of messages", () => {
  it.each(["email", "sms", "whatsapp"] as const)("hold %s", async (channel) => {
    const target = await testProject({ config: { usage: { limits: { [channel]: [block(1)] } } } });
    expect(await reasonOf(send(target, channel))).toBe("sent");
    expect(await reasonOf(send(target, channel))).toBe("UsageLimitExceeded");
    expect(await events(target, "usage.alert.triggered")).toHaveLength(1);
  });

  it("give back what a rate limit then refuses", async () => {
    const target = await testProject({
      config: { usage: { limits: { sms: [block(5)] } }, messaging: { rate_limits: { sms_per_target: { enabled: true, period: "1h", burst: 1 } } } },
    });
    expect([await reasonOf(send(target, "sms")), await reasonOf(send(target, "sms"))]).toEqual(["sent", "RateLimited"]);
    expect((await nest.get(Usage).counts(target.ctx, "sms")).day).toBe(1);
  });

  it("are not asked for what the project's test mode holds back, and are for what the plan's does", async () => {
    const limits = { usage: { limits: { sms: [block(0)] } } };
    const own = await testProject({ config: { ...limits, test_mode: { sms: { enabled: true, rules: [{ regex: "^\\+852", suppressed: true }] } } } });
    expect(await reasonOf(send(own, "sms"))).toBe("sent");
    expect(await events(own, "fraud_protection.decision_recorded")).toHaveLength(0);
    const plan = await testProject({ config: limits, features: { test_mode: { sms: { suppressed: true } } } });
    expect(await reasonOf(send(plan, "sms"))).toBe("UsageLimitExceeded");
  });

  it("let a recipient who is not there look like one who is, and count nothing for him", async () => {
    const target = await testProject({ config: { usage: { limits: { sms: [block(1)] } } } });
    expect(await reasonOf(send(target, "sms", TO.sms, { dummy: true }))).toBe("sent");
    expect((await nest.get(Usage).counts(target.ctx, "sms")).day).toBe(0);
    await send(target, "sms");
    expect(await reasonOf(send(target, "sms", TO.sms, { dummy: true }))).toBe("UsageLimitExceeded");
  });
});

describe("fraud protection of messages", () => {
  it("records each SMS, and blocks where the project wants it", async () => {
    const target = await guarded();
    const outcomes = [];
    for (let n = 0; n < 4; n += 1) outcomes.push(await reasonOf(send(target, "sms", phone(5).slice(0, -1) + n, { userId: "7c9e6679-7425-40de-944b-e07fc1f90ae7" })));
    expect(outcomes).toEqual(["sent", "sent", "sent", "BlockedByFraudProtection"]);
    const recorded = await events(target, "fraud_protection.decision_recorded");
    expect(recorded.map(({ payload }) => payload.record.decision)).toEqual(["allowed", "allowed", "allowed", "blocked"]);
    expect(recorded[3]).toMatchObject({
      user: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
      payload: { record: { action: "send_sms", action_detail: { recipient: `${phone(5).slice(0, -1)}3`, type: "verification", phone_number_country_code: "HK" } } },
    });
  });

  it("leaves e-mail and WhatsApp alone, and comes after the rate limits", async () => {
    const target = await guarded({ messaging: { rate_limits: { sms_per_target: { enabled: true, period: "1h", burst: 1 } } } });
    await send(target, "email");
    expect([await reasonOf(send(target, "whatsapp", TO.sms)), await reasonOf(send(target, "sms"))]).toEqual(["sent", "RateLimited"]);
    expect(await events(target, "fraud_protection.decision_recorded")).toEqual([]);
  });

  it("hears of each SMS code that is verified, once, and of none that went another way", async () => {
    const target = await guarded({ test_mode: { oob_otp: { enabled: true, rules: [{ regex: ".*", fixed_code: "111111" }] } } });
    const otp = nest.get(OneTimePasswords);
    const verified = () => target.db.read((tx) => tx.query("select key from fraud_metric where project_id = $1 and name = 'sms_otp_verified' order by key", [target.project.id]));
    const request = (channel: Channel, to: string): OtpRequest => ({ purpose: "verification", target: to, channel, form: "code", userId: "", message: "verification" });
    await otp.send(target.ctx, request("whatsapp", phone(6)));
    await otp.check(target.ctx, { ...request("sms", phone(6)), code: "111111" });
    expect(await verified()).toEqual([]);
    await otp.send(target.ctx, request("sms", phone(9)));
    expect(await otp.check(target.ctx, { ...request("sms", phone(9)), code: "000000" })).toBeUndefined();
    expect(await verified()).toEqual([]);
    for (let i = 0; i < 3; i += 1) expect(await otp.check(target.ctx, { ...request("sms", phone(9)), code: "111111" })).toBeDefined();
    expect(await verified()).toEqual([{ key: `ip:${target.ctx.request.ip}` }, { key: "phone_country:HK" }]);
  });

  it("twenty codes that are each verified are not blocked", async () => {
    const target = await guarded({ test_mode: { oob_otp: { enabled: true, rules: [{ regex: ".*", fixed_code: "111111" }] } } });
    const otp = nest.get(OneTimePasswords);
    for (let n = 10; n < 30; n += 1) {
      const request: OtpRequest = { purpose: "oob-otp", target: `${phone(5).slice(0, -2)}${n}`, channel: "sms", form: "code", userId: "", message: "authenticate-primary-oob" };
      await otp.send(target.ctx, request);
      await otp.check(target.ctx, { ...request, code: "111111" });
    }
    expect(await events(target, "fraud_protection.decision_recorded")).toHaveLength(20);
  });

  it("a recovery takes one SMS from the limits, not two", async () => {
    const target = await testProject({
      config: {
        usage: { limits: { sms: [block(2)] } },
        messaging: { rate_limits: { sms_per_target: { enabled: true, period: "1h", burst: 2 } } },
        forgot_password: { rate_limits: { sms: { trigger_cooldown: "1ms" } } },
      },
    });
    const otp = nest.get(OneTimePasswords);
    const request: OtpRequest = { purpose: "forgot-password", target: TO.sms, channel: "sms", form: "code", userId: "u", message: "forgot-password-oob" };
    for (let i = 0; i < 2; i += 1) {
      await otp.send(target.ctx, request);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await nest.get(Usage).counts(target.ctx, "sms")).day).toBe(2);
    expect(await events(target, "fraud_protection.decision_recorded")).toHaveLength(2);
  });
});
