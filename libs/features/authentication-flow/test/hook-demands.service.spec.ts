import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventsOf, PASSWORD, usersOf } from "./flow-runner.js";
import { HookServer } from "./hook-server.js";

let hooks: HookServer;
beforeAll(async () => {
  hooks = await HookServer.start();
});
afterAll(() => hooks.stop());
beforeEach(() => hooks.reset());

const identify = (login_id: string) => ({ identification: "email", login_id });
const enter = (password = PASSWORD) => ({ authentication: "primary_password", password });

describe("other demands of hooks", () => {
  it("weigh a rate limit: 0 makes attempts free", async () => {
    const browser = await hooks.heard({ rate_limits: { password: { per_user_per_ip: { enabled: true, period: "1m", burst: 2 } } } });
    await browser.signUp("ann@example.com");
    hooks.answers = { "authentication.pre_initialize": { rate_limits: { "authentication.general": { weight: 0 } } } };
    const asked = await browser.run("login", [identify("ann@example.com")]);
    for (let n = 0; n < 4; n += 1) expect((await browser.feed(asked.token, enter("wrong"))).error?.reason).toBe("InvalidCredentials");
  });

  it("weigh failed look-ups: 0 makes them free, even when they were used up, and too much refuses a known address too", async () => {
    const browser = await hooks.heard({ rate_limits: { account_enumeration: { per_ip: { enabled: true, period: "1m", burst: 2 } } } });
    await browser.signUp("ann@example.com");
    const start = await browser.create("login");
    for (let n = 0; n < 2; n += 1) expect((await browser.feed(start.token, identify(`x${n}@example.com`))).error?.reason).toBe("UserNotFound");
    expect((await browser.feed(start.token, identify("ann@example.com"))).error?.reason).toBe("RateLimited");
    const weigh = async (weight: number) => {
      hooks.answers = { "authentication.pre_initialize": { rate_limits: { "authentication.account_enumeration": { weight } } } };
      return (await browser.create("login")).token;
    };
    const free = await weigh(0);
    for (let n = 0; n < 3; n += 1) expect((await browser.feed(free, identify(`y${n}@example.com`))).error?.reason).toBe("UserNotFound");
    expect((await browser.feed(free, identify("ann@example.com"))).error).toBeUndefined();
    const fresh = browser.another("10.9.9.9");
    hooks.answers = { "authentication.pre_initialize": { rate_limits: { "authentication.account_enumeration": { weight: 3 } } } };
    expect((await fresh.run("login", [identify("ann@example.com")])).error).toMatchObject({ reason: "RateLimited", info: { bucket_name: "AccountEnumerationPerIP" } });
  });

  it("do not weigh codes that verify an address: those keep their own limit (guessing)", async () => {
    const own = { claims: { email: { enabled: true, required: true } }, rate_limits: { email: { validate_per_ip: { enabled: true, period: "1h", burst: 2 } } } };
    const browser = await hooks.heard({}, { verification: own });
    hooks.answers = { "authentication.pre_initialize": { rate_limits: { "authentication.general": { weight: 0 } } } };
    const sent = await browser.run("signup", [identify("ann@example.com")]);
    expect(sent.action.type).toBe("verify");
    const wrong = async () => (await browser.feed(sent.token, { code: "000000" })).error;
    expect([(await wrong())?.reason, (await wrong())?.reason]).toEqual(["InvalidVerificationCode", "InvalidVerificationCode"]);
    expect(await wrong()).toMatchObject({ reason: "RateLimited", info: { bucket_name: "VerificationValidateEmailPerIP", rate_limit_name: "verification.email.validate" } });
  });

  it("weigh device tokens like other credentials", async () => {
    const second = { secondary_authenticators: ["password"], secondary_authentication_mode: "required", recovery_code: { disabled: true } };
    const browser = await hooks.heard({ ...second, rate_limits: { device_token: { per_ip: { enabled: true, period: "1m", burst: 1 } } } });
    const secondary = { authentication: "secondary_password", new_password: `${PASSWORD} 2` };
    await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_password", new_password: PASSWORD }, secondary]);
    hooks.answers = { "authentication.pre_initialize": { rate_limits: { "authentication.general": { weight: 0 } } } };
    for (let n = 0; n < 3; n += 1) {
      const guessing = browser.another();
      Object.assign(guessing.jar, { mfa_device_token: "Z".repeat(64) });
      expect((await guessing.run("login", [identify("ann@example.com"), enter()])).error).toBeUndefined();
    }
  });

  it("turn the challenge on and off, whatever the branch says", async () => {
    const bots = { bot_protection: { enabled: true, provider: { type: "cloudflare", site_key: "k" }, requirements: { signup_or_login: { mode: "always" } } } };
    const secret = { key: "bot_protection.provider", data: { type: "cloudflare", secret_key: "s" } };
    const browser = await hooks.heard({}, bots, [secret]);
    expect((await browser.create("login")).options[0]?.bot_protection).toEqual({ enabled: true, provider: { type: "cloudflare" } });
    hooks.answers = { "authentication.pre_initialize": { bot_protection: { mode: "never" } } };
    expect((await browser.create("login")).options[0]?.bot_protection).toBeUndefined();
  });
});

describe("a user who changes while a handler thinks", () => {
  const CHANGES: [string, string, string][] = [
    ["deleted", "delete from auth_user where project_id = $1", "UserNotFound"],
    ["disabled", "update auth_user set is_disabled = true, is_indefinitely_disabled = true where project_id = $1", "DisabledUser"],
    ["anonymised", "update auth_user set is_anonymized = true where project_id = $1", "AnonymizedUser"],
  ];
  const HANDLERS = ["authentication.post_identified", "authentication.pre_authenticated"];

  it.each(HANDLERS.flatMap((event) => CHANGES.map((change) => [event, ...change] as const)))("at %s is not logged in when he is %s", async (event, _what, change, reason) => {
    const browser = await hooks.heard();
    await browser.signUp("ann@example.com");
    const { token } = await browser.create("login");
    hooks.meanwhile = async (type) => {
      if (type === event) await browser.project.db.transaction((tx) => tx.query(change, [browser.ctx.project.id]));
    };
    expect((await browser.another().feed(token, { ...identify("ann@example.com"), ...enter() })).error).toMatchObject({ reason });
    expect((await eventsOf(browser)).map(({ type }) => type)).not.toContain("user.authenticated");
    expect((await usersOf(browser)).map(({ sessions }) => sessions)).not.toContain(2);
  });
});

describe("look-ups at the same time", () => {
  const NEXT = { ...identify("ann@example.com"), ...enter("wrong") };

  it.each([
    ["in the next state", identify("ann@example.com")],
    ["in what is wrong with the next step", NEXT],
  ])("are as many as they are: once failed ones are used up, none tells that somebody is there, %s (guessing in parallel)", async (_where, input) => {
    const browser = await hooks.heard({ rate_limits: { account_enumeration: { per_ip: { enabled: true, period: "1h", burst: 2 } } } });
    await browser.signUp("ann@example.com");
    const start = await browser.create("login");
    hooks.meanwhile = async (type) => {
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
