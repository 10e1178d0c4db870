import { describe, expect, it } from "vitest";
import { CODE, type FlowRunner, flowRunner, PASSWORD, usersOf } from "./flow-runner.js";

type Json = Record<string, any>;

const ANN = { identification: "email", login_id: "ann@example.com" };
const BY_EMAIL = { type: "identify", name: "who", one_of: [{ identification: "email" }] };
const enter = { authentication: "primary_password", password: PASSWORD };
const choose = { authentication: "primary_password", new_password: PASSWORD };

/** A project with one flow of its own, `own`, and Ann as its user. */
async function withFlow(type: string, steps: Json[], more: Json = {}): Promise<FlowRunner> {
  const browser = await flowRunner({ ...more, config: { ...more.config, authentication_flow: { [`${type}_flows`]: [{ name: "own", steps }] } } });
  await browser.signUp("ann@example.com");
  return browser.another();
}

const refusal = async (work: Promise<{ error?: Json }>): Promise<Json> => {
  const { name, reason, code, info, message } = await work.then(
    ({ error = {} }) => error,
    (thrown: { toJSON(): Json }) => thrown.toJSON(),
  );
  return { name, reason, code, message, info };
};

describe("a flow that cannot work says what is wrong", () => {
  it("a factor before anybody is identified", async () => {
    const browser = await withFlow("login", [{ type: "authenticate", one_of: [{ authentication: "primary_password" }] }, BY_EMAIL]);
    expect(await refusal(browser.create("login", { name: "own" }))).toMatchObject({ name: "BadRequest", reason: "AuthenticationFlowNoUserID", code: 400 });
    const status = await withFlow("login", [{ type: "check_account_status" }, BY_EMAIL]);
    expect(await refusal(status.create("login", { name: "own" }))).toMatchObject({ reason: "AuthenticationFlowNoUserID" });
  });

  it.each<[string, string, Json[], Json]>([
    [
      "a step that is not there",
      "AuthenticationFlowStepNotFound",
      [{ type: "change_password", target_step: "nowhere" }],
      { name: "NotFound", code: 404, message: "step not found" },
    ],
    [
      "a step of another kind",
      "AuthenticationFlowInvalidTargetStep",
      [{ type: "change_password", target_step: "who" }],
      { name: "InternalError", code: 500, info: { target_step: "who", FlowType: "login" } },
    ],
  ])("a target that is %s", async (_, reason, steps, expected) => {
    const browser = await withFlow("login", [BY_EMAIL, { type: "authenticate", one_of: [{ authentication: "primary_password" }] }, ...steps]);
    const asked = await browser.run("login", [ANN], { name: "own" });
    expect(await refusal(browser.feed(asked.token, enter))).toMatchObject({ reason, ...expected });
  });

  it("a code for the address of a step that identifies nobody", async () => {
    const create = { type: "create_authenticator", name: "make", one_of: [{ authentication: "primary_password" }] };
    const oob = { type: "create_authenticator", one_of: [{ authentication: "secondary_oob_otp_email", target_step: "make" }] };
    const browser = await withFlow("signup", [BY_EMAIL, create, oob]);
    const asked = await browser.run("signup", [{ ...ANN, login_id: "bob@example.com" }], { name: "own" });
    expect(await refusal(browser.feed(asked.token, choose))).toMatchObject({ reason: "AuthenticationFlowInvalidTargetStep", info: { target_step: "make" } });
    const codes = await withFlow("signup", [BY_EMAIL, { type: "view_recovery_code", name: "codes" }, { type: "verify", target_step: "codes" }]);
    const shown = await codes.run("signup", [{ ...ANN, login_id: "bob@example.com" }], { name: "own" });
    expect(await refusal(codes.feed(shown.token, { confirm_recovery_code: true }))).toMatchObject({
      reason: "AuthenticationFlowInvalidTargetStep",
      info: { target_step: "codes" },
    });
    const nowhere = await withFlow("signup", [BY_EMAIL, { type: "verify", target_step: "nowhere" }]);
    const first = await nowhere.create("signup", { name: "own" });
    expect(await refusal(nowhere.feed(first.token, { ...ANN, login_id: "bob@example.com" }))).toMatchObject({ reason: "AuthenticationFlowStepNotFound", code: 404 });
  });

  it.each<[string, Json[]]>([
    ["a destination before an account", [{ type: "select_destination" }]],
    ["a code before a destination", [{ ...BY_EMAIL, one_of: [{ identification: "email", on_failure: "ignore" }] }, { type: "verify_account_recovery_code" }]],
    ["a new password before a code", [{ ...BY_EMAIL, one_of: [{ identification: "email", on_failure: "ignore" }] }, { type: "reset_password" }]],
  ])("a recovery with %s (account takeover)", async (_, steps) => {
    const browser = await withFlow("account_recovery", steps);
    const refused = await refusal(browser.create("account_recovery", { name: "own", batch: [ANN] }));
    expect(refused).toMatchObject({ name: "InternalError", reason: "AuthenticationFlowInvalidFlowConfig", code: 500 });
  });

  it("a method that is listed twice fits no input", async () => {
    const twice = [{ authentication: "primary_password" }, { authentication: "primary_password" }];
    const browser = await withFlow("login", [BY_EMAIL, { type: "authenticate", one_of: twice }]);
    const asked = await browser.run("login", [ANN], { name: "own" });
    expect(asked.options).toHaveLength(2);
    expect(await refusal(browser.feed(asked.token, enter))).toMatchObject({ reason: "ValidationFailed", info: { causes: [{ kind: "oneOf" }] } });
  });

  it("a step that offers nothing takes no input", async () => {
    const nothing = { name: "Invalid", reason: "ValidationFailed", code: 400, message: "invalid value" };
    for (const type of ["login", "signup"] as const) {
      const browser = await withFlow(type, [{ type: "identify", one_of: [{ identification: "oauth" }] }]);
      const asked = await browser.create(type, { name: "own" });
      expect(asked.data).toEqual({ type: "identification_data", options: [] });
      expect(await refusal(browser.feed(asked.token, ANN))).toMatchObject({ ...nothing, info: { causes: [{ location: "", kind: "not" }] } });
    }
    const to = { type: "select_destination", allowed_channels: [{ channel: "sms", otp_form: "code" }] };
    const browser = await withFlow("account_recovery", [BY_EMAIL, to, { type: "verify_account_recovery_code" }, { type: "reset_password" }]);
    const asked = await browser.run("account_recovery", [ANN], { name: "own" });
    expect(asked.options).toEqual([]);
    expect(await refusal(browser.feed(asked.token, { index: 0 }))).toMatchObject({ ...nothing, info: { causes: [{ location: "/index", kind: "not" }] } });
    const empty = await withFlow("account_recovery", [{ type: "identify", one_of: [] }]);
    const start = await empty.create("account_recovery", { name: "own" });
    expect(await refusal(empty.feed(start.token, ANN))).toMatchObject(nothing);
  });

  it("a method of several addresses that is listed twice: its steps are those of the first entry, its challenge that of the last", async () => {
    const secondary = { type: "authenticate", one_of: [{ authentication: "primary_password" }] };
    const first = { authentication: "primary_oob_otp_email", bot_protection: { mode: "always" }, steps: [secondary] };
    const twice = [first, { authentication: "primary_oob_otp_email" }];
    const bots = {
      config: { bot_protection: { enabled: true, provider: { type: "cloudflare", site_key: "k" } } },
      secrets: [{ key: "bot_protection.provider", data: { type: "cloudflare", secret_key: "s" } }],
    };
    const browser = await withFlow("login", [BY_EMAIL, { type: "authenticate", one_of: twice }], bots);
    const asked = await browser.run("login", [ANN], { name: "own" });
    const shown = { authentication: "primary_oob_otp_email", otp_form: "code", masked_display_name: "a**@example.com", channels: ["email"] };
    expect(asked.options).toEqual([shown, shown]);
    for (const index of [0, 1]) {
      const sent = await browser.feed(asked.token, { authentication: "primary_oob_otp_email", index });
      const then = await browser.feed(sent.token, { code: CODE });
      expect(then).toMatchObject({ finished: false, action: { type: "authenticate" }, options: [{ authentication: "primary_password" }] });
    }
  });

  it("nobody can meet an authenticate step without methods", async () => {
    const browser = await withFlow("login", [BY_EMAIL, { type: "authenticate", one_of: [{ authentication: "secondary_totp" }] }]);
    expect(await refusal(browser.run("login", [ANN], { name: "own" }))).toMatchObject({
      name: "Invalid",
      reason: "InvariantViolated",
      code: 400,
      message: "no authenticator",
      info: { cause: { kind: "NoAuthenticator" }, FlowType: "login" },
    });
  });
});

describe("codes of two addresses, one after the other", () => {
  const steps = [
    BY_EMAIL,
    { type: "identify", name: "phone", one_of: [{ identification: "phone" }] },
    { type: "verify", target_step: "who" },
    { type: "verify", target_step: "phone" },
    { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] },
  ];
  const rules = [
    { regex: "@", fixed_code: "222222" },
    { regex: "^\\+", fixed_code: "333333" },
  ];
  const suppressed = { enabled: true, rules: [{ regex: ".*", suppressed: true }] };
  const config = {
    identity: { login_id: { keys: [{ type: "email" }, { type: "phone" }] } },
    authenticator: { oob_otp: { sms: { phone_otp_mode: "sms" } } },
    test_mode: { oob_otp: { enabled: true, rules }, email: suppressed, sms: suppressed },
  };

  it("are asked for one by one: what was taken for the first is not tried on the second", async () => {
    const browser = await withFlow("signup", steps, { config });
    const who = [
      { ...ANN, login_id: "bob@example.com" },
      { identification: "phone", login_id: "+85298765432" },
    ];
    const first = await browser.run("signup", who, { name: "own" });
    expect(first.data).toMatchObject({ channel: "email" });
    const second = await browser.feed(first.token, { code: "222222" });
    expect(second).toMatchObject({ status: 200, action: { type: "verify" }, data: { channel: "sms" } });
    expect(await refusal(browser.feed(second.token, { code: "222222" }))).toMatchObject({ reason: "InvalidVerificationCode" });
    const proven = await browser.feed(second.token, { code: "333333" });
    expect((await browser.feed(proven.token, choose)).finished).toBe(true);
    expect((await usersOf(browser))[1]?.verified).toEqual(
      expect.arrayContaining([
        { name: "email", value: "bob@example.com" },
        { name: "phone_number", value: "+85298765432" },
      ]),
    );
  });
});

describe("a step with nothing to do is passed over", () => {
  it("a code for a phone number that the step before did not ask for", async () => {
    const sms = { type: "create_authenticator", one_of: [{ authentication: "primary_oob_otp_sms", target_step: "who" }] };
    const browser = await withFlow("signup", [BY_EMAIL, sms, { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] }]);
    const asked = await browser.run("signup", [{ ...ANN, login_id: "bob@example.com" }], { name: "own" });
    expect(asked.options.map(({ authentication }) => authentication)).toEqual(["primary_password"]);
  });

  it("a verification of a user name, and of an address that a code has proven already", async () => {
    const who = { ...BY_EMAIL, one_of: [{ identification: "email" }, { identification: "username" }] };
    const oob = { type: "create_authenticator", one_of: [{ authentication: "primary_oob_otp_email", target_step: "who" }] };
    const keys = { identity: { login_id: { keys: [{ type: "email" }, { type: "username" }] } } };
    const browser = await withFlow("signup", [who, oob, { type: "verify", target_step: "who" }], { config: keys });
    expect((await browser.run("signup", [{ identification: "username", login_id: "bobby" }], { name: "own" })).finished).toBe(true);
    const bob = [{ ...ANN, login_id: "bob@example.com" }, { authentication: "primary_oob_otp_email" }, { code: CODE }];
    expect((await browser.another().run("signup", bob, { name: "own" })).finished).toBe(true);
  });

  it("codes that were proven need no second code: the target is shown so, and made at once", async () => {
    const steps = [BY_EMAIL, { type: "verify", target_step: "who" }, { type: "create_authenticator", one_of: [{ authentication: "primary_oob_otp_email", target_step: "who" }] }];
    const browser = await withFlow("signup", steps);
    const asked = await browser.run("signup", [{ ...ANN, login_id: "bob@example.com" }, { code: CODE }], { name: "own" });
    expect(asked.options[0]?.target).toEqual({ masked_display_name: "b**@example.com", verification_required: false });
    expect((await browser.feed(asked.token, { authentication: "primary_oob_otp_email" })).finished).toBe(true);
    expect((await usersOf(browser))[1]).toMatchObject({
      verified: [{ name: "email", value: "bob@example.com" }],
      authenticators: [{ type: "oob_otp_email", email: "bob@example.com" }],
    });
  });
});

describe("what a user has already", () => {
  it("is not made twice: a second password, and the same address again", async () => {
    const password = { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] };
    const oob = { type: "create_authenticator", one_of: [{ authentication: "secondary_oob_otp_email", verification_required: false }] };
    const browser = await withFlow("signup", [BY_EMAIL, oob, oob, password]);
    const target = { authentication: "secondary_oob_otp_email", target: "second@example.com" };
    const asked = await browser.run("signup", [{ ...ANN, login_id: "bob@example.com" }], { name: "own" });
    expect(await refusal(browser.feed(asked.token, target))).toMatchObject({
      name: "Invalid",
      reason: "InvariantViolated",
      code: 400,
      info: { cause: { kind: "DuplicatedAuthenticator", AuthenticatorType: "oob_otp_email" } },
    });
  });

  it("is identified once: the same identity in another step", async () => {
    const browser = await withFlow("signup", [BY_EMAIL, { ...BY_EMAIL, name: "again" }]);
    const bob = { ...ANN, login_id: "bob@example.com" };
    const start = await browser.create("signup", { name: "own" });
    expect(await refusal(browser.feed(start.token, bob))).toMatchObject({
      reason: "InvariantViolated",
      info: {
        cause: { kind: "DuplicatedIdentity" },
        IdentityTypeIncoming: "login_id",
        LoginIDTypeIncoming: "email",
        IdentityTypeExisting: "login_id",
        LoginIDTypeExisting: "email",
      },
    });
  });
});

describe("unknown keys of a flow", () => {
  it("are ignored: misspelt channels leave all of them", async () => {
    const steps = [
      { type: "identify", one_of: [{ identification: "email", steps: [{ type: "select_destination", allowed_channel: [{ channel: "email", otp_form: "code" }] }] }] },
      { type: "verify_account_recovery_code" },
      { type: "reset_password" },
    ];
    const browser = await withFlow("account_recovery", steps);
    const asked = await browser.run("account_recovery", [ANN], { name: "own" });
    expect(asked.options.map(({ channel, otp_form }) => `${channel}/${otp_form}`)).toEqual(["email/link", "email/code"]);
  });
});
