import { describe, expect, it } from "vitest";
import { byEmail, newPassword, password, seenRecoveryCodes } from "../support/inputs.js";
import type { FlowClient, Step } from "../support/flow-client.js";
import { claimsOf, tokensOf } from "../support/oauth.js";
import { until } from "../support/platform.js";
import { Project } from "../support/project.js";
import { totp } from "../support/totp.js";

const REQUIRED = { secondary_authentication_mode: "required" };
const EMAIL = "ann@example.com";

interface Enrolled {
  done: Step;
  secret: string;
  recoveryCodes: string[];
}

/** Signs up with a password and an authenticator app. */
async function enrol(browser: FlowClient): Promise<Enrolled> {
  const asked = await browser.run("signup", [byEmail(EMAIL), newPassword(), { authentication: "secondary_totp" }]);
  const shown = await browser.feed(asked.token, { code: totp(asked.data.secret) });
  const done = await browser.feed(shown.token, seenRecoveryCodes);
  expect(done.finished, JSON.stringify(done.body)).toBe(true);
  return { done, secret: asked.data.secret, recoveryCodes: shown.data.recovery_codes };
}

/** A login as far as the second factor. */
const secondStep = (browser: FlowClient) => browser.run("login", [byEmail(EMAIL), password()]);

describe("a second factor that is required", () => {
  it("is set up at sign-up: an authenticator app, then recovery codes", async () => {
    const project = await Project.make({ authentication: REQUIRED });
    const browser = project.browser();
    const asked = await browser.run("signup", [byEmail(EMAIL), newPassword()]);
    expect(asked.action.type).toBe("create_authenticator");
    expect(asked.data).toEqual({ type: "create_authenticator_data", options: [{ authentication: "secondary_totp" }] });
    const totpStep = await browser.feed(asked.token, { authentication: "secondary_totp" });
    expect(totpStep.action).toMatchObject({
      type: "create_authenticator",
      authentication: "secondary_totp",
      data: { type: "create_totp_data", secret: expect.stringMatching(/^[A-Z2-7]{32}$/) },
    });
    const uri = new URL(totpStep.data.otpauth_uri);
    expect([uri.protocol, uri.host, uri.searchParams.get("secret"), uri.searchParams.get("issuer")]).toEqual(["otpauth:", "totp", totpStep.data.secret, project.origin]);
    expect((await browser.feed(totpStep.token, { code: totp(totpStep.data.secret, 20) })).error).toMatchObject({
      reason: "InvalidCredentials",
      info: { AuthenticationType: "totp" },
    });
    const codes = await browser.feed(totpStep.token, { code: totp(totpStep.data.secret) });
    expect(codes.action).toMatchObject({ type: "view_recovery_code", data: { type: "view_recovery_code_data" } });
    expect(new Set(codes.data.recovery_codes).size).toBe(16);
    for (const code of codes.data.recovery_codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
    expect((await browser.feed(codes.token, seenRecoveryCodes)).finished).toBe(true);
  });

  it("keeps out a user without one, unless the grace period lets him enrol", async () => {
    const bare = [
      { type: "identify", one_of: [{ identification: "email" }] },
      { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] },
    ];
    const config = { authentication_flow: { signup_flows: [{ name: "bare", steps: bare }] } };
    const project = await Project.make({ authentication: REQUIRED, config });
    await project.browser().finish("signup", [byEmail(EMAIL), newPassword()], { name: "bare" });
    const refused = await secondStep(project.browser());
    expect(refused).toMatchObject({
      status: 400,
      error: { name: "Invalid", reason: "InvariantViolated", message: "no authenticator", info: { cause: { kind: "NoAuthenticator" }, FlowType: "login" } },
    });
    await project.publish({ authentication: { ...REQUIRED, secondary_authentication_grace_period: { enabled: true } }, config });
    const browser = project.browser();
    const offered = await until(async () => {
      const step = await secondStep(browser);
      return step.error ? undefined : step;
    }, "the grace period");
    expect(offered.action).toMatchObject({ type: "authenticate", data: { type: "create_authenticator_data", options: [{ authentication: "secondary_totp" }] } });
    const set = await browser.feed(offered.token, { authentication: "secondary_totp" });
    const next = await browser.feed(set.token, { code: totp(set.data.secret) });
    expect(next.error).toBeUndefined();
    const done = next.finished ? next : await browser.feed(next.token, seenRecoveryCodes);
    expect(done.finished, JSON.stringify(done.body)).toBe(true);
    expect((await secondStep(project.browser())).options.map((one) => one.authentication)).toEqual(["secondary_totp"]);
  });
});

describe("a second factor that is asked where there is one", () => {
  it("is not asked of a user without one", async () => {
    const project = await Project.make();
    await project.browser().finish("signup", [byEmail(EMAIL), newPassword()]);
    expect((await secondStep(project.browser())).finished).toBe(true);
  });

  it("is asked of a user with one", async () => {
    const project = await Project.make({ authentication: REQUIRED });
    const { secret } = await enrol(project.browser());
    await project.publish({ authentication: { secondary_authentication_mode: "if_exists" } });
    const browser = project.browser();
    const asked = await secondStep(browser);
    expect(asked.options.map((one) => one.authentication)).toEqual(["secondary_totp", "recovery_code"]);
    expect((await browser.feed(asked.token, { authentication: "secondary_totp", code: totp(secret, 20) })).error).toMatchObject({
      reason: "InvalidCredentials",
      info: { AuthenticationType: "totp" },
    });
    expect((await browser.feed(asked.token, { authentication: "secondary_totp", code: totp(secret) })).finished).toBe(true);
  });
});

describe("a device that is remembered", () => {
  it("skips the second factor from then on, and says so in amr", async () => {
    const project = await Project.make({ authentication: REQUIRED });
    const { secret } = await enrol(project.browser());
    const browser = project.browser();
    const asked = await secondStep(browser);
    expect(asked.data).toMatchObject({ type: "authentication_data", device_token_enabled: true });
    const done = await browser.feed(asked.token, { authentication: "secondary_totp", code: totp(secret), request_device_token: true });
    expect(done.finished).toBe(true);
    const cookie = done.setCookie.find((line) => /^mfa_device_token=/.test(line));
    expect(cookie).toMatch(/^mfa_device_token=[0-9A-HJKMNP-TV-Z]{64};/);
    for (const part of [/HttpOnly/i, /SameSite=Strict/i, /Path=\//i, /Max-Age=2592000/i]) expect(cookie).toMatch(part);
    expect(claimsOf((await tokensOf(browser)).id_token).amr).toEqual(["mfa", "otp", "pwd", "x_primary_password", "x_secondary_totp"]);
    expect((await secondStep(browser)).finished).toBe(true);
    const { amr } = claimsOf((await tokensOf(browser)).id_token);
    expect(amr).toEqual(expect.arrayContaining(["pwd", "x_device_token", "x_primary_password"]));
    expect(amr).not.toContain("x_secondary_totp");
    expect((await secondStep(project.browser())).action.type).toBe("authenticate");
  });

  it("is forgotten when its token means nothing (forged cookie)", async () => {
    const project = await Project.make({ authentication: REQUIRED });
    const { secret } = await enrol(project.browser());
    const browser = project.browser();
    browser.jar.set("mfa_device_token", "0".repeat(64));
    const asked = await secondStep(browser);
    expect(asked.action.type).toBe("authenticate");
    const done = await browser.feed(asked.token, { authentication: "secondary_totp", code: totp(secret) });
    expect(done.setCookie.filter((line) => /^mfa_device_token=;/.test(line))).toHaveLength(1);
    expect(browser.jar.get("mfa_device_token")).toBeUndefined();
  });
});

describe("a recovery code", () => {
  it("may be typed in lower case with dashes, and is good once", async () => {
    const project = await Project.make({ authentication: REQUIRED });
    const { recoveryCodes } = await enrol(project.browser());
    const typed = (recoveryCodes[3] as string).toLowerCase().replace(/(.{5})/, "$1-");
    const use = async (recovery_code: string) => {
      const browser = project.browser();
      const asked = await secondStep(browser);
      return { browser, step: await browser.feed(asked.token, { authentication: "recovery_code", recovery_code }) };
    };
    const first = await use(typed);
    expect(first.step.finished, JSON.stringify(first.step.body)).toBe(true);
    expect(claimsOf((await tokensOf(first.browser)).id_token).amr).toEqual(["mfa", "pwd", "x_primary_password", "x_recovery_code"]);
    const again = await use(typed);
    expect(again.step).toMatchObject({ status: 401, error: { reason: "InvalidCredentials", info: { AuthenticationType: "recovery_code" } } });
    expect((await use("0000000000")).step.error?.reason).toBe("InvalidCredentials");
    expect((await use(recoveryCodes[4] as string)).step.finished).toBe(true);
  });
});
