import { type KeyJwk, signJwt } from "@gatehouse/platform-crypto";
import { PromotionCodes } from "@gatehouse/record-anonymous-users";
import { Accounts } from "@gatehouse/record-accounts";
import { describe, expect, it } from "vitest";
import { eventsOf, type FlowRunner, flowModule, flowRunner, PASSWORD, usersOf } from "./flow-runner.js";

const identify = (login_id: string) => ({ identification: "email", login_id });
const enter = (password = PASSWORD) => ({ authentication: "primary_password", password });
const choose = (new_password = PASSWORD) => ({ authentication: "primary_password", new_password });

const idToken = (browser: FlowRunner, sub: string, claims: Record<string, unknown> = {}) =>
  signJwt(browser.ctx.project.secrets.oauth?.keys[0] as KeyJwk, { iss: "https://elsewhere", sub, exp: 1, ...claims }, "JWT");

describe("creating a flow", () => {
  it("refuses an unknown name", async () => {
    const browser = await flowRunner();
    await expect(browser.create("login", { name: "nosuch" })).rejects.toMatchObject({ reason: "AuthenticationFlowFlowNotFound", status: 404 });
  });

  it("keeps to the client's allowlist", async () => {
    const clients = [
      { client_id: "x", name: "x", x_application_type: "spa", redirect_uris: ["http://x.test/"], x_authentication_flow_allowlist: { flows: [{ type: "login", name: "default" }] } },
    ];
    const browser = await flowRunner({ config: { oauth: { clients } } });
    await expect(browser.create("signup", { urlQuery: "client_id=x" })).rejects.toMatchObject({ reason: "AuthenticationFlowNotAllowed", status: 403 });
    expect((await browser.create("login", { urlQuery: "client_id=x" })).action.type).toBe("identify");
    expect((await browser.create("signup")).action.type).toBe("identify");
  });

  it("refuses sign-up where the project wants none", async () => {
    const browser = await flowRunner({ authentication: { public_signup_disabled: true } });
    await expect(browser.create("signup")).rejects.toMatchObject({ reason: "AuthenticationFlowNoPublicSignup", message: "public signup is disabled" });
    expect((await browser.run("signup_login", [identify("new@example.com")])).error).toMatchObject({
      reason: "AuthenticationFlowNoPublicSignup",
      info: { FlowType: "signup_login" },
    });
  });
});

describe("signup_login", () => {
  it("becomes a login for a known address and a sign-up for another, without asking again", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const known = await browser.another().run("signup_login", [identify("ann@example.com")]);
    expect(known).toMatchObject({ type: "login", action: { type: "authenticate", identification: "email" } });
    expect((await browser.feed(known.token, enter())).finished).toBe(true);
    const unknown = await browser.another().run("signup_login", [identify("new@example.com")]);
    expect(unknown).toMatchObject({ type: "signup", action: { type: "create_authenticator", identification: "email" } });
    expect((await browser.feed(unknown.token, choose())).finished).toBe(true);
    expect(await usersOf(browser)).toHaveLength(2);
  });

  it("refuses a malformed address that nobody has as a sign-up would", async () => {
    const browser = await flowRunner();
    const refused = await browser.run("signup_login", [identify("no address")]);
    expect(refused.error).toMatchObject({
      reason: "ValidationFailed",
      message: "invalid login ID",
      info: { causes: [{ location: "/login_id", kind: "format", details: { format: "email" } }] },
    });
  });
});

describe("re-authentication", () => {
  it("freshens the browser's session and makes none", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const [user] = await usersOf(browser);
    const later = browser.at(new Date(Date.now() + 3_600_000));
    const asked = await later.run("reauth", [{ identification: "id_token", id_token: await idToken(browser, user?.id) }]);
    expect(asked).toMatchObject({ type: "reauth", action: { type: "authenticate" } });
    expect(asked.options.map((one) => one.authentication)).toEqual(["primary_password"]);
    const done = await later.feed(asked.token, enter());
    expect(done).toMatchObject({ finished: true, cookies: {} });
    const [session] = await browser.project.db.read((tx) => tx.query("select authenticated_at, amr from idp_session where user_id = $1", [user?.id]));
    expect(Number(session?.authenticated_at)).toBeGreaterThan(Date.now() + 3_000_000);
    expect((await usersOf(browser))[0]?.sessions).toBe(1);
    expect((await eventsOf(browser)).map(({ type }) => type)).toContain("user.reauthenticated");
  });

  it("refuses a token of another issuer's key, garbage, and an unknown subject", async () => {
    const browser = await flowRunner();
    const other = await flowRunner();
    await browser.signUp("ann@example.com");
    const foreign = await idToken(other, (await usersOf(browser))[0]?.id);
    const start = await browser.create("reauth");
    for (const token of [foreign, "garbage", "e30.e30."])
      expect((await browser.feed(start.token, { identification: "id_token", id_token: token })).error).toMatchObject({
        name: "Invalid",
        reason: "Invalid",
        message: "invalid ID token",
      });
    const nobody = await idToken(browser, "6a2f0000-0000-4000-8000-000000000000");
    expect((await browser.feed(start.token, { identification: "id_token", id_token: nobody })).error).toMatchObject({ reason: "UserNotFound" });
  });

  it("has nobody to ask where the user has no method", async () => {
    const browser = await flowRunner({ authentication: { secondary_authentication_mode: "disabled", primary_authenticators: ["oob_otp_email"] } });
    const account = await browser.project.db.transaction(async (tx) => (await flowModule()).get(Accounts).create(browser.ctx, tx, {}));
    const refused = await browser.run("reauth", [{ identification: "id_token", id_token: await idToken(browser, account.user.id) }]);
    expect(refused.error?.info.cause).toEqual({ kind: "NoAuthenticator" });
  });
});

describe("select_account", () => {
  it("offers the browser's user and goes on with his session", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const [user] = await usersOf(browser);
    const start = await browser.create("login");
    expect(start.options[0]).toEqual({ identification: "select_account", display_name: "ann@example.com", user_id: user?.id });
    expect((await browser.another().create("login")).options.map((one) => one.identification)).toEqual(["email"]);
    const done = await browser.feed(start.token, { identification: "select_account", index: 0 });
    expect(done).toMatchObject({ finished: true, cookies: {} });
    expect((await usersOf(browser))[0]?.sessions).toBe(1);
  });

  it("refuses a session that has changed since", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const start = await browser.create("login");
    const other = browser.another();
    await other.signUp("bob@example.com");
    for (const visitor of [other, browser.another()])
      expect((await visitor.feed(start.token, { identification: "select_account", index: 0 })).error).toMatchObject({
        name: "Unauthorized",
        reason: "SelectAccountSessionChanged",
        code: 401,
      });
  });
});

describe("the browser's former session", () => {
  it("gives way to the new one", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    await browser.run("login", [identify("ann@example.com"), enter()]);
    expect((await usersOf(browser))[0]?.sessions).toBe(1);
    await browser.another().run("login", [identify("ann@example.com"), enter()]);
    expect((await usersOf(browser))[0]?.sessions).toBe(2);
  });
});

describe("promotion", () => {
  async function anonymous(browser: FlowRunner): Promise<{ userId: string; hint: string }> {
    const module = await flowModule();
    const id = browser.ctx.newId();
    const identities = [{ id, type: "anonymous" as const, uniqueKey: id, details: { anonymous: { keyId: null, key: null } } }];
    const account = await browser.project.db.transaction((tx) => module.get(Accounts).create(browser.ctx, tx, { identities }));
    const { code } = await module.get(PromotionCodes).create(browser.ctx, { userId: account.user.id, identityId: id });
    return { userId: account.user.id, hint: new URLSearchParams({ login_hint: `https://authgear.com/login_hint?type=anonymous&promotion_code=${code}` }).toString() };
  }

  it("keeps the user's id and takes the anonymous identity away, once", async () => {
    const browser = await flowRunner();
    const { userId, hint } = await anonymous(browser);
    const asked = await browser.run("promote", [identify("ann@example.com")], { urlQuery: hint });
    expect(asked).toMatchObject({ type: "promote", action: { type: "create_authenticator" } });
    const done = await browser.feed(asked.token, choose());
    expect(done).toMatchObject({ finished: true, cookies: { session: expect.any(String) } });
    const [user] = await usersOf(browser);
    expect(user).toMatchObject({ id: userId, standard_attributes: { email: "ann@example.com" } });
    expect(user?.identities.map((one: any) => one.type)).toEqual(["login_id"]);
    const promoted = (await eventsOf(browser)).find(({ type }) => type === "user.anonymous.promoted");
    expect(promoted?.payload).toMatchObject({ anonymous_user: { id: userId, is_anonymous: true }, user: { id: userId, is_anonymous: false }, identities: [{ type: "login_id" }] });
    await expect(browser.create("promote", { urlQuery: hint })).rejects.toMatchObject({ reason: "InvalidCredentials" });
  });

  it("of somebody who has an account goes on as that account", async () => {
    const browser = await flowRunner();
    await browser.another().signUp("ann@example.com");
    const { hint } = await anonymous(browser);
    const asked = await browser.run("promote", [identify("ann@example.com")], { urlQuery: hint });
    expect(asked).toMatchObject({ type: "login", action: { type: "authenticate", identification: "email" } });
    expect((await browser.feed(asked.token, enter())).finished).toBe(true);
    expect(await usersOf(browser)).toHaveLength(2);
  });

  it("needs a hint, and a good one", async () => {
    const browser = await flowRunner();
    await expect(browser.create("promote")).rejects.toMatchObject({ status: 500 });
    const bad = new URLSearchParams({ login_hint: "https://authgear.com/login_hint?type=anonymous&promotion_code=nosuch" }).toString();
    await expect(browser.create("promote", { urlQuery: bad })).rejects.toMatchObject({ reason: "InvalidCredentials" });
  });
});

describe("who is expected", () => {
  it("is the user that an enforced login hint names", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    await browser.another().signUp("bob@example.com");
    const urlQuery = new URLSearchParams({ login_hint: "https://authgear.com/login_hint?type=login_id&enforce=true&email=ann@example.com" }).toString();
    const visitor = browser.another();
    expect((await visitor.run("login", [identify("bob@example.com")], { urlQuery })).error).toMatchObject({
      reason: "AuthenticationFlowDifferentUserID",
      info: { FlowType: "login" },
    });
    expect((await visitor.run("login", [identify("ann@example.com"), enter()], { urlQuery })).finished).toBe(true);
  });

  it("is the same in every identify step of a run", async () => {
    const one_of = [{ identification: "email" }];
    const flows = [
      {
        name: "twice",
        steps: [
          { type: "identify", one_of },
          { type: "identify", one_of },
          { type: "authenticate", one_of: [{ authentication: "primary_password" }] },
        ],
      },
    ];
    const browser = await flowRunner({ config: { authentication_flow: { login_flows: flows } } });
    await browser.signUp("ann@example.com");
    await browser.another().signUp("bob@example.com");
    const first = await browser.another().create("login", { name: "twice" });
    const refused = await browser.feed(first.token, identify("ann@example.com"));
    expect(refused.action.type).toBe("authenticate"); // one object answers both steps
    const start = await browser.create("login", { name: "twice", batch: [] });
    const other = await browser.feed(start.token, { ...identify("ann@example.com") });
    expect(other.error).toBeUndefined();
  });
});

describe("account status", () => {
  const disable = (browser: FlowRunner) =>
    browser.project.db.transaction((tx) =>
      tx.query("update auth_user set is_indefinitely_disabled = true, disable_reason = 'fraud' where project_id = $1", [browser.ctx.project.id]),
    );

  it("is told after the password, and is an event", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    await disable(browser);
    const visitor = browser.another();
    expect((await visitor.run("login", [identify("ann@example.com")])).error).toBeUndefined();
    expect((await visitor.run("login", [identify("ann@example.com"), enter("wrong")])).error?.reason).toBe("InvalidCredentials");
    expect((await visitor.run("login", [identify("ann@example.com"), enter()])).error).toMatchObject({
      name: "Forbidden",
      reason: "DisabledUser",
      code: 403,
      info: { reason: "fraud", FlowType: "login" },
    });
    expect((await eventsOf(browser)).find(({ type }) => type === "authentication.blocked")?.payload).toMatchObject({
      error: { reason: "DisabledUser", tracking_id: expect.stringMatching(/^flowtrace_/) },
    });
  });

  it("is not looked at by a flow without the step", async () => {
    const steps = [
      { type: "identify", one_of: [{ identification: "email" }] },
      { type: "authenticate", one_of: [{ authentication: "primary_password" }] },
    ];
    const browser = await flowRunner({ config: { authentication_flow: { login_flows: [{ name: "bare", steps }] } } });
    await browser.signUp("ann@example.com");
    await disable(browser);
    expect((await browser.another().run("login", [identify("ann@example.com"), enter()], { name: "bare" })).finished).toBe(true);
  });
});

describe("profiles at sign-up", () => {
  const steps = [
    { type: "identify", one_of: [{ identification: "email" }] },
    { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] },
    {
      type: "fill_in_user_profile",
      user_profile: [
        { pointer: "/given_name", required: true },
        { pointer: "/birthdate", required: false },
        { pointer: "/shoe_size", required: false },
      ],
    },
  ];
  const attributes = [{ id: "0001", pointer: "/shoe_size", type: "integer", minimum: 10, maximum: 60 }];
  const config = { authentication_flow: { signup_flows: [{ name: "own", steps }] }, user_profile: { custom_attributes: { attributes } } };

  it("are checked and kept", async () => {
    const browser = await flowRunner({ config });
    const asked = await browser.run("signup", [identify("ann@example.com"), choose()], { name: "own" });
    expect(asked.action).toEqual({ type: "fill_in_user_profile", data: {} });
    const fill = (...attributes: [string, unknown][]) => browser.feed(asked.token, { attributes: attributes.map(([pointer, value]) => ({ pointer, value })) });
    for (const bad of [
      [["/birthdate", "1990-01-01"]],
      [
        ["/given_name", "Ada"],
        ["/family_name", "L"],
      ],
      [
        ["/given_name", "Ada"],
        ["/birthdate", "soon"],
      ],
      [
        ["/given_name", "Ada"],
        ["/shoe_size", 5],
      ],
    ] as [string, unknown][][])
      expect((await fill(...bad)).error, JSON.stringify(bad)).toMatchObject({ name: "Invalid", reason: "ValidationFailed" });
    expect((await fill(["/given_name", "Ada"], ["/shoe_size", 38])).finished).toBe(true);
    expect((await usersOf(browser))[0]).toMatchObject({ standard_attributes: { email: "ann@example.com", given_name: "Ada" }, custom_attributes: { "0001": 38 } });
  });
});

describe("one session per client", () => {
  it("asks before it ends the others", async () => {
    const clients = [{ client_id: "one", name: "one", x_application_type: "spa", redirect_uris: ["http://x.test/"], x_max_concurrent_session: 1 }];
    const browser = await flowRunner({ config: { oauth: { clients } } });
    await browser.signUp("ann@example.com");
    const [user] = await usersOf(browser);
    const urlQuery = "client_id=one";
    expect((await browser.another().run("login", [identify("ann@example.com"), enter()], { urlQuery })).finished).toBe(true);
    const id = browser.ctx.newId();
    const access = JSON.stringify({ time: new Date().toISOString(), ip: "1.1.1.1", user_agent: "t" });
    await browser.project.db.transaction((tx) =>
      tx.query(
        `insert into offline_grant (project_id, id, user_id, initial_client_id, sso_enabled, amr, created_at, authenticated_at, initial_access, last_access, last_access_at)
         values ($1, $2, $3, 'one', false, '{}', now(), now(), $4, $4, now())`,
        [browser.ctx.project.id, id, user?.id, access],
      ),
    );
    const asked = await browser.another().run("login", [identify("ann@example.com"), enter()], { urlQuery });
    expect(asked.action).toMatchObject({ type: "terminate_other_sessions", data: {} });
    expect((await browser.another().run("login", [identify("ann@example.com"), enter()])).finished).toBe(true);
    expect((await browser.feed(asked.token, { confirm_terminate_other_sessions: true })).finished).toBe(true);
    expect(await browser.project.db.read((tx) => tx.query("select id from offline_grant where id = $1", [id]))).toEqual([]);
  });
});
