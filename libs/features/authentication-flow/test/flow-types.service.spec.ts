import { type KeyJwk, signJwt } from "@gatehouse/platform-crypto";
import { Accounts } from "@gatehouse/record-accounts";
import { describe, expect, it } from "vitest";
import { CODE, eventsOf, type FlowRunner, flowModule, flowRunner, PASSWORD, usersOf } from "./flow-runner.js";

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

describe("a step after select_account", () => {
  it("still runs, and what it proves is kept", async () => {
    const steps = [
      {
        type: "identify",
        one_of: [{ identification: "select_account", steps: [{ type: "authenticate", one_of: [{ authentication: "primary_oob_otp_email" }] }] }],
      },
    ];
    const browser = await flowRunner({ config: { authentication_flow: { login_flows: [{ name: "own", steps }] } } });
    await browser.signUp("ann@example.com");
    expect((await usersOf(browser))[0]?.verified).toBeNull();
    const asked = await browser.run("login", [{ identification: "select_account", index: 0 }], { name: "own" });
    expect(asked.action).toMatchObject({ type: "authenticate", identification: "select_account" });
    const sent = await browser.feed(asked.token, { authentication: "primary_oob_otp_email", index: 0 });
    expect(await browser.feed(sent.token, { code: CODE })).toMatchObject({ finished: true, cookies: {} });
    const [user] = await usersOf(browser);
    expect(user).toMatchObject({ sessions: 1, amr: [["pwd", "x_primary_password"]], verified: [{ name: "email", value: "ann@example.com" }] });
    expect(user?.authenticators.map((one: { type: string }) => one.type)).toEqual(["password", "oob_otp_email"]);
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

describe("one session per client", () => {
  async function grantOf(browser: FlowRunner, userId: string, clientId: string): Promise<string> {
    const id = browser.ctx.newId();
    const access = JSON.stringify({ time: new Date().toISOString(), ip: "1.1.1.1", user_agent: "t" });
    await browser.project.db.transaction((tx) =>
      tx.query(
        `with g as (insert into offline_grant (project_id, id, user_id, initial_client_id, sso_enabled, amr, created_at, authenticated_at, initial_access, last_access, last_access_at)
           values ($1, $2, $3, $4, false, '{}', now(), now(), $5, $5, now()) returning *),
         c as (insert into client_authorization (project_id, id, user_id, client_id, scopes, created_at, updated_at) select project_id, id, user_id, $4, '{openid}', now(), now() from g returning id)
         insert into refresh_token (project_id, grant_id, initial_hash, current_hash, client_id, authorization_id, scopes, created_at, last_access_at)
         select g.project_id, g.id, 'h', 'h', $4, c.id, '{openid}', now(), now() from g, c`,
        [browser.ctx.project.id, id, userId, clientId, access],
      ),
    );
    return id;
  }

  it("asks before it ends the others", async () => {
    const clients = [{ client_id: "one", name: "one", x_application_type: "spa", redirect_uris: ["http://x.test/"], x_max_concurrent_session: 1 }];
    const browser = await flowRunner({ config: { oauth: { clients } } });
    await browser.signUp("ann@example.com");
    const [user] = await usersOf(browser);
    const urlQuery = "client_id=one";
    expect((await browser.another().run("login", [identify("ann@example.com"), enter()], { urlQuery })).finished).toBe(true);
    const id = await grantOf(browser, user?.id, "one");
    const asked = await browser.another().run("login", [identify("ann@example.com"), enter()], { urlQuery });
    expect(asked.action).toMatchObject({ type: "terminate_other_sessions", data: {} });
    expect((await browser.another().run("login", [identify("ann@example.com"), enter()])).finished).toBe(true);
    expect((await browser.feed(asked.token, { confirm_terminate_other_sessions: true })).finished).toBe(true);
    expect(await browser.project.db.read((tx) => tx.query("select id from offline_grant where id = $1", [id]))).toEqual([]);
  });

  it("needs to know who logs in", async () => {
    const clients = [{ client_id: "one", name: "one", x_application_type: "spa", redirect_uris: ["http://x.test/"], x_max_concurrent_session: 1 }];
    const login_flows = [{ name: "own", steps: [{ type: "terminate_other_sessions" }, { type: "identify", one_of: [{ identification: "email" }] }] }];
    const browser = await flowRunner({ config: { oauth: { clients }, authentication_flow: { login_flows } } });
    await expect(browser.create("login", { name: "own", urlQuery: "client_id=one" })).rejects.toMatchObject({ reason: "AuthenticationFlowNoUserID", status: 400 });
  });

  it("asks who goes on with his session, too", async () => {
    const clients = [{ client_id: "one", name: "one", x_application_type: "spa", redirect_uris: ["http://x.test/"], x_max_concurrent_session: 1 }];
    const browser = await flowRunner({ config: { oauth: { clients } } });
    await browser.signUp("ann@example.com");
    const [user] = await usersOf(browser);
    const id = await grantOf(browser, user?.id, "one");
    const asked = await browser.run("login", [{ identification: "select_account", index: 0 }], { urlQuery: "client_id=one" });
    expect(asked.action.type).toBe("terminate_other_sessions");
    expect((await browser.feed(asked.token, { confirm_terminate_other_sessions: true })).finished).toBe(true);
    expect(await browser.project.db.read((tx) => tx.query("select id from offline_grant where id = $1", [id]))).toEqual([]);
    expect((await usersOf(browser))[0]?.sessions).toBe(1);
  });
});
