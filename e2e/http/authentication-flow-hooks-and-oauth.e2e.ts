import { afterEach, describe, expect, it } from "vitest";
import { byEmail, newPassword, password, seenRecoveryCodes } from "../support/inputs.js";
import { authorize, claimsOf, exchange, tokensOf } from "../support/oauth.js";
import { CALLBACK, Project } from "../support/project.js";
import { totp } from "../support/totp.js";
import { WebhookReceiver } from "../support/webhook-receiver.js";

const ANN = "ann@example.com";
const BOB = "bob@example.com";

async function projectOf(options: Parameters<typeof Project.make>[0] = {}, emails = [ANN]): Promise<Project> {
  const project = await Project.make(options);
  for (const email of emails) await project.browser().finish("signup", [byEmail(email), newPassword()]);
  return project;
}

describe("a blocking hook", () => {
  let receiver: WebhookReceiver | undefined;
  afterEach(() => receiver?.close());

  async function hookedProject(events: string[]): Promise<{ project: Project; hooks: WebhookReceiver }> {
    const hooks = await WebhookReceiver.start();
    receiver = hooks;
    const hook = { blocking_handlers: events.map((event) => ({ event, url: `${hooks.url}/ask` })) };
    const project = await Project.make({ config: { hook } });
    hooks.secret = Buffer.from((await project.secret("webhook")).keys[0].k, "base64url");
    return { project, hooks };
  }

  it("that demands a second factor puts its set-up into a sign-up", async () => {
    const { project, hooks } = await hookedProject(["authentication.pre_authenticated"]);
    hooks.answers.set("authentication.pre_authenticated", () => ({ is_allowed: true, constraints: { amr: ["mfa"] } }));
    const browser = project.browser();
    const asked = await browser.run("signup", [byEmail(ANN), newPassword()]);
    expect(asked.action).toMatchObject({ type: "create_authenticator", data: { type: "create_authenticator_data", options: [{ authentication: "secondary_totp" }] } });
    const set = await browser.feed(asked.token, { authentication: "secondary_totp" });
    const codes = await browser.feed(set.token, { code: totp(set.data.secret) });
    expect(codes.action.type).toBe("view_recovery_code");
    expect((await browser.feed(codes.token, seenRecoveryCodes)).finished).toBe(true);
    expect(claimsOf((await tokensOf(browser)).id_token).amr).toContain("mfa");
    expect(hooks.events.every(({ signatureOk }) => signatureOk)).toBe(true);
    const login = await project.browser().run("login", [byEmail(ANN), password()]);
    expect(login.options.map((one) => one.authentication)).toContain("secondary_totp");
  });

  it("that demands a second factor keeps out a login without one", async () => {
    const { project, hooks } = await hookedProject(["authentication.pre_authenticated"]);
    await project.browser().finish("signup", [byEmail(ANN), newPassword()]);
    hooks.answers.set("authentication.pre_authenticated", () => ({ is_allowed: true, constraints: { amr: ["mfa"] } }));
    const refused = await project.browser().run("login", [byEmail(ANN), password()]);
    expect(refused).toMatchObject({ status: 400, error: { reason: "InvariantViolated", info: { cause: { kind: "NoAuthenticator" } } } });
  });

  it("that refuses ends the run with its reasons", async () => {
    const { project, hooks } = await hookedProject(["authentication.pre_initialize", "authentication.post_identified"]);
    await project.browser().finish("signup", [byEmail(ANN), newPassword()]);
    hooks.answers.set("authentication.post_identified", () => ({ is_allowed: false, title: "Closed", reason: "Come back tomorrow" }));
    const browser = project.browser();
    const start = await browser.create("login");
    const refused = await browser.feed(start.token, byEmail(ANN));
    expect(refused).toMatchObject({
      status: 403,
      error: {
        name: "Forbidden",
        reason: "HookDisallowed",
        info: { event_type: "authentication.post_identified", reasons: [{ title: "Closed", reason: "Come back tomorrow" }], FlowType: "login" },
      },
    });
    expect(refused.token).toBe(start.token);
    expect(hooks.events.map(({ type }) => type)).toContain("authentication.pre_initialize");
    hooks.answers.set("authentication.post_identified", () => ({ is_allowed: true, rate_limits: { nonsense: { weight: "heavy" } } }));
    expect((await browser.feed(start.token, byEmail(ANN))).error).toMatchObject({ reason: "HookInvalidResponse", code: 500 });
  });

  it("is asked again when a sign-up turns out to be a login", async () => {
    const { project, hooks } = await hookedProject(["authentication.pre_initialize"]);
    await project.browser().finish("signup", [byEmail(ANN), newPassword()]);
    hooks.events.splice(0);
    await project.browser().run("signup_login", [byEmail(ANN)]);
    expect(hooks.events.map(({ type }) => type)).toEqual(["authentication.pre_initialize", "authentication.pre_initialize"]);
  });
});

describe("promotion of an anonymous user", () => {
  it("keeps the user and replaces his anonymous identity", async () => {
    const project = await Project.make({ authentication: { identities: ["anonymous", "login_id"] } });
    const browser = project.browser();
    expect((await browser.post("/api/anonymous_user/signup", { session_type: "cookie" })).json).toEqual({ result: {} });
    const [before] = await project.users();
    expect(before).toMatchObject({ isAnonymous: true, identities: [{ type: "ANONYMOUS" }] });
    const promotion = (await browser.post("/api/anonymous_user/promotion_code", { session_type: "cookie" })).json.result;
    const hint = `https://authgear.com/login_hint?${new URLSearchParams({ type: "anonymous", promotion_code: promotion.promotion_code })}`;
    const url_query = new URLSearchParams({ login_hint: hint }).toString();
    const asked = await browser.run("promote", [byEmail(ANN)], { url_query });
    expect([asked.type, asked.action.type]).toEqual(["promote", "create_authenticator"]);
    expect((await browser.feed(asked.token, newPassword())).finished).toBe(true);
    const users = await project.users();
    expect(users).toMatchObject([{ id: before?.id, isAnonymous: false, identities: [{ type: "LOGIN_ID", claims: { email: ANN } }] }]);
    expect((await project.browser().run("login", [byEmail(ANN), password()])).finished).toBe(true);
    expect((await project.browser().create("promote", { url_query })).error).toBeDefined();
    expect((await project.browser().create("promote")).status).toBeGreaterThanOrEqual(500);
  });

  it("logs in as the user who has the address already", async () => {
    const project = await projectOf({ authentication: { identities: ["anonymous", "login_id"] } });
    const browser = project.browser();
    await browser.post("/api/anonymous_user/signup", { session_type: "cookie" });
    const { promotion_code } = (await browser.post("/api/anonymous_user/promotion_code", { session_type: "cookie" })).json.result;
    const hint = `https://authgear.com/login_hint?${new URLSearchParams({ type: "anonymous", promotion_code })}`;
    const asked = await browser.run("promote", [byEmail(ANN)], { url_query: new URLSearchParams({ login_hint: hint }).toString() });
    expect([asked.type, asked.action.type]).toEqual(["login", "authenticate"]);
    expect((await browser.feed(asked.token, password())).finished).toBe(true);
  });
});

describe("continuing as the user who is signed in", () => {
  it("is offered to browsers with his session only", async () => {
    const project = await projectOf();
    const browser = project.browser();
    await browser.finish("login", [byEmail(ANN), password()]);
    const offered = await browser.create("login");
    expect(offered.options[0]).toEqual({ identification: "select_account", display_name: ANN, user_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect((await project.browser().create("login")).options.map((one) => one.identification)).toEqual(["email"]);
    const before = claimsOf((await tokensOf(browser)).id_token);
    const session = browser.jar.get("session");
    const done = await browser.feed(offered.token, { identification: "select_account", index: 0 });
    expect(done.finished, JSON.stringify(done.body)).toBe(true);
    expect(browser.jar.get("session")).toBe(session);
    const after = claimsOf((await tokensOf(browser)).id_token);
    expect([after.sub, after.auth_time, after.amr]).toEqual([before.sub, before.auth_time, before.amr]);
  });

  it("is not offered when the client demands a login", async () => {
    const project = await projectOf();
    const browser = project.browser();
    await browser.finish("login", [byEmail(ANN), password()]);
    const { location } = await authorize(browser, { prompt: "login" });
    const asked = await browser.create("login", { url_query: location.search.slice(1) });
    expect(asked.options.map((one) => one.identification)).toEqual(["email"]);
    const calm = await authorize(browser);
    expect((await browser.create("login", { url_query: calm.location.search.slice(1) })).options[0]?.identification).toBe("select_account");
  });

  it("fails when somebody else has signed in meanwhile (session swapping)", async () => {
    const project = await projectOf({}, [ANN, BOB]);
    const browser = project.browser();
    await browser.finish("login", [byEmail(ANN), password()]);
    const offered = await browser.create("login");
    await browser.finish("login", [byEmail(BOB), password()]);
    const refused = await browser.feed(offered.token, { identification: "select_account", index: 0 });
    expect(refused).toMatchObject({
      status: 401,
      error: { name: "Unauthorized", reason: "SelectAccountSessionChanged", message: "session no longer matches the selected account" },
    });
    const stranger = project.browser();
    expect((await stranger.feed(offered.token, { identification: "select_account", index: 0 })).error?.reason).toBe("SelectAccountSessionChanged");
  });
});

describe("an authorization request", () => {
  it("gets its code when the login with its x_ref has finished", async () => {
    const project = await projectOf();
    const browser = project.browser();
    const { location, verifier } = await authorize(browser);
    expect(location.searchParams.get("x_ref")).toBeTruthy();
    const done = await browser.finish("login", [byEmail(ANN), password()], { url_query: location.search.slice(1) });
    const finish = new URL(done.data.finish_redirect_uri);
    expect([finish.origin, finish.pathname]).toEqual([project.origin, "/oauth2/consent"]);
    expect(finish.searchParams.get("code")).toMatch(/^\S{32}$/);
    expect(finish.searchParams.get("client_id")).toBe("app");
    const back = await browser.call("GET", finish.href);
    const callback = new URL(back.headers.location ?? "");
    expect([back.status, callback.href.startsWith(`${CALLBACK}?`), callback.searchParams.get("state")]).toEqual([303, true, "s1"]);
    const tokens = await exchange(browser, callback, verifier);
    expect(claimsOf(tokens.id_token)).toMatchObject({ aud: ["app"], amr: ["pwd", "x_primary_password"] });
  });

  it("that is unknown is ignored", async () => {
    const project = await projectOf();
    const done = await project.browser().finish("login", [byEmail(ANN), password()], { url_query: "x_ref=NOSUCHREFERENCE&client_id=app" });
    expect(done.data).toEqual({});
  });

  it("wants the user proved again: reauth by id token", async () => {
    const project = await projectOf();
    const browser = project.browser();
    await browser.finish("login", [byEmail(ANN), password()]);
    const { id_token } = await tokensOf(browser);
    const asked = await browser.run("reauth", [{ identification: "id_token", id_token }]);
    expect(asked.data).toEqual({ type: "authentication_data", options: [{ authentication: "primary_password" }], device_token_enabled: false });
    expect((await browser.feed(asked.token, password("wrong"))).error?.reason).toBe("InvalidCredentials");
    const done = await browser.feed(asked.token, password());
    expect([done.finished, done.cookies]).toEqual([true, []]);
    const start = await browser.create("reauth");
    expect(await browser.feed(start.token, { identification: "id_token", id_token: "nonsense" })).toMatchObject({
      status: 400,
      error: { name: "Invalid", reason: "Invalid", message: "invalid ID token" },
    });
  });
});
