import { type KeyJwk, signJwt } from "@gatehouse/platform-crypto";
import { statementCount } from "@gatehouse/platform-postgres";
import { AuthenticationInfos, AuthorizationSessions } from "@gatehouse/record-grants";
import { describe, expect, it } from "vitest";
import { CODE, eventsOf, type FlowRunner, flowModule, flowRunner, PASSWORD, usersOf } from "./flow-runner.js";

const ANN = { identification: "email", login_id: "ann@example.com" };
const enter = (password = PASSWORD) => ({ authentication: "primary_password", password });
const choose = (new_password = PASSWORD) => ({ authentication: "primary_password", new_password });
const WRONG_TYPE = { authentication: "primary_password", password: 1 };

async function withAnn(options: Parameters<typeof flowRunner>[0] = {}): Promise<FlowRunner> {
  const browser = await flowRunner(options);
  await browser.signUp("ann@example.com");
  return browser.another();
}

describe("an error", () => {
  it("of a batch at creation comes with the state right after creation, though earlier inputs were taken", async () => {
    const browser = await withAnn();
    const refused = await browser.create("login", { batch: [ANN, enter("wrong")] });
    expect(refused).toMatchObject({ status: 401, action: { type: "identify" }, error: { reason: "InvalidCredentials", info: { FlowType: "login" } } });
    expect((await browser.read(refused.token)).action.type).toBe("identify");
    expect((await browser.feed(refused.token, ANN, enter())).finished).toBe(true);
    await expect(browser.feed(refused.token, ANN)).rejects.toMatchObject({ reason: "AuthenticationFlowNotFound", status: 404 });
  });

  it("names the flow type where a step was at work, and not where the input has no shape", async () => {
    const browser = await withAnn();
    const asked = await browser.run("login", [ANN]);
    const shapeless = await browser.feed(asked.token, WRONG_TYPE);
    expect(shapeless.error).toEqual({
      name: "Invalid",
      reason: "ValidationFailed",
      message: "invalid value",
      code: 400,
      info: { causes: [{ location: "/password", kind: "type", details: { actual: ["integer", "number"], expected: ["string"] } }] },
      tracking_id: expect.stringMatching(/^flowtrace_/),
    });
    const wrong = await browser.feed(asked.token, enter("wrong"));
    expect(wrong.error).toEqual({
      name: "Unauthorized",
      reason: "InvalidCredentials",
      message: "invalid credentials",
      code: 401,
      info: { AuthenticationType: "password", FlowType: "login" },
      tracking_id: shapeless.error?.tracking_id,
    });
    const invalid = await browser.run("signup", [{ identification: "email", login_id: "no address" }]);
    expect(invalid.error).toMatchObject({ reason: "ValidationFailed", message: "invalid login ID", info: { FlowType: "signup" } });
  });

  it("of the finish names none: a taken address, a limit of sign-ups, a weak password of a recovery", async () => {
    const browser = await flowRunner({
      authentication: { rate_limits: { general: { per_ip: { enabled: false } }, signup: { per_ip: { enabled: true, period: "1m", burst: 1 } } } },
      config: { ui: { forgot_password: { email: [{ channel: "email", otp_form: "code" }] } } },
    });
    const slow = await browser.run("signup", [ANN]);
    await browser.another().signUp("ann@example.com");
    const taken = await browser.feed(slow.token, choose());
    expect(taken.error).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "DuplicatedIdentity" } } });
    expect([taken.error?.info.FlowType, taken.token]).toEqual([undefined, slow.token]);
    const limited = await browser.run("signup", [{ ...ANN, login_id: "bob@example.com" }, choose()]);
    expect(limited.error).toMatchObject({ reason: "RateLimited", info: { rate_limit_name: "authentication.signup" } });
    expect(limited.error?.info.FlowType).toBeUndefined();
    const weak = await browser.run("account_recovery", [ANN, { index: 0 }, { account_recovery_code: CODE }, { new_password: "weak" }]);
    expect(weak.error).toMatchObject({ reason: "PasswordPolicyViolated", code: 400, info: { causes: [{ Name: "PasswordTooShort", Info: { min_length: 8, pw_length: 4 } }] } });
    expect(weak.error?.info.FlowType).toBeUndefined();
  });
});

describe("an authorization request", () => {
  const clients = [
    { client_id: "app", name: "app", x_application_type: "spa", redirect_uris: ["http://app.test/back"] },
    {
      client_id: "narrow",
      name: "narrow",
      x_application_type: "spa",
      redirect_uris: ["http://narrow.test/"],
      x_authentication_flow_allowlist: { groups: [{ name: "own" }], flows: [{ type: "reauth", name: "default" }] },
    },
    { client_id: "usual", name: "usual", x_application_type: "spa", redirect_uris: ["http://usual.test/"], x_authentication_flow_allowlist: { groups: [{ name: "default" }] } },
  ];
  const ui = { authentication_flow: { groups: [{ name: "own", flows: [{ type: "login", name: "bare" }] }] } };
  const bare = [
    { type: "identify", one_of: [{ identification: "email" }] },
    { type: "authenticate", one_of: [{ authentication: "primary_password" }] },
  ];
  const config = { oauth: { clients }, ui, authentication_flow: { login_flows: [{ name: "bare", steps: bare }] } };

  const request = async (browser: FlowRunner, more: Record<string, string> = {}): Promise<string> => {
    const sessions = (await flowModule()).get(AuthorizationSessions);
    const { id } = await sessions.create(browser.ctx, { client_id: "app", redirect_uri: "http://app.test/back", state: "s 1&", ...more });
    return id;
  };

  it("gets its code at the consent page, for what was proven", async () => {
    const browser = await withAnn({ config });
    const id = await request(browser);
    const done = await browser.run("login", [ANN, enter()], { urlQuery: `x_ref=${id}` });
    const url = new URL(done.data.finish_redirect_uri);
    expect(url.origin + url.pathname).toBe(`${browser.ctx.request.publicOrigin}/oauth2/consent`);
    const { code = "", ...rest } = Object.fromEntries(url.searchParams);
    expect(rest).toEqual({ client_id: "app", redirect_uri: "http://app.test/back", state: "s 1&" });
    expect(code).toMatch(/^\w{32}$/);
    const info = await (await flowModule()).get(AuthenticationInfos).consume(browser.ctx, code);
    expect(info).toMatchObject({
      userId: (await usersOf(browser))[0]?.id,
      amr: ["pwd", "x_primary_password"],
      createdUser: false,
      session: { type: "idp" },
      authorizationSessionId: id,
    });
    expect(Object.keys(done.data)).toEqual(["finish_redirect_uri"]);
  });

  it("says of a sign-up that it made the user", async () => {
    const browser = await flowRunner({ config });
    const done = await browser.run("signup", [ANN, choose()], { urlQuery: `x_ref=${await request(browser)}` });
    const code = new URL(done.data.finish_redirect_uri).searchParams.get("code") ?? "";
    expect(await (await flowModule()).get(AuthenticationInfos).consume(browser.ctx, code)).toMatchObject({ createdUser: true });
  });

  it("that is unknown, malformed, or of another project is ignored (tenant isolation)", async () => {
    const browser = await withAnn({ config });
    const other = await withAnn({ config });
    for (const reference of [await request(other), "0".repeat(32), "../../x", ""]) {
      const visitor = browser.another();
      const start = await visitor.create("login", { urlQuery: new URLSearchParams({ x_ref: reference }).toString() });
      expect(start.cookies, "the browser forgets the request").toEqual(reference === "" ? {} : { oauth_ui: "" });
      const asked = await visitor.feed(start.token, ANN);
      const done = await visitor.feed(asked.token, enter());
      expect([done.finished, done.data]).toEqual([true, {}]);
    }
    const known = await browser.another().create("login", { urlQuery: `x_ref=${await request(browser)}` });
    expect(known.cookies).toEqual({});
  });

  it("may ask for no session: the flow finishes without one", async () => {
    for (const more of [{ x_suppress_idp_session_cookie: "true" }, { x_sso_enabled: "false" }] as Record<string, string>[]) {
      const browser = await withAnn({ config });
      const done = await browser.run("login", [ANN, enter()], { urlQuery: `x_ref=${await request(browser, more)}` });
      expect(done.cookies).toEqual({ same_site_strict: "true" });
      expect((await usersOf(browser))[0]?.sessions, "that of the sign-up alone").toBe(1);
      const code = new URL(done.data.finish_redirect_uri).searchParams.get("code") ?? "";
      expect(await (await flowModule()).get(AuthenticationInfos).consume(browser.ctx, code)).toMatchObject({ session: { type: "none" } });
      expect((await eventsOf(browser)).map(({ type }) => type)).not.toContain("user.authenticated");
    }
  });

  it("offers no going on as the signed-in user when it asked for a login, or for no session", async () => {
    const browser = await flowRunner({ config });
    await browser.signUp("ann@example.com");
    const offered = async (more: Record<string, string>) =>
      (await browser.create("login", { urlQuery: `x_ref=${await request(browser, more)}` })).options.map(({ identification }) => identification);
    expect(await offered({})).toEqual(["select_account", "email"]);
    expect(await offered({ prompt: "consent login" })).toEqual(["email"]);
    expect(await offered({ x_sso_enabled: "false" })).toEqual(["email"]);
  });

  it("answers the identify step of a re-authentication by its id_token_hint, and holds to that user", async () => {
    const browser = await withAnn({ config });
    const sub = (await usersOf(browser))[0]?.id;
    const hint = await signJwt(browser.ctx.project.secrets.oauth?.keys[0] as KeyJwk, { iss: "x", sub, exp: 1 }, "JWT");
    const urlQuery = `x_ref=${await request(browser, { id_token_hint: hint, user_id_hint: sub })}`;
    const asked = await browser.create("reauth", { urlQuery });
    expect(asked.action).toMatchObject({ type: "authenticate", data: { type: "authentication_data", device_token_enabled: false } });
    const done = await browser.feed(asked.token, enter());
    expect([done.finished, done.cookies, new URL(done.data.finish_redirect_uri).searchParams.has("code")]).toEqual([true, {}, true]);
    await browser.another().signUp("bob@example.com");
    const bob = await browser.run("login", [{ ...ANN, login_id: "bob@example.com" }], { urlQuery });
    expect(bob.error).toMatchObject({ name: "Invalid", reason: "InvariantViolated", code: 400, info: { cause: { kind: "MismatchedUser" }, FlowType: "login" } });
  });

  it("gives way to what the page's query says, and its client's allowlist counts", async () => {
    const browser = await withAnn({ config });
    const id = await request(browser);
    const refused = { reason: "AuthenticationFlowNotAllowed", status: 403, message: "flow not allowed" };
    await expect(browser.create("login", { urlQuery: `x_ref=${id}&client_id=narrow` })).rejects.toMatchObject(refused);
    expect((await browser.create("login", { name: "bare", urlQuery: `x_ref=${id}&client_id=narrow` })).action.type).toBe("identify");
    expect((await browser.create("reauth", { urlQuery: "client_id=narrow" })).action.type).toBe("identify");
    expect((await browser.create("login", { urlQuery: "client_id=usual" })).action.type, "an undefined group `default`").toBe("identify");
    await expect(browser.create("login", { name: "bare", urlQuery: "client_id=usual" })).rejects.toMatchObject(refused);
    expect((await browser.create("login", { urlQuery: `x_ref=${id}&client_id=nosuch` })).action.type).toBe("identify");
    expect((await browser.create("login", { urlQuery: `x_ref=${id}&client_id=` })).action.type, "an empty value overrides nothing").toBe("identify");
  });
});

describe("the budget of a login by code", () => {
  it("is six SQL statements over its requests", async () => {
    const browser = await flowRunner({ authentication: { primary_authenticators: ["oob_otp_email"], rate_limits: { oob_otp: { email: { trigger_cooldown: "1ms" } } } } });
    await browser.run("signup", [ANN, { authentication: "primary_oob_otp_email" }, { code: CODE }]);
    const visitor = browser.another();
    const counted = await statementCount.during(async () => {
      const start = await visitor.create("login");
      const asked = await visitor.feed(start.token, ANN);
      const sent = await visitor.feed(asked.token, { authentication: "primary_oob_otp_email", index: 0 });
      await visitor.read(sent.token);
      return visitor.feed(sent.token, { code: CODE });
    });
    expect(counted.result.finished, JSON.stringify(counted.result.error)).toBe(true);
    expect(counted.sql, counted.statements.join("\n")).toBeLessThanOrEqual(6);
  });
});
