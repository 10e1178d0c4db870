import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { CODE, eventsOf, type FlowRunner, flowRunner, PASSWORD, usersOf } from "./flow-runner.js";

const identify = (login_id: string) => ({ identification: "email", login_id });
const enter = (password: string) => ({ authentication: "primary_password", password });
const BY_CODE = { ui: { forgot_password: { email: [{ channel: "email", otp_form: "code" }] } } };
const LINKS = { test_mode: { deterministic_link_otp: { enabled: true } } };

describe("account recovery by code", () => {
  it("ends with a new password and no session", async () => {
    const browser = await flowRunner({ config: BY_CODE });
    await browser.signUp("user@example.com");
    const visitor = browser.another();
    const start = await visitor.create("account_recovery");
    expect(start.data).toEqual({ type: "account_recovery_identification_data", options: [{ identification: "email" }] });
    const asked = await visitor.feed(start.token, identify("user@example.com"));
    expect(asked.action).toMatchObject({
      type: "select_destination",
      data: { type: "account_recovery_select_destination_data", options: [{ masked_display_name: "us**@example.com", channel: "email", otp_form: "code" }] },
    });
    const sent = await visitor.feed(asked.token, { index: 0 });
    expect(sent.action.type).toBe("verify_account_recovery_code");
    expect(sent.data).toMatchObject({
      type: "account_recovery_verify_code_data",
      masked_display_name: "us**@example.com",
      channel: "email",
      otp_form: "code",
      code_length: 6,
      failed_attempt_rate_limit_exceeded: false,
    });
    expect((await visitor.feed(sent.token, { account_recovery_code: "000000" })).error).toMatchObject({
      name: "Invalid",
      reason: "PasswordResetFailed",
      code: 400,
      info: { cause: { kind: "InvalidCode" }, otp_form: "code" },
    });
    expect((await visitor.feed(sent.token, { resend: true })).error).toMatchObject({ reason: "RateLimited" });
    const reset = await visitor.feed(sent.token, { account_recovery_code: CODE });
    expect(reset.action).toMatchObject({ type: "reset_password", data: { type: "new_password_data", password_policy: { minimum_length: 8 }, masked_target: "us**@example.com" } });
    expect((await visitor.feed(reset.token, { new_password: "short" })).error).toMatchObject({ reason: "PasswordPolicyViolated" });
    const done = await visitor.feed(reset.token, { new_password: "a new horse" });
    expect(done).toMatchObject({ finished: true, action: { data: {} }, cookies: {} });
    expect((await visitor.run("login", [identify("user@example.com"), enter(PASSWORD)])).error?.reason).toBe("InvalidCredentials");
    expect((await visitor.run("login", [identify("user@example.com"), enter("a new horse")])).finished).toBe(true);
  });

  it("takes an address with its domain written in another way", async () => {
    const browser = await flowRunner({ config: BY_CODE });
    await browser.signUp("ann@bücher.example");
    const inputs = [identify("ann@xn--bcher-kva.example"), { index: 0 }, { account_recovery_code: CODE }, { new_password: "a new horse" }];
    expect((await browser.another().run("account_recovery", inputs)).finished).toBe(true);
    expect((await browser.another().run("login", [identify("ann@bücher.example"), enter("a new horse")])).finished).toBe(true);
  });

  it("makes a password for a user who has none", async () => {
    const browser = await flowRunner({ config: BY_CODE, authentication: { primary_authenticators: ["oob_otp_email", "password"] } });
    await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_oob_otp_email" }, { code: CODE }]);
    await browser.another().run("account_recovery", [identify("ann@example.com"), { index: 0 }, { account_recovery_code: CODE }, { new_password: "a new horse" }]);
    expect((await usersOf(browser))[0]?.authenticators.map((one: any) => one.type).sort()).toEqual(["oob_otp_email", "password"]);
  });

  it("goes on for an unknown address like for a known one (no telling who has an account)", async () => {
    const browser = await flowRunner({ config: BY_CODE });
    await browser.signUp("known@example.com");
    const shapes = await Promise.all(
      ["known@example.com", "other@example.com"].map(async (email) => {
        const visitor = browser.another();
        const asked = await visitor.run("account_recovery", [identify(email)]);
        const sent = await visitor.feed(asked.token, { index: 0 });
        const wrong = await visitor.feed(sent.token, { account_recovery_code: "000000" });
        const { can_resend_at: _time, masked_display_name: _name, ...data } = sent.data;
        return JSON.stringify({
          options: asked.options.map(({ masked_display_name: _masked, ...one }) => one),
          data,
          error: { ...wrong.error, tracking_id: "" },
          keys: Object.keys(sent.data),
        });
      }),
    );
    expect(shapes[0]).toBe(shapes[1]);
    const visitor = browser.another();
    const sent = await visitor.run("account_recovery", [identify("nobody@example.com"), { index: 0 }]);
    expect((await visitor.feed(sent.token, { account_recovery_code: CODE })).error).toMatchObject({ reason: "PasswordResetFailed" });
    const messages = (await eventsOf(browser)).filter(({ type }) => type.startsWith("email."));
    expect(JSON.stringify(messages)).not.toContain("nobody@example.com");
  });

  it("says so where the branch wants it", async () => {
    const steps = [
      { type: "identify", one_of: [{ identification: "email", on_failure: "error", steps: [{ type: "select_destination" }] }] },
      { type: "verify_account_recovery_code" },
      { type: "reset_password" },
    ];
    const browser = await flowRunner({ config: { authentication_flow: { account_recovery_flows: [{ name: "own", steps }] } } });
    const start = await browser.create("account_recovery", { name: "own" });
    expect((await browser.feed(start.token, identify("nobody@example.com"))).error).toMatchObject({
      reason: "UserNotFound",
      info: { FlowType: "account_recovery", LoginIDTypeIncoming: "email" },
    });
  });

  it("is off where the project says so", async () => {
    const browser = await flowRunner({ config: { ...BY_CODE, forgot_password: { enabled: false } } });
    await browser.signUp("ann@example.com");
    expect((await browser.another().run("account_recovery", [identify("ann@example.com"), { index: 0 }])).error).toMatchObject({
      reason: "ForgotPasswordFailed",
      info: { cause: { kind: "FeatureDisabled" } },
    });
  });
});

describe("destinations", () => {
  const flow = (enumerate_destinations: boolean, allowed_channels?: object[]) => [
    {
      name: "own",
      steps: [
        {
          type: "identify",
          one_of: ["email", "phone", "username"].map((identification) => ({
            identification,
            steps: [{ type: "select_destination", enumerate_destinations, ...(allowed_channels ? { allowed_channels } : {}) }],
          })),
        },
        { type: "verify_account_recovery_code" },
        { type: "reset_password" },
      ],
    },
  ];
  const keys = { login_id: { keys: [{ type: "email" }, { type: "phone" }, { type: "username" }] } };
  const signupFlow = [
    {
      name: "all",
      steps: [
        ...["email", "phone", "username"].map((identification) => ({ type: "identify", one_of: [{ identification }] })),
        { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] },
      ],
    },
  ];

  async function person(recovery: object[]): Promise<FlowRunner> {
    const browser = await flowRunner({ config: { identity: keys, authentication_flow: { account_recovery_flows: recovery, signup_flows: signupFlow } } });
    const done = await browser.run(
      "signup",
      [
        identify("user@example.com"),
        { identification: "phone", login_id: "+85251000000" },
        { identification: "username", login_id: "somebody" },
        { authentication: "primary_password", new_password: PASSWORD },
      ],
      { name: "all" },
    );
    expect(done.finished).toBe(true);
    return browser.another();
  }
  const shown = (options: Record<string, unknown>[]) => options.map(({ channel, otp_form, masked_display_name }) => `${channel}/${otp_form} ${masked_display_name}`);

  it("are the entered address by every channel that fits", async () => {
    const visitor = await person(flow(false));
    expect(shown((await visitor.run("account_recovery", [identify("user@example.com")], { name: "own" })).options)).toEqual([
      "email/link us**@example.com",
      "email/code us**@example.com",
    ]);
    expect(shown((await visitor.run("account_recovery", [{ identification: "phone", login_id: "+85251000000" }], { name: "own" })).options)).toEqual([
      "sms/code +8525100****",
      "sms/link +8525100****",
      "whatsapp/code +8525100****",
    ]);
    expect(shown((await visitor.run("account_recovery", [{ identification: "username", login_id: "somebody" }], { name: "own" })).options)).toEqual([
      "email/link somebody",
      "email/code somebody",
      "sms/code somebody",
      "sms/link somebody",
      "whatsapp/code somebody",
    ]);
  });

  it("are all of the user's where the flow enumerates them, by channel, then identity", async () => {
    const visitor = await person(
      flow(true, [
        { channel: "sms", otp_form: "code" },
        { channel: "email", otp_form: "code" },
      ]),
    );
    expect(shown((await visitor.run("account_recovery", [identify("user@example.com")], { name: "own" })).options)).toEqual([
      "sms/code +8525100****",
      "email/code us**@example.com",
    ]);
  });

  it("stay what was chosen among, for somebody who came by his user name", async () => {
    const visitor = await person(flow(true, [{ channel: "email", otp_form: "code" }]));
    const offered = await visitor.run("account_recovery", [{ identification: "username", login_id: "somebody" }], { name: "own" });
    expect(shown(offered.options)).toEqual(["email/code us**@example.com"]);
    const asked = await visitor.feed(offered.token, { index: 0 });
    expect(asked.data.masked_display_name).toBe("us**@example.com");
    expect((await visitor.feed(asked.token, { account_recovery_code: CODE })).data.masked_target).toBe("us**@example.com");
  });

  it.each([
    ["email", "somebody", "nobody"],
    ["email", "+85251000000", "+85251000009"],
    ["phone", "user@example.com", "none@example.com"],
  ])("of a login id that is entered as %s and is none, %s, reach nobody, and look as for who is not there", async (identification, known, unknown) => {
    const byCode = ["email", "sms"].map((channel) => ({ channel, otp_form: "code" }));
    const visitor = await person(flow(false, byCode));
    for (const login_id of [known, unknown]) {
      const offered = await visitor.run("account_recovery", [{ identification, login_id }], { name: "own" });
      const asked = await visitor.feed(offered.token, { index: 0 });
      expect(asked.error).toBeUndefined();
      expect(shown([asked.data])).toEqual(shown(offered.options));
      expect((await visitor.feed(asked.token, { account_recovery_code: CODE })).error).toMatchObject({ reason: "PasswordResetFailed" });
    }
  });

  it("of a user name deliver to the profile's address", async () => {
    const visitor = await person(flow(false, [{ channel: "email", otp_form: "code" }]));
    const done = await visitor.run(
      "account_recovery",
      [{ identification: "username", login_id: "somebody" }, { index: 0 }, { account_recovery_code: CODE }, { new_password: "a new horse" }],
      { name: "own" },
    );
    expect(done.finished).toBe(true);
  });
});

describe("account recovery by link", () => {
  const codeOf = (userId: string) => createHash("md5").update(userId).digest("hex");

  async function sent(): Promise<{ browser: FlowRunner; token: string; code: string }> {
    const browser = await flowRunner({ features: LINKS });
    await browser.signUp("ann@example.com");
    const visitor = browser.another();
    const state = await visitor.run("account_recovery", [identify("ann@example.com"), { index: 0 }]);
    expect(state.data).toMatchObject({ otp_form: "link", code_length: 32 });
    return { browser: visitor, token: state.token, code: codeOf((await usersOf(browser))[0]?.id) };
  }

  it("goes on without a state token, at the step that takes the code", async () => {
    const { browser, code } = await sent();
    const opened = await browser.feed("", { account_recovery_code: code });
    expect(opened).toMatchObject({ type: "account_recovery", action: { type: "reset_password" } });
    expect(opened.token).toMatch(/^authflowstate_/);
    expect((await browser.feed(opened.token, { new_password: "a new horse" })).finished).toBe(true);
    expect((await browser.run("login", [identify("ann@example.com"), enter("a new horse")])).finished).toBe(true);
  });

  it("may be typed into the run that asked for it", async () => {
    const { browser, token, code } = await sent();
    expect((await browser.feed(token, { account_recovery_code: code })).action.type).toBe("reset_password");
  });

  it("is refused when unknown, and resets one password only (stolen link)", async () => {
    const { browser, code } = await sent();
    await expect(browser.feed("", { account_recovery_code: "0".repeat(32) })).rejects.toMatchObject({ reason: "PasswordResetFailed", info: { cause: { kind: "InvalidCode" } } });
    const opened = await Promise.all([1, 2, 3].map(() => browser.feed("", { account_recovery_code: code })));
    const answers = await Promise.all(opened.map(({ token }, n) => browser.feed(token, { new_password: `new horse ${n}` })));
    expect(answers.filter(({ finished }) => finished)).toHaveLength(1);
    for (const { finished, error } of answers) if (!finished) expect(error).toMatchObject({ reason: "PasswordResetFailed" });
    await expect(browser.feed("", { account_recovery_code: code })).rejects.toMatchObject({ reason: "PasswordResetFailed" });
  });

  it("resets nothing once the address is another one (address given up)", async () => {
    const { browser, token, code } = await sent();
    const opened = await browser.feed("", { account_recovery_code: code });
    const { db, ctx } = browser.project;
    const claims = { email: "new@example.com" };
    await db.transaction(async (tx) => {
      await tx.query("update identity set login_id = $2, original_login_id = $2, unique_key = $2, claims = $3 where project_id = $1", [ctx.project.id, claims.email, claims]);
      await tx.query("update auth_user set standard_attributes = $2 where project_id = $1", [ctx.project.id, claims]);
    });
    const refusal = { reason: "PasswordResetFailed", info: { cause: { kind: "InvalidCode" }, otp_form: "link" } };
    expect((await browser.feed(opened.token, { new_password: "horse of a thief" })).error).toMatchObject(refusal);
    expect((await browser.feed(token, { account_recovery_code: code })).error).toMatchObject(refusal);
    expect((await browser.run("login", [identify("new@example.com"), enter("horse of a thief")])).error?.reason).toBe("InvalidCredentials");
  });

  it("of another project is unknown here (tenant isolation)", async () => {
    const { code } = await sent();
    const other = await flowRunner({ features: LINKS });
    await expect(other.feed("", { account_recovery_code: code })).rejects.toMatchObject({ reason: "PasswordResetFailed" });
  });
});

it("refuses a missing state token without a recovery code", async () => {
  const browser = await flowRunner();
  await expect(browser.feed("", identify("ann@example.com"))).rejects.toMatchObject({ reason: "AuthenticationFlowNotFound" });
});
