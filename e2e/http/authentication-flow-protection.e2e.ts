import { describe, expect, it } from "vitest";
import { byEmail, newPassword, password } from "../support/inputs.js";
import { until } from "../support/platform.js";
import { Project } from "../support/project.js";

const EMAIL = "ann@example.com";
const on = (burst: number) => ({ enabled: true, period: "1m", burst });

async function projectOf(options: Parameters<typeof Project.make>[0]): Promise<Project> {
  const project = await Project.make(options);
  await project.browser().finish("signup", [byEmail(EMAIL), newPassword()]);
  return project;
}

const logIn = (project: Project, word?: string) => project.browser().run("login", [byEmail(EMAIL), password(word)]);

describe("account lockout", () => {
  const lockout = (more: object) => ({
    max_attempts: 2,
    history_duration: "1h",
    minimum_duration: "1m",
    maximum_duration: "10m",
    lockout_type: "per_user",
    backoff_factor: 2,
    ...more,
  });

  it("answers the attempt that reaches the limit, and then the right password too", async () => {
    const project = await projectOf({ authentication: { lockout: lockout({ password: { enabled: true } }) } });
    expect((await logIn(project, "wrong")).error).toMatchObject({ reason: "InvalidCredentials", code: 401 });
    const before = Date.now();
    const locked = await logIn(project, "wrong");
    expect(locked).toMatchObject({ status: 429, error: { name: "TooManyRequest", reason: "AccountLockout", message: "account locked", info: { FlowType: "login" } } });
    const end = Date.parse(locked.error?.info.until);
    expect(end - before).toBeGreaterThan(55_000);
    expect(end - Date.now()).toBeLessThan(65_000);
    expect((await logIn(project)).error?.reason).toBe("AccountLockout");
  });

  it("ends by itself, and lasts longer at the next failure", async () => {
    const project = await projectOf({ authentication: { lockout: lockout({ minimum_duration: "2s", password: { enabled: true } }) } });
    await logIn(project, "wrong");
    const locked = await logIn(project, "wrong");
    expect(locked.error?.reason).toBe("AccountLockout");
    const over = (at: string) => until(async () => (Date.now() > Date.parse(at) ? true : undefined), "the end of the lock");
    await over(locked.error?.info.until);
    const before = Date.now();
    const again = await logIn(project, "wrong");
    expect(again.error?.reason).toBe("AccountLockout");
    expect(Date.parse(again.error?.info.until) - before).toBeGreaterThan(3_000);
    await over(again.error?.info.until);
    expect((await logIn(project)).finished).toBe(true);
    expect((await logIn(project, "wrong")).error?.reason).toBe("InvalidCredentials");
  });

  it("counts the methods that are enabled and no others", async () => {
    const project = await projectOf({ authentication: { lockout: lockout({ totp: { enabled: true } }) } });
    for (let n = 0; n < 4; n += 1) expect((await logIn(project, "wrong")).error?.reason).toBe("InvalidCredentials");
    expect((await logIn(project)).finished).toBe(true);
  });
});

describe("bot protection", () => {
  const provider = { type: "cloudflare" };
  const config = (requirements: object) => ({ bot_protection: { enabled: true, provider: { ...provider, site_key: "site" }, requirements } });
  const secrets = [{ key: "bot_protection.provider", data: { type: "cloudflare", secret_key: "secret" } }];
  const withToken = (response: string, more: object = byEmail(EMAIL)) => ({ ...more, bot_protection: { type: "cloudflare", response } });
  /** Signs up before the project asks for tokens. */
  async function protectedProject(requirements: object): Promise<Project> {
    const project = await projectOf({});
    await project.publish({ config: config(requirements), secrets: [...(await keptSecrets(project)), ...secrets] });
    await until(async () => ((await project.browser().create("login")).options[0]?.bot_protection ? true : undefined), "bot protection");
    return project;
  }
  /** A secrets file replaces the whole of the one before. */
  async function keptSecrets(project: Project): Promise<{ key: string; data: unknown }[]> {
    const keys = ["oauth", "csrf", "webhook", "images", "admin-api.auth"];
    return Promise.all(keys.map(async (key) => ({ key, data: await project.secret(key) }))).then((all) => all.filter(({ data }) => data !== undefined));
  }

  it("demands a token, and after a rejected one a new flow", async () => {
    const project = await protectedProject({ signup_or_login: { mode: "always" } });
    const browser = project.browser();
    const start = await browser.create("login");
    expect(start.options).toEqual([{ identification: "email", bot_protection: { enabled: true, provider } }]);
    const missing = await browser.feed(start.token, byEmail(EMAIL));
    expect(missing).toMatchObject({ status: 400, error: { reason: "ValidationFailed" } });
    expect(missing.error?.info.causes).toContainEqual(
      expect.objectContaining({ location: "", kind: "required", details: expect.objectContaining({ missing: ["bot_protection"] }) }),
    );
    const otherType = await browser.feed(start.token, { ...byEmail(EMAIL), bot_protection: { type: "recaptchav2", response: "good" } });
    expect(otherType.error?.info.causes).toContainEqual(expect.objectContaining({ location: "/bot_protection/type", kind: "const" }));
    const rejected = await browser.feed(start.token, withToken("bad"));
    expect(rejected).toMatchObject({ status: 403, error: { name: "Forbidden", reason: "BotProtectionVerificationFailed" } });
    expect(rejected.error?.info?.FlowType).toBeUndefined();
    expect(await browser.feed(start.token, withToken("good"))).toMatchObject({ status: 403, error: { reason: "BotProtectionVerificationFailed" } });
    const fresh = await browser.run("login", [withToken("good")]);
    expect(fresh.action.type).toBe("authenticate");
    expect((await browser.feed(fresh.token, password())).finished).toBe(true);
  });

  it("asks once in a run: a good token at identify serves the password too", async () => {
    const project = await protectedProject({ signup_or_login: { mode: "always" }, password: { mode: "always" } });
    const browser = project.browser();
    const asked = await browser.run("login", [withToken("good")]);
    expect((await browser.read(asked.token)).options).toEqual([{ authentication: "primary_password" }]);
    expect((await browser.feed(asked.token, password())).finished).toBe(true);
  });

  it("says when its provider cannot be reached, and remembers that as well", async () => {
    const project = await protectedProject({ signup_or_login: { mode: "always" } });
    const browser = project.browser();
    const start = await browser.create("login");
    expect(await browser.feed(start.token, withToken("unavailable"))).toMatchObject({
      status: 503,
      error: { name: "ServiceUnavailable", reason: "BotProtectionVerificationServiceUnavailable" },
    });
    expect((await browser.feed(start.token, withToken("good"))).error?.reason).toBe("BotProtectionVerificationFailed");
  });
});

describe("rate limits", () => {
  it("stop the eleventh wrong password of one user from one address, and let right ones through", async () => {
    const project = await projectOf({ authentication: { rate_limits: { general: { per_ip: on(60), per_user_per_ip: on(10) } } } });
    for (let n = 0; n < 12; n += 1) expect((await logIn(project)).finished).toBe(true);
    for (let n = 0; n < 10; n += 1) expect((await logIn(project, "wrong")).error?.reason).toBe("InvalidCredentials");
    const limited = await logIn(project, "wrong");
    expect(limited).toMatchObject({
      status: 429,
      error: { name: "TooManyRequest", reason: "RateLimited", info: { bucket_name: "VerifyPasswordPerUserPerIP", rate_limit_name: "authentication.password", FlowType: "login" } },
    });
    expect((await logIn(project)).error?.reason).toBe("RateLimited");
  });

  it("stop the eleventh unknown address from one address, before it is looked up", async () => {
    const project = await projectOf({ authentication: { rate_limits: { account_enumeration: { per_ip: on(10) } } } });
    const browser = project.browser();
    const start = await browser.create("login");
    const ask = async (email: string) => (await browser.feed(start.token, byEmail(email))).error;
    for (let n = 0; n < 12; n += 1) expect(await ask(EMAIL)).toBeUndefined();
    for (let n = 0; n < 10; n += 1) expect((await ask(`nobody${n}@example.com`))?.reason).toBe("UserNotFound");
    expect(await ask("nobody@example.com")).toMatchObject({ reason: "RateLimited", info: { bucket_name: "AccountEnumerationPerIP" } });
    expect(await ask(EMAIL)).toMatchObject({ reason: "RateLimited" });
  });

  it("stop the eleventh sign-up from one address", async () => {
    const project = await Project.make({ authentication: { rate_limits: { signup: { per_ip: on(10) } } } });
    const signUp = (n: number) => project.browser().run("signup", [byEmail(`user${n}@example.com`), newPassword()]);
    for (let n = 0; n < 10; n += 1) expect((await signUp(n)).finished).toBe(true);
    const limited = await signUp(10);
    expect(limited).toMatchObject({ status: 429, error: { reason: "RateLimited", info: { bucket_name: "SignupPerIP" } } });
    expect(limited.error?.info.FlowType).toBeUndefined();
    expect(await project.users()).toHaveLength(10);
  });

  it("are off one by one, and all together by the plan", async () => {
    const limits = { rate_limits: { general: { per_ip: on(2), per_user_per_ip: { enabled: false } }, password: { per_ip: { enabled: false } } } };
    const project = await projectOf({ authentication: limits });
    for (let n = 0; n < 5; n += 1) expect((await logIn(project, "wrong")).error?.reason).toBe("InvalidCredentials");
    const strict = { rate_limits: { general: { per_ip: on(2), per_user_per_ip: on(2) }, signup: { per_ip: on(1) } } };
    const free = await projectOf({ authentication: strict, features: { rate_limits: { disabled: true } } });
    for (let n = 0; n < 5; n += 1) expect((await logIn(free, "wrong")).error?.reason).toBe("InvalidCredentials");
    await free.browser().finish("signup", [byEmail("bob@example.com"), newPassword()]);
  });

  it("refill evenly: after a fifth of the period one more attempt", async () => {
    const rate = { enabled: true, period: "60s", burst: 5 };
    const project = await projectOf({ authentication: { rate_limits: { general: { per_ip: { enabled: false }, per_user_per_ip: rate } } } });
    for (let n = 0; n < 5; n += 1) expect((await logIn(project, "wrong")).error?.reason).toBe("InvalidCredentials");
    const refusedAt = Date.now();
    expect((await logIn(project, "wrong")).error?.reason).toBe("RateLimited");
    const again = await until(async () => {
      const { error } = await logIn(project, "wrong");
      return error?.reason === "RateLimited" ? undefined : error;
    }, "one more attempt");
    expect(again.reason).toBe("InvalidCredentials");
    expect(Date.now() - refusedAt, "long before the period is over").toBeLessThan(45_000);
    expect((await logIn(project, "wrong")).error?.reason).toBe("RateLimited");
  });

  it("are written to the audit log when they refuse, cooldowns are not", async () => {
    const project = await projectOf({
      authentication: { primary_authenticators: ["password", "oob_otp_email"], rate_limits: { general: { per_ip: on(60), per_user_per_ip: on(1) } } },
    });
    const browser = project.browser();
    const sent = await browser.run("login", [byEmail(EMAIL), { authentication: "primary_oob_otp_email", index: 1 }]);
    expect((await browser.feed(sent.token, { resend: true })).error).toMatchObject({ reason: "RateLimited" });
    await logIn(project, "wrong");
    expect((await logIn(project, "wrong")).error?.reason).toBe("RateLimited");
    const rows = async () => {
      const { auditLogs } = await project.admin("{ auditLogs(first: 50) { edges { node { activityType data } } } }");
      return auditLogs.edges
        .map(({ node }: { node: { activityType: string; data: unknown } }) => node)
        .filter((node: { activityType: string }) => node.activityType === "RATE_LIMIT_BLOCKED");
    };
    const found = await until(async () => ((await rows()).length > 0 ? rows() : undefined), "the audit row");
    expect(found).toHaveLength(1);
    expect(found[0].data.payload).toMatchObject({ rate_limit: { name: "authentication.password.per_user_per_ip", group: "authentication.password" } });
  });

  it("count SMS to one number", async () => {
    const features = { messaging: { rate_limits: { sms_per_target: { enabled: true, period: "1h", burst: 2 } } } };
    const config = { identity: { login_id: { keys: [{ type: "phone" }] } }, authenticator: { oob_otp: { sms: { phone_otp_mode: "sms" } } } };
    const authentication = { primary_authenticators: ["oob_otp_sms"], rate_limits: { oob_otp: { sms: { trigger_cooldown: "1s" } } } };
    const project = await Project.make({ features, config, authentication });
    const browser = project.browser();
    let sent = await browser.run("signup", [{ identification: "phone", login_id: "+85251000000" }, { authentication: "primary_oob_otp_sms" }]);
    const wait = () => until(async () => (Date.now() > Date.parse(sent.data.can_resend_at) ? true : undefined), "the end of the cooldown");
    await wait();
    sent = await browser.feed(sent.token, { resend: true });
    expect(sent.error).toBeUndefined();
    await wait();
    expect((await browser.feed(sent.token, { resend: true })).error).toMatchObject({ reason: "RateLimited", code: 429, info: { bucket_name: "MessagingSMSPerTarget" } });
  });

  it("revoke a code after too many wrong ones", async () => {
    const rate_limits = { oob_otp: { email: { max_failed_attempts_revoke_otp: 3 } } };
    const project = await Project.make({ authentication: { primary_authenticators: ["oob_otp_email"], rate_limits } });
    const browser = project.browser();
    const sent = await browser.run("signup", [byEmail(EMAIL), { authentication: "primary_oob_otp_email" }]);
    for (let n = 0; n < 2; n += 1) expect((await browser.feed(sent.token, { code: "000000" })).error?.reason).toBe("InvalidCredentials");
    expect(await browser.feed(sent.token, { code: "000000" })).toMatchObject({
      status: 429,
      error: { reason: "RateLimited", message: "too many verify OTP attempts", info: { bucket_name: "TrackFailedOTPAttemptBucket" } },
    });
    expect((await browser.read(sent.token)).data.failed_attempt_rate_limit_exceeded).toBe(true);
    expect((await browser.feed(sent.token, { code: "111111" })).error).toBeDefined();
  });

  it("stop an address that asks the flow API more than 1200 times a minute", async () => {
    const project = await Project.make();
    const browser = project.browser();
    const started = Date.now();
    let [admitted, refused] = [0, undefined as Awaited<ReturnType<typeof browser.post>> | undefined];
    const worker = async () => {
      while (!refused && admitted < 4000) {
        const answer = await browser.post("/api/v1/authentication_flows/states", { state_token: "x" });
        if (answer.status === 429) refused = answer;
        else admitted += 1;
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    const refilled = Math.ceil(((Date.now() - started) / 60_000) * 1200);
    expect(refused?.json.error).toMatchObject({ name: "TooManyRequest", reason: "TooManyRequest", message: "Reach Rate Limit", code: 429 });
    expect(admitted).toBeGreaterThanOrEqual(1200);
    expect(admitted).toBeLessThanOrEqual(1200 + refilled + 1);
    expect((await (await Project.make()).browser().create("login")).status).toBe(200);
  });
});
