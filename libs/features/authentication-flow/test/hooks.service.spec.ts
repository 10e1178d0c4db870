import { SoftwareAuthenticator } from "@gatehouse/service-webauthn/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventsOf, type FlowRunner, PASSWORD, usersOf } from "./flow-runner.js";
import { HookServer } from "./hook-server.js";

type Json = Record<string, any>;

let hooks: HookServer;
beforeAll(async () => {
  hooks = await HookServer.start();
});
afterAll(() => hooks.stop());
beforeEach(() => hooks.reset());

const identify = (login_id: string) => ({ identification: "email", login_id });
const enter = (password = PASSWORD) => ({ authentication: "primary_password", password });

const typesHeard = () => hooks.calls.map(({ type }) => type);

describe("blocking events of a run", () => {
  it("come in the order of the steps, with what is known by then", async () => {
    const browser = await hooks.heard();
    await browser.signUp("ann@example.com");
    expect(typesHeard().filter((type) => type !== "authentication.pre_authenticated")).toEqual([
      "authentication.pre_initialize",
      "authentication.post_identified",
      "user.pre_create",
    ]);
    expect(hooks.calls[0]?.payload.authentication_context).toMatchObject({
      authentication_flow: { type: "signup", name: "default" },
      user: null,
      asserted_identifications: [],
      amr: [],
    });
    expect(hooks.calls[1]?.payload).toMatchObject({ identification: { identification: "email", identity: { type: "login_id", claims: { email: "ann@example.com" } } } });
    hooks.calls.splice(0);
    await browser.another().run("login", [identify("ann@example.com"), enter()]);
    expect(typesHeard().slice(0, 2)).toEqual(["authentication.pre_initialize", "authentication.post_identified"]);
    const [known] = await usersOf(browser);
    expect(hooks.calls.slice(0, 3).map(({ context }) => context.user_id)).toEqual([null, known?.id, known?.id]);
    const last = hooks.calls.at(-1);
    expect(last?.type).toBe("authentication.pre_authenticated");
    expect(last?.payload.authentication_context).toMatchObject({
      user: { standard_attributes: { email: "ann@example.com" } },
      asserted_identifications: [{ identification: "email" }],
      asserted_authentications: [{ authentication: "primary_password", authenticator: { type: "password", kind: "primary" } }],
      amr: ["pwd", "x_primary_password"],
    });
  });

  it("tell of each identity and each authenticator once, and of those that a sign-up made", async () => {
    const identifying = { type: "identify", one_of: [{ identification: "email" }] };
    const steps = [identifying, identifying, { type: "authenticate", one_of: [{ authentication: "primary_password" }] }];
    const browser = await hooks.heard({}, { authentication_flow: { login_flows: [{ name: "twice", steps }] } });
    await browser.signUp("ann@example.com");
    const contexts = () => hooks.calls.filter(({ type }) => type === "authentication.pre_authenticated").map(({ payload }) => payload.authentication_context);
    expect(contexts()[0]).toMatchObject({
      asserted_authentications: [{ authentication: "primary_password", authenticator: { type: "password", kind: "primary" } }],
      amr: ["pwd", "x_primary_password"],
    });
    hooks.calls.splice(0);
    expect((await browser.another().run("login", [identify("ann@example.com"), enter()], { name: "twice" })).finished).toBe(true);
    const [context] = contexts();
    expect([context.asserted_identifications, context.asserted_authentications].map((list: Json[]) => list.length)).toEqual([1, 1]);
  });

  it("tell of a passkey at identification that it was a proof already", async () => {
    const browser = await hooks.heard({ identities: ["login_id", "passkey"], primary_authenticators: ["password", "passkey"] });
    const origin = browser.ctx.request.publicOrigin;
    const device = new SoftwareAuthenticator();
    const prompt = await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_password", new_password: PASSWORD }]);
    expect((await browser.feed(prompt.token, { creation_response: device.create(prompt.data.creation_options, origin) })).finished).toBe(true);
    hooks.calls.splice(0);
    const visitor = browser.another();
    const start = await visitor.create("login");
    const request = start.options.find(({ identification }) => identification === "passkey")?.request_options;
    expect((await visitor.feed(start.token, { identification: "passkey", assertion_response: device.get(request, origin) })).finished).toBe(true);
    expect(hooks.calls.find(({ type }) => type === "authentication.post_identified")?.payload).toMatchObject({
      identification: { identification: "passkey", identity: { type: "passkey" } },
      authentication_context: { asserted_authentications: [{ authentication: "primary_passkey", authenticator: { type: "passkey" } }], amr: ["x_passkey", "x_primary_passkey"] },
    });
  });

  it("are asked again for the flow that signup_login becomes, and not at all in account recovery", async () => {
    const browser = await hooks.heard();
    await browser.run("signup_login", [identify("new@example.com")]);
    const initialized = hooks.calls.filter(({ type }) => type === "authentication.pre_initialize").map(({ payload }) => payload.authentication_context.authentication_flow.type);
    expect(initialized).toEqual(["signup_login", "signup"]);
    hooks.calls.splice(0);
    await browser.run("account_recovery", [identify("new@example.com"), { index: 0 }]);
    expect(hooks.calls).toEqual([]);
  });

  it("refuse: before the run starts, at identification, and before the end", async () => {
    const browser = await hooks.heard();
    const no = { is_allowed: false, title: "No", reason: "never on a Sunday" };
    hooks.answers = { "authentication.pre_initialize": no };
    await expect(browser.create("login")).rejects.toMatchObject({ reason: "HookDisallowed", status: 403 });
    hooks.answers = { "authentication.post_identified": no };
    expect((await browser.run("signup", [identify("ann@example.com")])).error).toMatchObject({
      reason: "HookDisallowed",
      info: { event_type: "authentication.post_identified", reasons: [{ title: "No", reason: "never on a Sunday" }], FlowType: "signup" },
    });
    expect((await eventsOf(browser)).filter(({ type }) => type === "authentication.blocked")).toHaveLength(2);
    hooks.answers = { "user.pre_create": no };
    const refused = await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_password", new_password: PASSWORD }]);
    expect(refused.error).toMatchObject({ reason: "HookDisallowed", info: { event_type: "user.pre_create" } });
    expect(refused.error?.info.FlowType).toBeUndefined();
    expect((await eventsOf(browser)).filter(({ type }) => type === "authentication.blocked")).toHaveLength(2);
    hooks.answers = {};
    expect(await usersOf(browser)).toEqual([]);
    expect((await browser.feed(refused.token, { authentication: "primary_password", new_password: PASSWORD })).finished).toBe(true);
  });
});

describe("the web hook of a sign-up", () => {
  const declared = [
    { id: "0000", pointer: "/tier", type: "enum", enum: ["gold", "silver"] },
    { id: "0001", pointer: "/age", type: "integer", minimum: 18 },
  ];
  const config = { user_profile: { custom_attributes: { attributes: declared } } };
  const signUp = (browser: FlowRunner, user: Json) => {
    hooks.answers = { "user.pre_create": { mutations: { user } } };
    return browser.run("signup", [identify("ann@example.com"), { authentication: "primary_password", new_password: PASSWORD }]);
  };

  it("may set attributes, which replace the whole sets", async () => {
    const browser = await hooks.heard({}, config);
    const user = { standard_attributes: { given_name: "Ann", email_verified: true, updated_at: 1 }, custom_attributes: { tier: "gold", age: 18, unknown: 1 } };
    expect((await signUp(browser, user)).finished).toBe(true);
    const [made] = await usersOf(browser);
    expect([made?.standard_attributes, made?.custom_attributes]).toEqual([
      { given_name: "Ann", email: "ann@example.com" },
      { "0000": "gold", "0001": 18 },
    ]);
  });

  it.each<[Json, string, Json | undefined]>([
    [{ custom_attributes: { tier: "iron" } }, "ValidationFailed", { location: "/tier", kind: "enum" }],
    [{ custom_attributes: { age: 17 } }, "ValidationFailed", { location: "/age", kind: "minimum" }],
    [{ custom_attributes: { age: "20" } }, "ValidationFailed", { location: "/age", kind: "type" }],
    [{ standard_attributes: { birthdate: "soon" } }, "ValidationFailed", { location: "/birthdate", kind: "format" }],
    [{ standard_attributes: { nosuch: "x" } }, "ValidationFailed", { location: "/nosuch" }],
    [{ standard_attributes: { email: "eve@example.com" } }, "UnexpectedError", undefined],
  ])("cannot write what no update may write: %j", async (user, reason, cause) => {
    const browser = await hooks.heard({}, config);
    const { error } = await signUp(browser, user).catch((thrown: unknown) => ({ error: thrown as Json }));
    if (reason === "ValidationFailed") expect(error).toMatchObject({ reason, info: { causes: [cause] } });
    else expect(error).toBeDefined();
    expect(await usersOf(browser)).toEqual([]);
  });
});

describe("constraints of hooks", () => {
  const mfa = { "authentication.pre_authenticated": { constraints: { amr: ["mfa"] } } };

  it("put a new factor into a sign-up, which cannot be passed over", async () => {
    const browser = await hooks.heard();
    hooks.answers = mfa;
    const asked = await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_password", new_password: PASSWORD }]);
    expect(asked.action).toMatchObject({ type: "create_authenticator", data: { type: "create_authenticator_data", options: [{ authentication: "secondary_totp" }] } });
    const totp = await browser.feed(asked.token, { authentication: "secondary_totp" });
    expect(totp.data.type).toBe("create_totp_data");
  });

  it("let a login within the grace period enrol what it lacks", async () => {
    const lenient = { secondary_authenticators: ["password", "totp"], secondary_authentication_grace_period: { enabled: true } };
    const browser = await hooks.heard(lenient);
    await browser.signUp("ann@example.com");
    hooks.answers = { "authentication.pre_authenticated": { constraints: { amr: ["x_secondary_password"] } } };
    const asked = await browser.another().run("login", [identify("ann@example.com"), enter()]);
    expect(asked.action).toMatchObject({ type: "authenticate", data: { type: "create_authenticator_data", options: [{ authentication: "secondary_password" }] } });
    expect(asked.options).toHaveLength(1);
    expect((await browser.another().feed(asked.token, { authentication: "secondary_password", new_password: "second horse" })).finished).toBe(true);
    const strict = await hooks.heard({ secondary_authenticators: ["password"] });
    hooks.answers = {};
    await strict.another().signUp("bob@example.com");
    hooks.answers = { "authentication.pre_authenticated": { constraints: { amr: ["mfa"] } } };
    expect((await strict.another().run("login", [identify("bob@example.com"), enter()])).error?.info).toEqual({ cause: { kind: "NoAuthenticator" }, FlowType: "login" });
  });

  it("put another method into a login, chosen by what it proves", async () => {
    const authentication = { secondary_authenticators: ["password", "oob_otp_email"], secondary_authentication_mode: "required", recovery_code: { disabled: true } };
    const browser = await hooks.heard(authentication);
    await browser.run("signup", [
      identify("ann@example.com"),
      { authentication: "primary_password", new_password: PASSWORD },
      { authentication: "secondary_password", new_password: "second horse" },
    ]);
    hooks.answers = { "authentication.pre_authenticated": { constraints: { amr: ["x_secondary_password"] } } };
    const { config } = browser.ctx.project;
    const bare = [
      { type: "identify", one_of: [{ identification: "email" }] },
      { type: "authenticate", one_of: [{ authentication: "primary_password" }] },
    ];
    const visitor = browser.another();
    visitor.ctx = {
      ...browser.ctx,
      project: { ...browser.ctx.project, config: { ...config, authentication_flow: { ...config.authentication_flow, login_flows: [{ name: "bare", steps: bare }] } } },
    };
    const asked = await visitor.run("login", [identify("ann@example.com"), enter()], { name: "bare" });
    expect(asked.action).toMatchObject({
      type: "authenticate",
      data: { type: "authentication_data", options: [{ authentication: "secondary_password" }], device_token_enabled: false },
    });
    expect((await visitor.feed(asked.token, { authentication: "secondary_password", password: "second horse" })).finished).toBe(true);
    hooks.answers = { "authentication.pre_authenticated": { constraints: { amr: ["sms"] } } };
    expect((await visitor.run("login", [identify("ann@example.com"), enter()], { name: "bare" })).error?.info.cause).toEqual({ kind: "NoAuthenticator" });
  });
});
