import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SoftwareAuthenticator } from "@gatehouse/service-webauthn/testing";
import { eventsOf, type FlowRunner, flowRunner, PASSWORD, usersOf } from "./flow-runner.js";

type Json = Record<string, any>;

let server: Server;
let base: string;
let answers: Record<string, Json> = {};
const calls: Json[] = [];
/** What goes on while a handler thinks. */
let meanwhile: ((type: string) => Promise<void>) | undefined;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const event = JSON.parse(body);
    calls.push(event);
    await meanwhile?.(event.type);
    response.end(JSON.stringify({ is_allowed: true, ...answers[event.type] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  calls.splice(0);
  answers = {};
  meanwhile = undefined;
});

const identify = (login_id: string) => ({ identification: "email", login_id });
const enter = (password = PASSWORD) => ({ authentication: "primary_password", password });
const EVENTS = ["authentication.pre_initialize", "authentication.post_identified", "authentication.pre_authenticated", "user.pre_create"];
const secrets = [{ key: "webhook", data: { keys: [{ kid: "w", kty: "oct", k: Buffer.from("secret").toString("base64url") }] } }];

/** A project whose handlers hear of everything. */
const heard = (authentication: Json = {}, config: Json = {}): Promise<FlowRunner> =>
  flowRunner({ authentication, secrets, config: { hook: { blocking_handlers: EVENTS.map((event) => ({ event, url: base })) }, ...config } });

const typesHeard = () => calls.map(({ type }) => type);

describe("blocking events of a run", () => {
  it("come in the order of the steps, with what is known by then", async () => {
    const browser = await heard();
    await browser.signUp("ann@example.com");
    expect(typesHeard().filter((type) => type !== "authentication.pre_authenticated")).toEqual([
      "authentication.pre_initialize",
      "authentication.post_identified",
      "user.pre_create",
    ]);
    expect(calls[0]?.payload.authentication_context).toMatchObject({ authentication_flow: { type: "signup", name: "default" }, user: null, asserted_identifications: [], amr: [] });
    expect(calls[1]?.payload).toMatchObject({ identification: { identification: "email", identity: { type: "login_id", claims: { email: "ann@example.com" } } } });
    calls.splice(0);
    await browser.another().run("login", [identify("ann@example.com"), enter()]);
    expect(typesHeard().slice(0, 2)).toEqual(["authentication.pre_initialize", "authentication.post_identified"]);
    const [known] = await usersOf(browser);
    expect(calls.slice(0, 3).map(({ context }) => context.user_id)).toEqual([null, known?.id, known?.id]);
    const last = calls.at(-1);
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
    const browser = await heard({}, { authentication_flow: { login_flows: [{ name: "twice", steps }] } });
    await browser.signUp("ann@example.com");
    const contexts = () => calls.filter(({ type }) => type === "authentication.pre_authenticated").map(({ payload }) => payload.authentication_context);
    expect(contexts()[0]).toMatchObject({
      asserted_authentications: [{ authentication: "primary_password", authenticator: { type: "password", kind: "primary" } }],
      amr: ["pwd", "x_primary_password"],
    });
    calls.splice(0);
    expect((await browser.another().run("login", [identify("ann@example.com"), enter()], { name: "twice" })).finished).toBe(true);
    const [context] = contexts();
    expect([context.asserted_identifications, context.asserted_authentications].map((list: Json[]) => list.length)).toEqual([1, 1]);
  });

  it("tell of a passkey at identification that it was a proof already", async () => {
    const browser = await heard({ identities: ["login_id", "passkey"], primary_authenticators: ["password", "passkey"] });
    const origin = browser.ctx.request.publicOrigin;
    const device = new SoftwareAuthenticator();
    const prompt = await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_password", new_password: PASSWORD }]);
    expect((await browser.feed(prompt.token, { creation_response: device.create(prompt.data.creation_options, origin) })).finished).toBe(true);
    calls.splice(0);
    const visitor = browser.another();
    const start = await visitor.create("login");
    const request = start.options.find(({ identification }) => identification === "passkey")?.request_options;
    expect((await visitor.feed(start.token, { identification: "passkey", assertion_response: device.get(request, origin) })).finished).toBe(true);
    expect(calls.find(({ type }) => type === "authentication.post_identified")?.payload).toMatchObject({
      identification: { identification: "passkey", identity: { type: "passkey" } },
      authentication_context: { asserted_authentications: [{ authentication: "primary_passkey", authenticator: { type: "passkey" } }], amr: ["x_passkey", "x_primary_passkey"] },
    });
  });

  it("are asked again for the flow that signup_login becomes, and not at all in account recovery", async () => {
    const browser = await heard();
    await browser.run("signup_login", [identify("new@example.com")]);
    const initialized = calls.filter(({ type }) => type === "authentication.pre_initialize").map(({ payload }) => payload.authentication_context.authentication_flow.type);
    expect(initialized).toEqual(["signup_login", "signup"]);
    calls.splice(0);
    await browser.run("account_recovery", [identify("new@example.com"), { index: 0 }]);
    expect(calls).toEqual([]);
  });

  it("refuse: before the run starts, at identification, and before the end", async () => {
    const browser = await heard();
    const no = { is_allowed: false, title: "No", reason: "never on a Sunday" };
    answers = { "authentication.pre_initialize": no };
    await expect(browser.create("login")).rejects.toMatchObject({ reason: "HookDisallowed", status: 403 });
    answers = { "authentication.post_identified": no };
    expect((await browser.run("signup", [identify("ann@example.com")])).error).toMatchObject({
      reason: "HookDisallowed",
      info: { event_type: "authentication.post_identified", reasons: [{ title: "No", reason: "never on a Sunday" }], FlowType: "signup" },
    });
    expect((await eventsOf(browser)).filter(({ type }) => type === "authentication.blocked")).toHaveLength(2);
    answers = { "user.pre_create": no };
    const refused = await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_password", new_password: PASSWORD }]);
    expect(refused.error).toMatchObject({ reason: "HookDisallowed", info: { event_type: "user.pre_create" } });
    expect(refused.error?.info.FlowType).toBeUndefined();
    expect((await eventsOf(browser)).filter(({ type }) => type === "authentication.blocked")).toHaveLength(2);
    answers = {};
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
    answers = { "user.pre_create": { mutations: { user } } };
    return browser.run("signup", [identify("ann@example.com"), { authentication: "primary_password", new_password: PASSWORD }]);
  };

  it("may set attributes, which replace the whole sets", async () => {
    const browser = await heard({}, config);
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
    const browser = await heard({}, config);
    const { error } = await signUp(browser, user).catch((thrown: unknown) => ({ error: thrown as Json }));
    if (reason === "ValidationFailed") expect(error).toMatchObject({ reason, info: { causes: [cause] } });
    else expect(error).toBeDefined();
    expect(await usersOf(browser)).toEqual([]);
  });
});

describe("constraints of hooks", () => {
  const mfa = { "authentication.pre_authenticated": { constraints: { amr: ["mfa"] } } };

  it("put a new factor into a sign-up, which cannot be passed over", async () => {
    const browser = await heard();
    answers = mfa;
    const asked = await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_password", new_password: PASSWORD }]);
    expect(asked.action).toMatchObject({ type: "create_authenticator", data: { type: "create_authenticator_data", options: [{ authentication: "secondary_totp" }] } });
    const totp = await browser.feed(asked.token, { authentication: "secondary_totp" });
    expect(totp.data.type).toBe("create_totp_data");
  });

  it("let a login within the grace period enrol what it lacks", async () => {
    const lenient = { secondary_authenticators: ["password", "totp"], secondary_authentication_grace_period: { enabled: true } };
    const browser = await heard(lenient);
    await browser.signUp("ann@example.com");
    answers = { "authentication.pre_authenticated": { constraints: { amr: ["x_secondary_password"] } } };
    const asked = await browser.another().run("login", [identify("ann@example.com"), enter()]);
    expect(asked.action).toMatchObject({ type: "authenticate", data: { type: "create_authenticator_data", options: [{ authentication: "secondary_password" }] } });
    expect(asked.options).toHaveLength(1);
    expect((await browser.another().feed(asked.token, { authentication: "secondary_password", new_password: "second horse" })).finished).toBe(true);
    const strict = await heard({ secondary_authenticators: ["password"] });
    answers = {};
    await strict.another().signUp("bob@example.com");
    answers = { "authentication.pre_authenticated": { constraints: { amr: ["mfa"] } } };
    expect((await strict.another().run("login", [identify("bob@example.com"), enter()])).error?.info).toEqual({ cause: { kind: "NoAuthenticator" }, FlowType: "login" });
  });

  it("put another method into a login, chosen by what it proves", async () => {
    const authentication = { secondary_authenticators: ["password", "oob_otp_email"], secondary_authentication_mode: "required", recovery_code: { disabled: true } };
    const browser = await heard(authentication);
    await browser.run("signup", [
      identify("ann@example.com"),
      { authentication: "primary_password", new_password: PASSWORD },
      { authentication: "secondary_password", new_password: "second horse" },
    ]);
    answers = { "authentication.pre_authenticated": { constraints: { amr: ["x_secondary_password"] } } };
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
    answers = { "authentication.pre_authenticated": { constraints: { amr: ["sms"] } } };
    expect((await visitor.run("login", [identify("ann@example.com"), enter()], { name: "bare" })).error?.info.cause).toEqual({ kind: "NoAuthenticator" });
  });
});

describe("other demands of hooks", () => {
  it("weigh a rate limit: 0 makes attempts free", async () => {
    const browser = await heard({ rate_limits: { password: { per_user_per_ip: { enabled: true, period: "1m", burst: 2 } } } });
    await browser.signUp("ann@example.com");
    answers = { "authentication.pre_initialize": { rate_limits: { "authentication.general": { weight: 0 } } } };
    const asked = await browser.run("login", [identify("ann@example.com")]);
    for (let n = 0; n < 4; n += 1) expect((await browser.feed(asked.token, enter("wrong"))).error?.reason).toBe("InvalidCredentials");
  });

  it("weigh failed look-ups: 0 makes them free, even when they were used up, and too much refuses a known address too", async () => {
    const browser = await heard({ rate_limits: { account_enumeration: { per_ip: { enabled: true, period: "1m", burst: 2 } } } });
    await browser.signUp("ann@example.com");
    const start = await browser.create("login");
    for (let n = 0; n < 2; n += 1) expect((await browser.feed(start.token, identify(`x${n}@example.com`))).error?.reason).toBe("UserNotFound");
    expect((await browser.feed(start.token, identify("ann@example.com"))).error?.reason).toBe("RateLimited");
    const weigh = async (weight: number) => {
      answers = { "authentication.pre_initialize": { rate_limits: { "authentication.account_enumeration": { weight } } } };
      return (await browser.create("login")).token;
    };
    const free = await weigh(0);
    for (let n = 0; n < 3; n += 1) expect((await browser.feed(free, identify(`y${n}@example.com`))).error?.reason).toBe("UserNotFound");
    expect((await browser.feed(free, identify("ann@example.com"))).error).toBeUndefined();
    const fresh = browser.another("10.9.9.9");
    answers = { "authentication.pre_initialize": { rate_limits: { "authentication.account_enumeration": { weight: 3 } } } };
    expect((await fresh.run("login", [identify("ann@example.com")])).error).toMatchObject({ reason: "RateLimited", info: { bucket_name: "AccountEnumerationPerIP" } });
  });

  it("do not weigh codes that verify an address: those keep their own limit (guessing)", async () => {
    const own = { claims: { email: { enabled: true, required: true } }, rate_limits: { email: { validate_per_ip: { enabled: true, period: "1h", burst: 2 } } } };
    const browser = await heard({}, { verification: own });
    answers = { "authentication.pre_initialize": { rate_limits: { "authentication.general": { weight: 0 } } } };
    const sent = await browser.run("signup", [identify("ann@example.com")]);
    expect(sent.action.type).toBe("verify");
    const wrong = async () => (await browser.feed(sent.token, { code: "000000" })).error;
    expect([(await wrong())?.reason, (await wrong())?.reason]).toEqual(["InvalidVerificationCode", "InvalidVerificationCode"]);
    expect(await wrong()).toMatchObject({ reason: "RateLimited", info: { bucket_name: "VerificationValidateEmailPerIP", rate_limit_name: "verification.email.validate" } });
  });

  it("weigh device tokens like other credentials", async () => {
    const second = { secondary_authenticators: ["password"], secondary_authentication_mode: "required", recovery_code: { disabled: true } };
    const browser = await heard({ ...second, rate_limits: { device_token: { per_ip: { enabled: true, period: "1m", burst: 1 } } } });
    const secondary = { authentication: "secondary_password", new_password: `${PASSWORD} 2` };
    await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_password", new_password: PASSWORD }, secondary]);
    answers = { "authentication.pre_initialize": { rate_limits: { "authentication.general": { weight: 0 } } } };
    for (let n = 0; n < 3; n += 1) {
      const guessing = browser.another();
      Object.assign(guessing.jar, { mfa_device_token: "Z".repeat(64) });
      expect((await guessing.run("login", [identify("ann@example.com"), enter()])).error).toBeUndefined();
    }
  });

  it("turn the challenge on and off, whatever the branch says", async () => {
    const bots = { bot_protection: { enabled: true, provider: { type: "cloudflare", site_key: "k" }, requirements: { signup_or_login: { mode: "always" } } } };
    const secret = { key: "bot_protection.provider", data: { type: "cloudflare", secret_key: "s" } };
    const browser = await flowRunner({ secrets: [...secrets, secret], config: { hook: { blocking_handlers: EVENTS.map((event) => ({ event, url: base })) }, ...bots } });
    expect((await browser.create("login")).options[0]?.bot_protection).toEqual({ enabled: true, provider: { type: "cloudflare" } });
    answers = { "authentication.pre_initialize": { bot_protection: { mode: "never" } } };
    expect((await browser.create("login")).options[0]?.bot_protection).toBeUndefined();
  });
});

describe("look-ups at the same time", () => {
  const NEXT = { ...identify("ann@example.com"), ...enter("wrong") };

  it.each([
    ["in the next state", identify("ann@example.com")],
    ["in what is wrong with the next step", NEXT],
  ])("are as many as they are: once failed ones are used up, none tells that somebody is there, %s (guessing in parallel)", async (_where, input) => {
    const browser = await heard({ rate_limits: { account_enumeration: { per_ip: { enabled: true, period: "1h", burst: 2 } } } });
    await browser.signUp("ann@example.com");
    const start = await browser.create("login");
    meanwhile = async (type) => {
      if (type !== "authentication.post_identified") return;
      for (const name of ["x", "y"]) expect((await browser.feed(start.token, identify(`${name}@example.com`))).error?.reason).toBe("UserNotFound");
    };
    const told = await browser.feed(start.token, input);
    expect(told.error).toMatchObject({
      reason: "RateLimited",
      code: 429,
      info: { bucket_name: "AccountEnumerationPerIP", rate_limit_name: "authentication.account_enumeration", FlowType: "login" },
    });
    expect(told).toMatchObject({ token: start.token, action: { type: "identify" } });
  });
});
