import { describe, expect, it } from "vitest";
import { byEmail, byPhone, byUsername, newPassword, password, seenRecoveryCodes } from "../support/inputs.js";
import { authorize, claimsOf, exchange, tokensOf } from "../support/oauth.js";
import { CALLBACK, CODE, PASSWORD, Project } from "../support/project.js";
import { totp } from "../support/totp.js";

const EMAIL = "ann@example.com";
const CREATE = "/api/v1/authentication_flows";
const INPUT = `${CREATE}/states/input`;

async function projectOf(options: Parameters<typeof Project.make>[0] = {}): Promise<Project> {
  const project = await Project.make(options);
  await project.browser().finish("signup", [byEmail(EMAIL), newPassword()]);
  return project;
}

describe("bodies of the flow API", () => {
  it("may name UTF-8 as their charset and nothing else", async () => {
    const browser = (await Project.make()).browser();
    const body = JSON.stringify({ type: "login", name: "default" });
    const status = async (type: string) => (await browser.call("POST", CREATE, { body, headers: { "content-type": type } })).status;
    expect(await Promise.all(["application/json; charset=utf-8", "application/json;charset=UTF-8", "application/json; charset=latin1", "text/json"].map(status))).toEqual([
      200, 200, 400, 400,
    ]);
  });

  it("may be as large as 10 MiB (resource exhaustion)", async () => {
    const browser = (await Project.make()).browser();
    const body = JSON.stringify({ type: "login", name: "default", padding: "x".repeat(10 * 1024 * 1024) });
    const answer = await browser.call("POST", CREATE, { body, headers: { "content-type": "application/json" } });
    expect(answer).toMatchObject({ status: 413, json: { error: { name: "RequestEntityTooLarge", reason: "JSONTooLarge", code: 413, info: { limit: 10 * 1024 * 1024 } } } });
  });

  it("have exactly one of input and batch_input, and unknown keys are ignored", async () => {
    const project = await projectOf();
    const browser = project.browser();
    const start = await browser.create("login", { batch_input: [] });
    expect(start.action.type).toBe("identify");
    const invalid = { status: 400, json: { error: { reason: "ValidationFailed", message: "invalid request body" } } };
    const state_token = start.token;
    expect(await browser.post(INPUT, { state_token, input: byEmail(EMAIL), batch_input: [byEmail(EMAIL)] })).toMatchObject(invalid);
    expect(await browser.post(INPUT, { state_token })).toMatchObject(invalid);
    expect(await browser.post(INPUT, { state_token, batch_input: [] })).toMatchObject(invalid);
    expect(await browser.post(INPUT, { state_token, input: [] })).toMatchObject(invalid);
    expect((await browser.post(INPUT, { state_token, input: { ...byEmail(EMAIL), colour: "blue" }, extra: 1 })).json.result.action.type).toBe("authenticate");
  });

  it("bind tokens to the project (tenant isolation)", async () => {
    const [one, other] = [await projectOf(), await projectOf()];
    const start = await one.browser().create("login");
    expect((await other.browser().read(start.token)).error).toMatchObject({ reason: "AuthenticationFlowNotFound" });
    expect((await other.browser().feed(start.token, byEmail(EMAIL))).error).toMatchObject({ reason: "AuthenticationFlowNotFound" });
  });
});

describe("one input", () => {
  it("may answer several steps", async () => {
    const project = await Project.make();
    expect((await project.browser().run("signup", [{ ...byEmail(EMAIL), ...newPassword() }])).finished).toBe(true);
    expect((await project.browser().run("login", [{ ...byEmail(EMAIL), ...password() }])).finished).toBe(true);
    const half = await project.browser().run("login", [{ ...byEmail(EMAIL), authentication: "secondary_totp", code: "000000" }]);
    expect([half.error, half.action.type]).toEqual([undefined, "authenticate"]);
  });

  it("that carries a wrong password for a later step is refused as a whole", async () => {
    const browser = (await projectOf()).browser();
    const start = await browser.create("login");
    const refused = await browser.feed(start.token, { ...byEmail(EMAIL), ...password("wrong") });
    expect([refused.status, refused.token, refused.action.type]).toEqual([401, start.token, "identify"]);
  });

  it("is refused for a method that was not offered, and for a device token where none is", async () => {
    const browser = (await projectOf()).browser();
    const asked = await browser.run("login", [byEmail(EMAIL)]);
    for (const input of [
      { authentication: "secondary_totp", code: "000000" },
      { authentication: "primary_password" },
      { ...password(), request_device_token: true },
      { authentication: 1 },
      {},
    ])
      expect((await browser.feed(asked.token, input)).error, JSON.stringify(input)).toMatchObject({
        name: "Invalid",
        reason: "ValidationFailed",
        message: "invalid value",
        code: 400,
      });
    expect((await browser.feed(asked.token, { ...password(), request_device_token: false })).finished).toBe(true);
  });

  it("with an empty new password is against the policy", async () => {
    const browser = (await Project.make()).browser();
    const asked = await browser.run("signup", [byEmail(EMAIL)]);
    expect(asked.data).toEqual({
      type: "create_authenticator_data",
      options: [{ authentication: "primary_password", password_policy: { minimum_length: 8, history: { enabled: false } } }],
    });
    expect((await browser.feed(asked.token, newPassword(""))).error).toMatchObject({ name: "Invalid", reason: "PasswordPolicyViolated", code: 400 });
  });

  it("with a malformed login id names the place", async () => {
    const keys = [{ type: "email" }, { type: "phone" }, { type: "username" }];
    const browser = (await Project.make({ config: { identity: { login_id: { keys } } } })).browser();
    const start = await browser.create("signup");
    const causes = async (input: Record<string, unknown>) => (await browser.feed(start.token, input)).error?.info.causes;
    expect(await causes(byEmail("not an address"))).toEqual([{ location: "/login_id", kind: "format", details: { format: "email" } }]);
    expect(await causes(byPhone("12"))).toEqual([{ location: "/login_id", kind: "format", details: { format: "phone" } }]);
    expect(await causes(byUsername("a b"))).toEqual([{ location: "/login_id", kind: "format", details: { format: "username" } }]);
    expect(await causes(byUsername("admin"))).toMatchObject([{ location: "/login_id", kind: "blocked", details: { reason: "UsernameReserved" } }]);
    expect(await causes(byUsername("u".repeat(41)))).toMatchObject([{ location: "/login_id", kind: "maxLength", details: { expected: 40, actual: 41 } }]);
  });
});

describe("an address taken while somebody else signs up with it", () => {
  it("is refused at the finish, and only one user exists", async () => {
    const project = await Project.make();
    const [one, two] = [project.browser(), project.browser()];
    const [first, second] = [await one.run("signup", [byEmail(EMAIL)]), await two.run("signup", [byEmail(EMAIL)])];
    expect((await one.feed(first.token, newPassword())).finished).toBe(true);
    const late = await two.feed(second.token, newPassword());
    expect(late).toMatchObject({ status: 400, error: { reason: "InvariantViolated", info: { cause: { kind: "DuplicatedIdentity" } } } });
    expect(await project.users()).toHaveLength(1);
  });

  it("by twenty at the same moment goes to one of them (race)", async () => {
    const project = await Project.make();
    const waiting = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const browser = project.browser();
        return { browser, step: await browser.run("signup", [byEmail(EMAIL)]) };
      }),
    );
    const done = await Promise.all(waiting.map(({ browser, step }) => browser.feed(step.token, newPassword())));
    expect(done.filter(({ finished }) => finished)).toHaveLength(1);
    for (const { error } of done.filter(({ finished }) => !finished)) expect(error).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "DuplicatedIdentity" } } });
    expect(await project.users()).toHaveLength(1);
  });

  it("a run is finished once, however often its last input is sent (double submit)", async () => {
    const project = await Project.make();
    const browser = project.browser();
    const asked = await browser.run("signup", [byEmail(EMAIL)]);
    const answers = await Promise.all(Array.from({ length: 8 }, () => project.browser().feed(asked.token, newPassword())));
    expect(answers.filter(({ finished }) => finished)).toHaveLength(1);
    for (const { error } of answers.filter(({ finished }) => !finished)) expect(error?.reason).toBe("AuthenticationFlowNotFound");
  });
});

describe("steps of a flow of one's own", () => {
  const steps = {
    who: { type: "identify", name: "who", one_of: [{ identification: "email" }] },
    password: { type: "create_authenticator", name: "pass", one_of: [{ authentication: "primary_password" }] },
  };
  const own = (config: object) => ({ config: { authentication_flow: config } });

  it("fill in the profile", async () => {
    const profile = {
      type: "fill_in_user_profile",
      user_profile: [
        { pointer: "/given_name", required: true },
        { pointer: "/nickname", required: false },
      ],
    };
    const project = await Project.make(own({ signup_flows: [{ name: "own", steps: [steps.who, profile, steps.password] }] }));
    const browser = project.browser();
    const asked = await browser.run("signup", [byEmail(EMAIL)], { name: "own" });
    expect(asked.action).toEqual({ type: "fill_in_user_profile", data: {} });
    const put = (...attributes: [string, unknown][]) => browser.feed(asked.token, { attributes: attributes.map(([pointer, value]) => ({ pointer, value })) });
    expect((await put(["/nickname", "A"])).error).toMatchObject({ reason: "ValidationFailed" });
    expect((await put(["/given_name", "Ann"], ["/family_name", "B"])).error).toMatchObject({ reason: "ValidationFailed" });
    expect((await put(["/given_name", 5])).error).toMatchObject({ reason: "ValidationFailed" });
    const next = await put(["/given_name", "Ann"]);
    expect((await browser.feed(next.token, newPassword())).finished).toBe(true);
    const info = await browser.call("GET", "/oauth2/userinfo", { headers: { authorization: `Bearer ${(await tokensOf(browser)).access_token}` } });
    expect(info.json).toMatchObject({ given_name: "Ann", email: EMAIL });
  });

  it("offer a passkey, which may be declined", async () => {
    const prompt = { type: "prompt_create_passkey" };
    const authentication = { identities: ["login_id", "passkey"], primary_authenticators: ["password", "passkey"] };
    const project = await Project.make({ authentication, ...own({ signup_flows: [{ name: "own", steps: [steps.who, steps.password, prompt] }] }) });
    const browser = project.browser();
    const asked = await browser.run("signup", [byEmail(EMAIL), newPassword()], { name: "own" });
    expect(asked.action).toMatchObject({ type: "prompt_create_passkey", data: { type: "create_passkey_data" } });
    const { publicKey } = asked.data.creation_options;
    expect(publicKey).toMatchObject({
      challenge: expect.stringMatching(/^[\w-]{22,}$/),
      rp: { id: new URL(project.origin).hostname },
      pubKeyCredParams: [
        { type: "public-key", alg: -7 },
        { type: "public-key", alg: -257 },
      ],
      timeout: 300_000,
      excludeCredentials: [],
      authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
      attestation: "direct",
    });
    expect((await browser.feed(asked.token, { skip: true })).finished).toBe(true);
    const login = await project.browser().create("login");
    expect(login.options.find((one) => one.identification === "passkey")?.request_options.publicKey).toMatchObject({
      rpId: new URL(project.origin).hostname,
      timeout: 3_600_000,
      userVerification: "preferred",
    });
  });

  it("end other sessions where a client allows one", async () => {
    const clients = [{ client_id: "app", name: "app", x_application_type: "spa", redirect_uris: [CALLBACK], x_max_concurrent_session: 1 }];
    const project = await projectOf({ config: { oauth: { clients } } });
    const signIn = async () => {
      const browser = project.browser();
      const { location, verifier } = await authorize(browser);
      let step = await browser.run("login", [byEmail(EMAIL), password()], { url_query: location.search.slice(1) });
      const asked = step.action.type;
      if (!step.finished) step = await browser.feed(step.token, { confirm_terminate_other_sessions: true });
      const back = await browser.call("GET", step.data.finish_redirect_uri);
      return { asked, browser, tokens: await exchange(browser, new URL(back.headers.location ?? ""), verifier) };
    };
    const refresh = (refresh_token: string) => {
      const form = new URLSearchParams({ grant_type: "refresh_token", client_id: "app", refresh_token });
      return project.browser().call("POST", "/oauth2/token", { body: form.toString(), headers: { "content-type": "application/x-www-form-urlencoded" } });
    };
    const first = await signIn();
    expect(first.asked).toBe("finished");
    const second = await signIn();
    expect(second.asked).toBe("terminate_other_sessions");
    expect((await refresh(first.tokens.refresh_token)).json.error).toBe("invalid_grant");
    expect((await refresh(second.tokens.refresh_token)).status).toBe(200);
  });

  it("name the flow and step that are wrong", async () => {
    const misplaced = { type: "verify", target_step: "nosuch" };
    const project = await Project.make();
    const options = own({ signup_flows: [{ name: "own", steps: [steps.who, misplaced] }] });
    const refusal = await project.publish(options).then(
      () => undefined,
      (error: Error) => error,
    );
    if (refusal) expect(refusal.message).toContain("nosuch");
    else expect((await project.browser().run("signup", [byEmail(EMAIL)], { name: "own" })).error).toMatchObject({ reason: "AuthenticationFlowStepNotFound", code: 404 });
  });
});

describe("a second factor by email and password", () => {
  it("is set up at sign-up and asked at login, with its options", async () => {
    const project = await Project.make({
      authentication: { secondary_authenticators: ["password", "oob_otp_email", "totp"], secondary_authentication_mode: "required", recovery_code: { count: 10 } },
    });
    const browser = project.browser();
    const asked = await browser.run("signup", [byEmail(EMAIL), newPassword()]);
    expect(asked.options.map((one) => one.authentication)).toEqual(["secondary_password", "secondary_oob_otp_email", "secondary_totp"]);
    const sent = await browser.feed(asked.token, { authentication: "secondary_oob_otp_email", target: "second@example.com" });
    const codes = await browser.feed(sent.token, { code: CODE });
    expect(codes.data.recovery_codes).toHaveLength(10);
    expect((await browser.feed(codes.token, seenRecoveryCodes)).finished).toBe(true);
    const login = project.browser();
    const second = await login.run("login", [byEmail(EMAIL), password()]);
    expect(second.data).toEqual({
      type: "authentication_data",
      options: [
        { authentication: "secondary_oob_otp_email", otp_form: "code", masked_display_name: "sec***@example.com", channels: ["email"] },
        { authentication: "recovery_code" },
      ],
      device_token_enabled: true,
    });
  });

  it("that is a password differs from the first one", async () => {
    const project = await Project.make({
      authentication: { secondary_authenticators: ["password", "totp"], secondary_authentication_mode: "required", recovery_code: { disabled: true } },
    });
    const inputs = [byEmail(EMAIL), newPassword(), { authentication: "secondary_password", new_password: `${PASSWORD} too` }];
    await project.browser().finish("signup", inputs);
    const browser = project.browser();
    const second = await browser.run("login", [byEmail(EMAIL), password()]);
    expect(second.options).toEqual([{ authentication: "secondary_password" }]);
    expect((await browser.feed(second.token, { authentication: "secondary_password", password: PASSWORD })).error).toMatchObject({ reason: "InvalidCredentials" });
    expect((await browser.feed(second.token, { authentication: "secondary_password", password: `${PASSWORD} too` })).finished).toBe(true);
    expect(claimsOf((await tokensOf(browser)).id_token).amr).toEqual(["mfa", "pwd", "x_primary_password", "x_secondary_password"]);
  });

  it("that is an app cannot be guessed with a code of long ago", async () => {
    const project = await Project.make({ authentication: { secondary_authentication_mode: "required", recovery_code: { disabled: true } } });
    const browser = project.browser();
    const set = await browser.run("signup", [byEmail(EMAIL), newPassword(), { authentication: "secondary_totp" }]);
    for (const step of [-3, 3]) expect((await browser.feed(set.token, { code: totp(set.data.secret, step) })).error?.reason).toBe("InvalidCredentials");
    expect((await browser.feed(set.token, { code: totp(set.data.secret) })).finished).toBe(true);
  });
});
