import { describe, expect, it } from "vitest";
import { eventsOf, flowRunner, PASSWORD, usersOf } from "./flow-runner.js";

const identify = (login_id: string) => ({ identification: "email", login_id });
const enter = (password: string) => ({ authentication: "primary_password", password });

describe("a login with a password", () => {
  it("shows the methods, then finishes with a session", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const fresh = browser.another();
    const asked = await fresh.run("login", [identify("ann@example.com")]);
    expect(asked.action).toMatchObject({ type: "authenticate", identification: "email" });
    expect(asked.data).toEqual({ type: "authentication_data", options: [{ authentication: "primary_password" }], device_token_enabled: false });
    const done = await fresh.feed(asked.token, enter(PASSWORD));
    expect(done).toMatchObject({ finished: true, type: "login", action: { type: "finished", data: {} } });
    expect(Object.keys(done.cookies).sort()).toEqual(["same_site_strict", "session"]);
    const [user] = await usersOf(browser);
    expect(user?.amr).toContainEqual(["pwd", "x_primary_password"]);
    await expect(fresh.read(asked.token)).rejects.toMatchObject({ reason: "AuthenticationFlowNotFound", status: 404 });
  });

  it("answers a wrong password with the same state, which stays usable, and records the failure", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const asked = await browser.run("login", [identify("ann@example.com")]);
    const refused = await browser.feed(asked.token, enter("wrong"));
    expect(refused).toMatchObject({
      status: 401,
      token: asked.token,
      error: { name: "Unauthorized", reason: "InvalidCredentials", info: { AuthenticationType: "password", FlowType: "login" } },
    });
    expect(refused.data).toEqual(asked.data);
    expect((await browser.feed(asked.token, enter(PASSWORD))).finished).toBe(true);
    expect((await eventsOf(browser)).filter(({ type }) => type === "authentication.primary.password.failed")).toHaveLength(1);
  });

  it("offers a password to a user who has none, and refuses every one (no telling who has a password)", async () => {
    const browser = await flowRunner({ authentication: { primary_authenticators: ["oob_otp_email", "password"] } });
    await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_oob_otp_email" }, { code: "111111" }]);
    const asked = await browser.another().run("login", [identify("ann@example.com")]);
    expect(asked.options.map(({ authentication }) => authentication)).toEqual(["primary_oob_otp_email", "primary_password"]);
    expect((await browser.feed(asked.token, enter("anything"))).error).toMatchObject({ reason: "InvalidCredentials", info: { AuthenticationType: "password" } });
  });

  it("takes one object for several steps, and a batch", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const one = await browser.run("login", [{ ...identify("ann@example.com"), ...enter(PASSWORD) }]);
    expect(one.finished).toBe(true);
    const batch = await browser.create("login", { batch: [identify("ann@example.com"), enter(PASSWORD)] });
    expect(batch.finished).toBe(true);
    expect(batch.cookies.session).toBeTruthy();
  });

  it("reports the state at the request's token when a later element of a batch fails", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const refused = await browser.create("login", { batch: [identify("ann@example.com"), enter("wrong")] });
    expect(refused.error).toMatchObject({ reason: "InvalidCredentials" });
    expect(refused.action.type).toBe("identify");
    expect((await browser.feed(refused.token, identify("ann@example.com"))).action.type).toBe("authenticate");
  });

  it("branches from an older state, and the first to finish ends all", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const start = await browser.create("login");
    const first = await browser.feed(start.token, identify("ann@example.com"));
    const second = await browser.feed(start.token, identify("ann@example.com"));
    expect(second.token).not.toBe(first.token);
    expect((await browser.feed(first.token, enter(PASSWORD))).finished).toBe(true);
    await expect(browser.feed(second.token, enter(PASSWORD))).rejects.toMatchObject({ reason: "AuthenticationFlowNotFound" });
  });
});

describe("the password policy", () => {
  const policy = { min_length: 10, digit_required: true, history_size: 2 };
  const config = { authenticator: { password: { policy } } };

  it("is shown, and refuses by name", async () => {
    const browser = await flowRunner({ config });
    const asked = await browser.run("signup", [identify("ann@example.com")]);
    expect(asked.options).toEqual([{ authentication: "primary_password", password_policy: { minimum_length: 10, digit_required: true, history: { enabled: true, size: 2 } } }]);
    const refused = await browser.feed(asked.token, { authentication: "primary_password", new_password: "short" });
    expect(refused.error).toMatchObject({
      reason: "PasswordPolicyViolated",
      code: 400,
      info: { causes: [{ Name: "PasswordTooShort", Info: { min_length: 10, pw_length: 5 } }, { Name: "PasswordDigitRequired" }] },
    });
    expect((await browser.feed(asked.token, { authentication: "primary_password", new_password: "" })).error).toMatchObject({ reason: "PasswordPolicyViolated" });
  });

  it("refuses a guessable password where the project asks for strength", async () => {
    const browser = await flowRunner({ config: { authenticator: { password: { policy: { minimum_guessable_level: 4 } } } } });
    const asked = await browser.run("signup", [identify("ann@example.com")]);
    const refused = await browser.feed(asked.token, { authentication: "primary_password", new_password: "password1" });
    expect(refused.error?.info.causes).toEqual([{ Name: "PasswordBelowGuessableLevel", Info: { min_level: 4, pw_level: expect.any(Number) } }]);
    expect((await browser.feed(asked.token, { authentication: "primary_password", new_password: "zebra-Lamp-93-canyon" })).finished).toBe(true);
  });
});

describe("a password that must be changed", () => {
  it("is changed at login when it breaks a newer policy", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com", "12345678");
    const { authenticator } = browser.ctx.project.config;
    const { password } = authenticator;
    const strict = { ...browser.ctx.project.config, authenticator: { ...authenticator, password: { ...password, policy: { ...password.policy, min_length: 12 } } } };
    browser.ctx = { ...browser.ctx, project: { ...browser.ctx.project, config: strict } };
    const asked = await browser.run("login", [identify("ann@example.com"), enter("12345678")]);
    expect(asked.action).toMatchObject({ type: "change_password", identification: "email", authentication: "primary_password" });
    expect(asked.data).toMatchObject({ type: "new_password_data", force_change_reason: "policy", password_policy: { minimum_length: 12 } });
    expect((await browser.feed(asked.token, { new_password: "short" })).error).toMatchObject({ reason: "PasswordPolicyViolated", info: { FlowType: "login" } });
    expect((await browser.feed(asked.token, { new_password: "a longer password" })).finished).toBe(true);
    expect((await browser.run("login", [identify("ann@example.com"), enter("12345678")])).error).toMatchObject({ reason: "InvalidCredentials" });
    expect((await browser.run("login", [identify("ann@example.com"), enter("a longer password")])).finished).toBe(true);
  });

  it("is changed when it has expired, to one that is not in the history", async () => {
    const password = { policy: { history_size: 3 }, expiry: { force_change: { enabled: true, duration_since_last_update: "24h" } } };
    const browser = await flowRunner({ config: { authenticator: { password } } });
    await browser.signUp("ann@example.com");
    const later = browser.at(new Date(Date.now() + 25 * 3_600_000));
    const asked = await later.run("login", [identify("ann@example.com"), enter(PASSWORD)]);
    expect(asked.data.force_change_reason).toBe("expiry");
    expect((await later.feed(asked.token, { new_password: PASSWORD })).error?.info.causes).toEqual([{ Name: "PasswordReused", Info: { history_size: 3, history_days: 0 } }]);
    expect((await later.feed(asked.token, { new_password: "another horse" })).finished).toBe(true);
  });
});

describe("secondary passwords", () => {
  const authentication = { secondary_authenticators: ["password"], secondary_authentication_mode: "required", recovery_code: { disabled: true }, device_token: { disabled: true } };

  it("are made at sign-up and asked for after the first", async () => {
    const browser = await flowRunner({ authentication });
    const asked = await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_password", new_password: PASSWORD }]);
    expect(asked.options.map((one) => one.authentication)).toEqual(["secondary_password"]);
    expect((await browser.feed(asked.token, { authentication: "secondary_password", new_password: "second horse" })).finished).toBe(true);
    const login = await browser.another().run("login", [identify("ann@example.com"), enter(PASSWORD)]);
    expect(login.action).toMatchObject({ type: "authenticate", identification: "email", authentication: "primary_password" });
    expect((await browser.feed(login.token, { authentication: "secondary_password", password: PASSWORD })).error).toMatchObject({ reason: "InvalidCredentials" });
    expect((await browser.feed(login.token, { authentication: "secondary_password", password: "second horse" })).finished).toBe(true);
    expect((await usersOf(browser))[0]?.amr).toContainEqual(["mfa", "pwd", "x_primary_password", "x_secondary_password"]);
    expect((await eventsOf(browser)).map(({ type }) => type)).toContain("authentication.secondary.password.failed");
  });

  it("leave a user without one outside when the project requires it", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const strict = { ...browser.ctx.project.config.authentication, ...authentication };
    browser.ctx = { ...browser.ctx, project: { ...browser.ctx.project, config: { ...browser.ctx.project.config, authentication: strict as never } } };
    const refused = await browser.run("login", [identify("ann@example.com"), enter(PASSWORD)]);
    expect(refused.error).toMatchObject({ reason: "InvariantViolated", code: 400, info: { cause: { kind: "NoAuthenticator" }, FlowType: "login" } });
  });
});
