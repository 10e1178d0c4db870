import { OneTimePasswords } from "@gatehouse/record-one-time-codes";
import { describe, expect, it } from "vitest";
import { CODE, eventsOf, type FlowRunner, flowModule, flowRunner, usersOf } from "./flow-runner.js";

const identify = (login_id: string) => ({ identification: "email", login_id });
const EMAIL_CODE = { primary_authenticators: ["oob_otp_email"] };
/** An address that may be sent to again at once. */
const IMPATIENT = { ...EMAIL_CODE, rate_limits: { oob_otp: { email: { trigger_cooldown: "1ms" } } } };
const BY_LINK = { authenticator: { oob_otp: { email: { email_otp_mode: "login_link" } } } };
const LINKS = { test_mode: { deterministic_link_otp: { enabled: true } } };

async function signedUp(browser: FlowRunner, email: string): Promise<void> {
  const done = await browser.run("signup", [identify(email), { authentication: "primary_oob_otp_email" }, { code: CODE }]);
  expect(done.finished, JSON.stringify(done.error)).toBe(true);
}

describe("a code by email", () => {
  it("makes the authenticator and proves the address", async () => {
    const browser = await flowRunner({ authentication: EMAIL_CODE });
    const asked = await browser.run("signup", [identify("user@example.com")]);
    expect(asked.options).toEqual([
      { authentication: "primary_oob_otp_email", otp_form: "code", channels: ["email"], target: { masked_display_name: "us**@example.com", verification_required: true } },
    ]);
    const sent = await browser.feed(asked.token, { authentication: "primary_oob_otp_email" });
    expect(sent.action).toMatchObject({ type: "create_authenticator", identification: "email", authentication: "primary_oob_otp_email" });
    expect(sent.data).toMatchObject({
      type: "verify_oob_otp_data",
      channel: "email",
      otp_form: "code",
      masked_claim_value: "us**@example.com",
      code_length: 6,
      can_check: false,
      failed_attempt_rate_limit_exceeded: false,
    });
    expect(sent.data.delivery_status).toBe("sending");
    expect(Date.parse(sent.data.can_resend_at)).toBeGreaterThan(Date.now() + 50_000);
    expect(sent.data.websocket_url).toBeUndefined();
    expect((await browser.read(sent.token)).data.delivery_status).toBe("sent");
    expect((await browser.feed(sent.token, { code: "999999" })).error).toMatchObject({ reason: "InvalidCredentials", info: { AuthenticationType: "oob_otp_email" } });
    expect((await browser.feed(sent.token, { code: ` ${CODE} ` })).finished).toBe(true);
    const [user] = await usersOf(browser);
    expect(user).toMatchObject({ verified: [{ name: "email", value: "user@example.com" }], amr: [["otp", "x_primary_oob_otp_email"]] });
  });

  it("logs in, and a wrong one is an event", async () => {
    const browser = await flowRunner({ authentication: IMPATIENT });
    await signedUp(browser, "ann@example.com");
    const later = browser.another();
    const asked = await later.run("login", [identify("ann@example.com")]);
    expect(asked.options).toEqual([{ authentication: "primary_oob_otp_email", otp_form: "code", masked_display_name: "a**@example.com", channels: ["email"] }]);
    const sent = await later.feed(asked.token, { authentication: "primary_oob_otp_email", index: 0 });
    expect((await later.feed(sent.token, { code: "000000" })).error).toMatchObject({ reason: "InvalidCredentials", code: 401 });
    expect((await later.feed(sent.token, { code: CODE })).finished).toBe(true);
    expect((await eventsOf(browser)).map(({ type }) => type)).toContain("authentication.primary.oob_otp_email.failed");
  });

  it("is refused at the index of another option, and under a wrong one", async () => {
    const browser = await flowRunner({ authentication: { primary_authenticators: ["password", "oob_otp_email"] } });
    await browser.signUp("ann@example.com");
    const asked = await browser.run("login", [identify("ann@example.com")]);
    expect(asked.options.map((one) => one.authentication)).toEqual(["primary_password", "primary_oob_otp_email"]);
    for (const index of [0, 2, -1]) {
      const refused = await browser.feed(asked.token, { authentication: "primary_oob_otp_email", index });
      expect(refused.error).toMatchObject({ reason: "ValidationFailed", message: "invalid value" });
      expect(refused.error?.info.FlowType).toBeUndefined();
    }
    expect((await browser.feed(asked.token, { authentication: "primary_oob_otp_email", index: 1 })).data.type).toBe("verify_oob_otp_data");
  });

  it("can be sent again after the cooldown only, with a new state token", async () => {
    const browser = await flowRunner({ authentication: { ...EMAIL_CODE, rate_limits: { oob_otp: { email: { trigger_cooldown: "1s" } } } } });
    const sent = await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_oob_otp_email" }]);
    const refused = await browser.feed(sent.token, { resend: true });
    expect(refused.error).toMatchObject({ reason: "RateLimited", code: 429, info: { bucket_name: expect.stringContaining("OOBOTPCooldownEmail") } });
    expect(refused.error?.info.rate_limit).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const again = await browser.feed(sent.token, { resend: true });
    expect(again.error).toBeUndefined();
    expect(again.token).not.toBe(sent.token);
    expect((await browser.feed(again.token, { code: CODE })).finished).toBe(true);
  });

  it("is revoked by too many failures", async () => {
    const browser = await flowRunner({ authentication: { ...EMAIL_CODE, rate_limits: { oob_otp: { email: { max_failed_attempts_revoke_otp: 3 } } } } });
    const sent = await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_oob_otp_email" }]);
    for (let n = 0; n < 2; n += 1) expect((await browser.feed(sent.token, { code: "000000" })).error?.reason).toBe("InvalidCredentials");
    const last = await browser.feed(sent.token, { code: "000000" });
    expect(last.error).toMatchObject({ reason: "RateLimited", message: "too many verify OTP attempts", info: { bucket_name: "TrackFailedOTPAttemptBucket" } });
    expect((await browser.feed(sent.token, { code: CODE })).error?.reason).toBe("RateLimited");
    expect((await browser.read(sent.token)).data.failed_attempt_rate_limit_exceeded).toBe(true);
  });
});

describe("a code that is revoked", () => {
  it("still costs an attempt each time it is tried (guessing)", async () => {
    const email = { max_failed_attempts_revoke_otp: 1, validate_per_ip: { enabled: true, period: "1h", burst: 2 } };
    const browser = await flowRunner({ authentication: { ...EMAIL_CODE, rate_limits: { oob_otp: { email } } } });
    const sent = await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_oob_otp_email" }]);
    const tried = async () => (await browser.feed(sent.token, { code: "000000" })).error?.info.bucket_name;
    expect([await tried(), await tried(), await tried()]).toEqual(["TrackFailedOTPAttemptBucket", "TrackFailedOTPAttemptBucket", "OOBOTPValidateEmailPerIP"]);
  });
});

describe("a verification at sign-up", () => {
  it("answers a wrong code in its own words", async () => {
    const browser = await flowRunner({ config: { verification: { claims: { email: { enabled: true, required: true } } } } });
    const sent = await browser.run("signup", [identify("ann@example.com")]);
    expect(sent.action).toMatchObject({ type: "verify", identification: "email", data: { type: "verify_oob_otp_data", code_length: 6 } });
    expect((await browser.feed(sent.token, { code: "000000" })).error).toMatchObject({
      name: "Forbidden",
      reason: "InvalidVerificationCode",
      code: 403,
      info: { cause: { kind: "InvalidVerificationCode" }, FlowType: "signup" },
    });
    const asked = await browser.feed(sent.token, { code: CODE });
    expect(asked.action.type).toBe("create_authenticator");
  });
});

describe("phone numbers", () => {
  const config = { identity: { login_id: { keys: [{ type: "phone" }] } } };

  it("stop at the choice of a channel where there are two", async () => {
    const browser = await flowRunner({ authentication: { primary_authenticators: ["oob_otp_sms"] }, config });
    const asked = await browser.run("signup", [{ identification: "phone", login_id: "+85251000000" }, { authentication: "primary_oob_otp_sms" }]);
    expect(asked.data).toEqual({ type: "select_oob_otp_channels_data", channels: ["whatsapp", "sms"], masked_claim_value: "+8525100****" });
    const sent = await browser.feed(asked.token, { channel: "sms" });
    expect(sent.data).toMatchObject({ type: "verify_oob_otp_data", channel: "sms" });
    expect((await browser.feed(sent.token, { code: CODE })).finished).toBe(true);
  });

  it("answer the choice in the same object", async () => {
    const browser = await flowRunner({ authentication: { primary_authenticators: ["oob_otp_sms"] }, config });
    const sent = await browser.run("signup", [
      { identification: "phone", login_id: "+85251000000" },
      { authentication: "primary_oob_otp_sms", channel: "whatsapp" },
    ]);
    expect(sent.data).toMatchObject({ type: "verify_oob_otp_data", channel: "whatsapp" });
  });

  it("have one channel where the project says so", async () => {
    const sms = { ...config, authenticator: { oob_otp: { sms: { phone_otp_mode: "sms" } } } };
    const browser = await flowRunner({ authentication: { primary_authenticators: ["oob_otp_sms"] }, config: sms });
    const sent = await browser.run("signup", [{ identification: "phone", login_id: "+85251000000" }, { authentication: "primary_oob_otp_sms" }]);
    expect(sent.data).toMatchObject({ type: "verify_oob_otp_data", channel: "sms" });
  });
});

describe("a link by email", () => {
  const browserWithLinks = () => flowRunner({ authentication: IMPATIENT, config: BY_LINK, features: LINKS });
  /** The link's code in this test mode: MD5 hex of the user id. */
  const linkOf = async (userId: string) => (await import("node:crypto")).createHash("md5").update(userId).digest("hex");
  const otp = async () => (await flowModule()).get(OneTimePasswords);

  async function waiting(): Promise<{ browser: FlowRunner; sent: Awaited<ReturnType<FlowRunner["feed"]>>; code: string }> {
    const browser = await browserWithLinks();
    const config = browser.ctx.project.config;
    const withCodes = {
      ...config,
      authenticator: { ...config.authenticator, oob_otp: { ...config.authenticator.oob_otp, email: { ...config.authenticator.oob_otp.email, email_otp_mode: "code" as const } } },
    };
    const ctx = browser.ctx;
    browser.ctx = { ...ctx, project: { ...ctx.project, config: withCodes } };
    await signedUp(browser, "ann@example.com");
    browser.ctx = ctx;
    const later = browser.another();
    const asked = await later.run("login", [identify("ann@example.com")]);
    expect(asked.options[0]).toMatchObject({ otp_form: "link" });
    const sent = await later.feed(asked.token, { authentication: "primary_oob_otp_email", index: 0 });
    return { browser: later, sent, code: await linkOf((await usersOf(browser))[0]?.id) };
  }

  it("shows where to listen, and is checked once it was approved", async () => {
    const { browser, sent, code } = await waiting();
    expect(sent.data).toMatchObject({ otp_form: "link", code_length: 32, can_check: false });
    const url = new URL(sent.data.websocket_url);
    expect([url.protocol, url.host, url.pathname]).toEqual(["ws:", browser.project.host, "/api/v1/authentication_flows/ws"]);
    expect(url.searchParams.get("channel")).toMatch(/^ws_[0-9A-HJKMNP-TV-Z]{32}$/);
    expect((await browser.feed(sent.token, { check: true })).error).toMatchObject({ reason: "InvalidCredentials" });
    expect(await (await otp()).submitLink(browser.ctx, code)).toBe(true);
    expect((await browser.read(sent.token)).data.can_check).toBe(true);
    expect((await browser.feed(sent.token, { check: true })).finished).toBe(true);
    expect(await (await otp()).submitLink(browser.ctx, code)).toBe(false);
  });

  it("cannot be approved in another project (tenant isolation)", async () => {
    const { browser, code } = await waiting();
    const other = await browserWithLinks();
    expect(await (await otp()).submitLink(other.ctx, code)).toBe(false);
    expect(await (await otp()).submitLink(browser.ctx, code)).toBe(true);
  });
});

describe("a target that the client names", () => {
  it("is checked, normalised, and kept once", async () => {
    const flows = [
      {
        name: "own",
        steps: [
          { type: "identify", name: "who", one_of: [{ identification: "email" }] },
          { type: "create_authenticator", one_of: [{ authentication: "secondary_oob_otp_email" }] },
        ],
      },
    ];
    const browser = await flowRunner({ config: { authentication_flow: { signup_flows: flows } } });
    const asked = await browser.run("signup", [identify("ann@example.com")], { name: "own" });
    expect(asked.options).toEqual([{ authentication: "secondary_oob_otp_email", otp_form: "code", channels: ["email"] }]);
    expect((await browser.feed(asked.token, { authentication: "secondary_oob_otp_email", target: "not an address" })).error).toMatchObject({ reason: "ValidationFailed" });
    const sent = await browser.feed(asked.token, { authentication: "secondary_oob_otp_email", target: "Other@Example.com" });
    expect((await browser.feed(sent.token, { code: CODE })).finished).toBe(true);
    expect((await usersOf(browser))[0]?.authenticators).toMatchObject([{ kind: "secondary", email: "other@example.com" }]);
  });

  it("needs no code where the branch says so", async () => {
    const steps = [
      { type: "identify", name: "who", one_of: [{ identification: "email" }] },
      { type: "create_authenticator", one_of: [{ authentication: "primary_oob_otp_email", target_step: "who", verification_required: false }] },
    ];
    const browser = await flowRunner({ config: { authentication_flow: { signup_flows: [{ name: "own", steps }] } } });
    const asked = await browser.run("signup", [identify("ann@example.com")], { name: "own" });
    expect(asked.options[0]?.target).toEqual({ masked_display_name: "a**@example.com", verification_required: false });
    expect((await browser.feed(asked.token, { authentication: "primary_oob_otp_email" })).finished).toBe(true);
  });
});

describe("an accepted code", () => {
  it("is spent by one holder, who may ask again, and is good for others once it was given back", async () => {
    const { ctx } = await flowRunner({ authentication: EMAIL_CODE });
    const otp = (await flowModule()).get(OneTimePasswords);
    const target = { purpose: "verification", target: "ann@example.com", channel: "email" } as const;
    await otp.send(ctx, { ...target, form: "code", userId: "", message: "verification" });
    const code = await otp.check(ctx, { ...target, code: CODE });
    if (!code) throw new Error("the code was refused");
    expect(await otp.spend(ctx, "one", [code])).toBe(true);
    expect(await otp.spend(ctx, "one", [code])).toBe(true);
    expect(await otp.spend(ctx, "two", [code])).toBe(false);
    expect(await otp.check(ctx, { ...target, code: CODE })).toBeUndefined();
    await otp.giveBack(ctx, "two", [code]);
    expect(await otp.spend(ctx, "two", [code])).toBe(false);
    await otp.giveBack(ctx, "one", [code]);
    expect(await otp.check(ctx, { ...target, code: CODE })).toMatchObject({ send: code.send });
    expect(await otp.spend(ctx, "two", [code])).toBe(true);
    expect(await otp.spend({ ...ctx, now: () => new Date(Date.now() + 25 * 3_600_000) }, "two", [code])).toBe(false);
  });
});
