import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { eventsOf, type FlowRunner, flowRunner, PASSWORD, usersOf } from "./flow-runner.js";

const identify = (login_id: string) => ({ identification: "email", login_id });
const enter = (password = PASSWORD) => ({ authentication: "primary_password", password });
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 6238 by hand, so that the product's library is not its own judge. */
function totp(secret: string, at = Date.now()): string {
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const offset = (mac.at(-1) as number) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const REQUIRED = { secondary_authentication_mode: "required" };

/** Signs up with password and TOTP; returns the secret and the recovery codes. */
async function enrolled(browser: FlowRunner, email: string): Promise<{ secret: string; codes: string[] }> {
  const shown = await browser.run("signup", [identify(email), { authentication: "primary_password", new_password: PASSWORD }, { authentication: "secondary_totp" }]);
  const { secret } = shown.data as { secret: string };
  const codes = await browser.feed(shown.token, { code: totp(secret) });
  const done = await browser.feed(codes.token, { confirm_recovery_code: true });
  expect(done.finished).toBe(true);
  return { secret, codes: codes.data.recovery_codes };
}

describe("TOTP", () => {
  it("is enrolled at sign-up, with recovery codes that are shown once", async () => {
    const browser = await flowRunner({ authentication: REQUIRED });
    const asked = await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_password", new_password: PASSWORD }]);
    expect(asked.data).toEqual({ type: "create_authenticator_data", options: [{ authentication: "secondary_totp" }] });
    const shown = await browser.feed(asked.token, { authentication: "secondary_totp" });
    expect(shown.action).toMatchObject({ type: "create_authenticator", identification: "email", authentication: "secondary_totp", data: { type: "create_totp_data" } });
    expect(shown.data.secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(shown.data.otpauth_uri);
    expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual(["otpauth:", "totp", expect.stringContaining("ann@example.com")]);
    expect(Object.fromEntries(uri.searchParams)).toMatchObject({ secret: shown.data.secret, issuer: browser.ctx.project.config.http.public_origin });
    expect((await browser.feed(shown.token, { code: "000000" })).error).toMatchObject({ reason: "InvalidCredentials", info: { AuthenticationType: "totp", FlowType: "signup" } });
    const codes = await browser.feed(shown.token, { code: totp(shown.data.secret) });
    expect(codes.action).toMatchObject({ type: "view_recovery_code", data: { type: "view_recovery_code_data" } });
    expect(codes.data.recovery_codes).toHaveLength(16);
    for (const code of codes.data.recovery_codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
    expect((await browser.feed(codes.token, { confirm_recovery_code: true })).finished).toBe(true);
    const [user] = await usersOf(browser);
    expect(user).toMatchObject({ recovery_codes: 16, amr: [["mfa", "otp", "pwd", "x_primary_password", "x_secondary_totp"]] });
  });

  it("is asked for after the password and takes a neighbouring time step, not an older one", async () => {
    const browser = await flowRunner({ authentication: REQUIRED });
    const { secret } = await enrolled(browser, "ann@example.com");
    const asked = await browser.another().run("login", [identify("ann@example.com"), enter()]);
    expect(asked.options.map((one) => one.authentication)).toEqual(["secondary_totp", "recovery_code"]);
    expect(asked.data.device_token_enabled).toBe(true);
    const wrong = await browser.feed(asked.token, { authentication: "secondary_totp", code: totp(secret, Date.now() - 120_000) });
    expect(wrong.error).toMatchObject({ reason: "InvalidCredentials", info: { AuthenticationType: "totp" } });
    expect((await browser.feed(asked.token, { authentication: "secondary_totp", code: totp(secret, Date.now() - 30_000) })).finished).toBe(true);
    expect((await eventsOf(browser)).map(({ type }) => type)).toContain("authentication.secondary.totp.failed");
  });

  it("is not asked for in mode if_exists when the user has none, nor in mode disabled when he has", async () => {
    const browser = await flowRunner({ authentication: { secondary_authentication_mode: "if_exists" } });
    await browser.signUp("ann@example.com");
    expect((await browser.another().run("login", [identify("ann@example.com"), enter()])).finished).toBe(true);
    const strict = await flowRunner({ authentication: REQUIRED });
    await enrolled(strict, "bob@example.com");
    const config = strict.ctx.project.config;
    strict.ctx = {
      ...strict.ctx,
      project: { ...strict.ctx.project, config: { ...config, authentication: { ...config.authentication, secondary_authentication_mode: "disabled" } } },
    };
    expect((await strict.run("login", [identify("bob@example.com"), enter()])).finished).toBe(true);
  });
});

describe("recovery codes", () => {
  it("are taken lower case with dashes, once", async () => {
    const browser = await flowRunner({ authentication: REQUIRED });
    const { codes } = await enrolled(browser, "ann@example.com");
    const typed = `${codes[0]?.slice(0, 5)}-${codes[0]?.slice(5)}`.toLowerCase();
    const asked = await browser.another().run("login", [identify("ann@example.com"), enter()]);
    expect((await browser.feed(asked.token, { authentication: "recovery_code", recovery_code: "ZZZZZZZZZZ" })).error).toMatchObject({
      reason: "InvalidCredentials",
      info: { AuthenticationType: "recovery_code" },
    });
    expect((await browser.feed(asked.token, { authentication: "recovery_code", recovery_code: typed })).finished).toBe(true);
    const again = await browser.another().run("login", [identify("ann@example.com"), enter()]);
    expect((await browser.feed(again.token, { authentication: "recovery_code", recovery_code: typed })).error).toMatchObject({ reason: "InvalidCredentials" });
    expect((await usersOf(browser))[0]?.amr).toContainEqual(["mfa", "pwd", "x_primary_password", "x_recovery_code"]);
  });

  it("stand in for every factor that is asked for, each once (double spending)", async () => {
    const factor = { type: "authenticate", one_of: [{ authentication: "secondary_totp" }, { authentication: "recovery_code" }] };
    const password = { type: "authenticate", one_of: [{ authentication: "primary_password" }] };
    const steps = [{ type: "identify", one_of: [{ identification: "email" }] }, password, factor, factor];
    const browser = await flowRunner({ authentication: REQUIRED, config: { authentication_flow: { login_flows: [{ name: "own", steps }] } } });
    const { codes } = await enrolled(browser, "ann@example.com");
    const asked = await browser.another().run("login", [identify("ann@example.com"), enter()], { name: "own" });
    const spend = (token: string, recovery_code = "") => browser.feed(token, { authentication: "recovery_code", recovery_code });
    const again = await spend(asked.token, codes[0]);
    expect(again.options.map((one) => one.authentication)).toEqual(["secondary_totp", "recovery_code"]);
    expect((await spend(again.token, codes[0])).error).toMatchObject({ reason: "InvalidCredentials", info: { AuthenticationType: "recovery_code" } });
    expect((await spend(again.token, codes[1])).finished).toBe(true);
    for (const code of codes.slice(0, 2)) {
      const next = await browser.another().run("login", [identify("ann@example.com"), enter()]);
      expect((await spend(next.token, code)).error).toMatchObject({ reason: "InvalidCredentials" });
    }
  });

  it("let one of two runs in that hold the same code (double spending)", async () => {
    const browser = await flowRunner({ authentication: { ...REQUIRED, secondary_authenticators: ["totp", "password"] } });
    const { codes } = await enrolled(browser, "ann@example.com");
    const runs = await Promise.all([1, 2, 3].map(() => browser.another().run("login", [identify("ann@example.com"), enter()])));
    const answers = await Promise.all(runs.map(({ token }) => browser.another().feed(token, { authentication: "recovery_code", recovery_code: codes[1] })));
    expect(answers.filter(({ finished }) => finished)).toHaveLength(1);
    for (const { finished, error } of answers) if (!finished) expect(error).toMatchObject({ reason: "InvalidCredentials" });
  });
});

describe("device tokens", () => {
  it("spare the second factor in the browser that asked to be remembered", async () => {
    const browser = await flowRunner({ authentication: REQUIRED });
    const { secret } = await enrolled(browser, "ann@example.com");
    const trusted = browser.another();
    const asked = await trusted.run("login", [identify("ann@example.com"), enter()]);
    const done = await trusted.feed(asked.token, { authentication: "secondary_totp", code: totp(secret), request_device_token: true });
    expect(done.cookies.mfa_device_token).toMatch(/^[0-9A-HJKMNP-TV-Z]{64}$/);
    expect((await trusted.run("login", [identify("ann@example.com"), enter()])).finished).toBe(true);
    expect((await usersOf(browser))[0]?.amr).toContainEqual(["pwd", "x_device_token", "x_primary_password"]);
    expect((await browser.another().run("login", [identify("ann@example.com"), enter()])).finished).toBe(false);
  });

  it("of another user, or too old, are no good and are cleared", async () => {
    const browser = await flowRunner({ authentication: REQUIRED });
    const ann = await enrolled(browser, "ann@example.com");
    const bob = await enrolled(browser, "bob@example.com");
    const device = browser.another();
    const asked = await device.run("login", [identify("ann@example.com"), enter()]);
    await device.feed(asked.token, { authentication: "secondary_totp", code: totp(ann.secret), request_device_token: true });
    const token = device.jar.mfa_device_token as string;
    const other = await device.run("login", [identify("bob@example.com"), enter()]);
    expect(other.finished).toBe(false);
    const done = await device.feed(other.token, { authentication: "secondary_totp", code: totp(bob.secret) });
    expect(done.cookies.mfa_device_token).toBe("");
    const later = browser.another().at(new Date(Date.now() + 31 * 86_400_000));
    later.jar.mfa_device_token = token;
    expect((await later.run("login", [identify("ann@example.com"), enter()])).finished).toBe(false);
  });

  it("are not handed out where the step has no branch for them", async () => {
    const browser = await flowRunner({ authentication: { ...REQUIRED, device_token: { disabled: true } } });
    const { secret } = await enrolled(browser, "ann@example.com");
    const asked = await browser.another().run("login", [identify("ann@example.com"), enter()]);
    expect(asked.data.device_token_enabled).toBe(false);
    expect((await browser.feed(asked.token, { authentication: "secondary_totp", code: totp(secret), request_device_token: true })).error).toMatchObject({
      reason: "ValidationFailed",
      message: "invalid value",
    });
  });
});

describe("enrolment within the grace period", () => {
  const required = (period: object) => ({ secondary_authentication_mode: "required", secondary_authentication_grace_period: period });

  async function strict(period: object): Promise<FlowRunner> {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const { config } = browser.ctx.project;
    browser.ctx = { ...browser.ctx, project: { ...browser.ctx.project, config: { ...config, authentication: { ...config.authentication, ...(required(period) as object) } } } };
    return browser;
  }

  it("offers second factors in the place of the step, and counts as done", async () => {
    const browser = await strict({ enabled: true });
    const asked = await browser.run("login", [identify("ann@example.com"), enter()]);
    expect(asked.action).toMatchObject({ type: "authenticate", data: { type: "create_authenticator_data", options: [{ authentication: "secondary_totp" }] } });
    const shown = await browser.feed(asked.token, { authentication: "secondary_totp" });
    expect((await browser.feed(shown.token, { code: totp(shown.data.secret) })).finished).toBe(true);
    expect((await usersOf(browser))[0]?.authenticators).toHaveLength(2);
  });

  it("offers no first factor, though the step names one", async () => {
    const one_of = ["primary_oob_otp_sms", "secondary_totp", "primary_password"].map((authentication) => ({ authentication }));
    const steps = [
      { type: "identify", one_of: [{ identification: "email" }] },
      { type: "authenticate", one_of: [{ authentication: "primary_password" }] },
      { type: "authenticate", one_of },
    ];
    const browser = await flowRunner({
      authentication: { secondary_authentication_grace_period: { enabled: true } },
      config: { authentication_flow: { login_flows: [{ name: "own", steps }] } },
    });
    await browser.signUp("ann@example.com");
    const asked = await browser.run("login", [identify("ann@example.com"), enter()], { name: "own" });
    expect(asked.data).toEqual({ type: "create_authenticator_data", options: [{ authentication: "secondary_totp" }] });
  });

  it("ends with the project's date, and a user may have a date of his own", async () => {
    const browser = await strict({ enabled: true, end_at: "2020-01-01T00:00:00Z" });
    expect((await browser.run("login", [identify("ann@example.com"), enter()])).error?.info.cause).toEqual({ kind: "NoAuthenticator" });
    const end = new Date(Date.now() + 86_400_000);
    await browser.project.db.transaction((tx) => tx.query("update auth_user set mfa_grace_period_end_at = $2 where project_id = $1", [browser.ctx.project.id, end]));
    const asked = await browser.run("login", [identify("ann@example.com"), enter()]);
    expect(asked.data.type).toBe("create_authenticator_data");
    const shown = await browser.feed(asked.token, { authentication: "secondary_totp" });
    await browser.feed(shown.token, { code: totp(shown.data.secret) });
    expect((await usersOf(browser))[0]?.mfa_grace_period_end_at).toBeNull();
  });
});
