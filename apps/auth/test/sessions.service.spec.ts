import { afterEach, describe, expect, it, vi } from "vitest";
import { authClient, obtainCode, type AuthClient, pkce } from "./auth-client.js";
import { alive, another, DEVICE, encoded, events, FULL, idsOn, later, names, refresh, resolve, signIn, third, threeDevices } from "./session-helpers.js";

afterEach(() => void vi.useRealTimers());

const PAGE = "/settings/sessions";
const post = (client: AuthClient, form: Record<string, string>) => client.send(PAGE, { form });

describe("the page of sessions", () => {
  it("is for people who are signed in, with an account", async () => {
    const client = await authClient({ config: { authentication: { identities: ["login_id", "anonymous"] } } });
    const { status, headers } = await client.send(`${PAGE}?a=1`);
    expect([status, headers.location]).toEqual([302, "/?redirect_uri=%2Fsettings%2Fsessions%3Fa%3D1"]);
    await client.send("/api/anonymous_user/signup", { json: { session_type: "cookie" } });
    expect((await client.send(PAGE)).headers.location).toBe("/settings");
    const bare = another(client);
    expect([(await post(bare, { x_action: "revoke_all" })).status, (await bare.send("/settings/identities")).headers.location]).toEqual([
      302,
      "/?redirect_uri=%2Fsettings%2Fidentities",
    ]);
  });

  it("sends the pages of former SDKs to the settings", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    for (const path of ["/settings/identity", "/settings/identities"]) expect((await client.send(path)).headers.location).toBe("/settings");
  });

  it("lists browsers and devices, the latest first, each by its name", async () => {
    const { client } = await threeDevices();
    const { status, body } = await client.send(PAGE, {
      headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36" },
    });
    expect([status, names(body)]).toEqual([200, ["Google Pixel 7", "iPhone 14 Pro", "Unknown browser"]]);
    expect([body.match(/this session/g)?.length, idsOn(body, "x_session_id").length]).toEqual([1, 2]);
  });

  it("shows devices that share a sign-on as one, named after the latest", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const phone = another(client);
    const first = await signIn(phone, { email: "a@example.com", more: { x_sso_enabled: "true" }, token: { x_device_info: encoded(DEVICE) } });
    const tablet = { android: { Build: { MANUFACTURER: "Google", MODEL: "Pixel Tablet" } } };
    await later(client, 61);
    const query = new URLSearchParams({ client_id: "rotating", redirect_uri: "http://app.test/cb", response_type: "code", scope: FULL, prompt: "none", x_sso_enabled: "true" });
    const { verifier, challenge } = pkce();
    const answer = await phone.send(`/oauth2/authorize?${query}&code_challenge=${challenge}&code_challenge_method=S256`);
    const code = new URL(answer.headers.location as string).searchParams.get("code") as string;
    const form = { grant_type: "authorization_code", client_id: "rotating", code, redirect_uri: "http://app.test/cb", code_verifier: verifier, x_device_info: encoded(tablet) };
    const second = (await client.send("/oauth2/token", { form })).json;
    const { body } = await client.send(PAGE);
    expect(names(body).toSorted()).toEqual(["Google Pixel Tablet", "Unknown browser"]);
    expect((await post(client, { x_action: "revoke", x_session_id: idsOn(body, "x_session_id")[0] as string })).headers.location).toBe(PAGE);
    expect([await alive(client, first), await alive(client, second, "rotating")]).toEqual([false, false]);
    const [{ sessions, termination_type } = {}] = await events(client, "user.session.terminated");
    expect([termination_type, (sessions as { type: string }[]).map(({ type }) => type)]).toEqual(["individual", ["offline_grant", "offline_grant", "idp"]]);
  });

  it("signs one device out", async () => {
    const { client, onPhone, onTablet } = await threeDevices();
    const id = onPhone.refresh_token.split(".")[0];
    const done = await post(client, { x_action: "revoke", x_session_id: id });
    expect([done.status, done.headers.location]).toEqual([302, PAGE]);
    expect([await alive(client, onPhone), await alive(client, onTablet)]).toEqual([false, true]);
    expect(await resolve(client, { bearer: onPhone.access_token })).toEqual({});
    expect(await resolve(client, { cookie: client.jar.session })).toMatchObject({ "session-valid": "true" });
    expect(await events(client, "user.session.terminated")).toMatchObject([
      { termination_type: "individual", sessions: [{ id, type: "offline_grant", displayName: "iPhone 14 Pro", applicationName: "Shop" }] },
    ]);
    expect(await events(client, "user.signed_out")).toEqual([]);
  });

  it("does not sign out the session that looks at it, nor what shares its sign-on (GH-14)", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const browser = another(client);
    const tokens = await signIn(browser, { email: "a@example.com", more: { x_sso_enabled: "true" } });
    const idp = (browser.jar.session as string).split(".")[0] as string;
    const grant = tokens.refresh_token.split(".")[0];
    for (const x_session_id of [idp, grant]) {
      const refused = await post(browser, { x_action: "revoke", x_session_id });
      expect([refused.status, refused.body]).toEqual([400, expect.stringContaining('data-error="cannot revoke current session"')]);
    }
    // By a token of the same sign-on, too.
    const app = another(client);
    const refused = await app.send(PAGE, { form: { x_action: "revoke", x_session_id: idp }, headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect([refused.status, await alive(client, tokens)]).toEqual([400, true]);
  });

  it("takes another user's session for none (session of another user, GH-13)", async () => {
    const { client, onPhone } = await threeDevices();
    const stranger = another(client);
    await stranger.signUp("b@example.com");
    for (const x_session_id of [onPhone.refresh_token.split(".")[0], (client.jar.session as string).split(".")[0], client.project.ctx.newId(), "garbage"]) {
      const refused = await post(stranger, { x_action: "revoke", x_session_id });
      expect([refused.status, refused.body]).toEqual([404, expect.stringContaining("session not found")]);
    }
    expect([await alive(client, onPhone), (await resolve(client, { cookie: client.jar.session }))["session-valid"]]).toEqual([true, "true"]);
    expect(await events(client, "user.session.terminated")).toEqual([]);
  });

  it("refuses forms of other sites (cross-site request forgery) and unknown actions", async () => {
    const { client, onPhone } = await threeDevices();
    await client.send(PAGE, { form: { x_action: "revoke_all" }, headers: { "sec-fetch-site": "cross-site" } });
    expect([await alive(client, onPhone), (await post(client, { x_action: "dance" })).status]).toEqual([true, 400]);
  });

  it("signs out everywhere else, and says so once", async () => {
    const { client, onPhone, onTablet } = await threeDevices();
    const browser = another(client);
    const here = await signIn(browser, { email: "a@example.com", more: { x_sso_enabled: "true" } });
    expect((await post(browser, { x_action: "revoke_all" })).headers.location).toBe(PAGE);
    expect([await alive(client, onPhone), await alive(client, onTablet), await alive(client, here)]).toEqual([false, false, true]);
    expect(await resolve(client, { cookie: client.jar.session })).toEqual({ "session-valid": "false" });
    expect(await resolve(client, { cookie: browser.jar.session })).toMatchObject({ "session-valid": "true" });
    const told = await events(client, "user.session.terminated");
    expect(told.map(({ termination_type, sessions }) => [termination_type, sessions.length])).toEqual([["all_except_current", 3]]);
    await post(browser, { x_action: "revoke_all" });
    expect(await events(client, "user.session.terminated")).toHaveLength(1);
  });

  it("of a device that shares no sign-on keeps that device alone", async () => {
    const { client, onPhone, onTablet } = await threeDevices();
    await another(client).send(PAGE, { form: { x_action: "revoke_all" }, headers: { authorization: `Bearer ${onPhone.access_token}` } });
    expect([await alive(client, onPhone), await alive(client, onTablet)]).toEqual([true, false]);
    expect(await resolve(client, { cookie: client.jar.session })).toEqual({ "session-valid": "false" });
  });
});

describe("apps of third parties", () => {
  it("are not among the devices but among the authorized apps, and go with their authorization", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const foreign = await signIn(another(client), { email: "a@example.com", ...third });
    expect(await resolve(client, { bearer: foreign.access_token })).toMatchObject({ "session-valid": "true" });
    const { body } = await client.send(PAGE);
    expect([names(body).includes("Third"), idsOn(body, "x_session_id").includes(foreign.refresh_token.split(".")[0])]).toEqual([true, false]);
    expect(body).toContain("See your email address");
    const [x_authorization_id = ""] = idsOn(body, "x_authorization_id");
    const stranger = another(client);
    await stranger.signUp("b@example.com");
    const refused = await post(stranger, { x_action: "remove_authorization", x_authorization_id });
    expect([refused.status, refused.body]).toEqual([403, expect.stringContaining("cannot remove authorization")]);
    expect((await post(client, { x_action: "remove_authorization", x_authorization_id: "garbage" })).status).toBe(403);
    expect((await post(client, { x_action: "remove_authorization", x_authorization_id })).headers.location).toBe(PAGE);
    expect((await refresh(client, foreign, "third", { client_secret: "secret-of-third" })).json.error).toBe("invalid_grant");
    expect(await resolve(client, { bearer: foreign.access_token })).toEqual({});
    expect(names((await client.send(PAGE)).body)).not.toContain("Third");
    const { db, project } = client.project;
    const left = await db.read((tx) => tx.query("select id from offline_grant where project_id = $1 and initial_client_id = 'third'", [project.id]));
    expect([left, await events(client, "user.session.terminated"), await events(client, "user.signed_out")]).toEqual([[], [], []]);
  });

  it("get nothing for a code once their authorization is gone", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const { id_token } = await signIn(another(client), { email: "a@example.com", more: { x_sso_enabled: "false" } });
    await signIn(another(client), { email: "a@example.com", ...third });
    const asked = { email: "a@example.com", clientId: "third", redirectUri: "http://third.test/cb" };
    const codes = [
      await obtainCode(another(client), { ...asked, scope: "openid email" }),
      await obtainCode(another(client), { ...asked, scope: "openid offline_access email" }),
      await obtainCode(another(client), { ...asked, scope: "openid email", more: { id_token_hint: id_token } }),
    ];
    const [x_authorization_id = ""] = idsOn((await client.send(PAGE)).body, "x_authorization_id");
    await post(client, { x_action: "remove_authorization", x_authorization_id });
    for (const { code, verifier } of codes) {
      const form = { grant_type: "authorization_code", client_id: "third", client_secret: "secret-of-third", code, redirect_uri: "http://third.test/cb", code_verifier: verifier };
      const { status, json } = await client.send("/oauth2/token", { form });
      expect([status, json]).toEqual([400, { error: "invalid_grant", error_description: "invalid authorization code" }]);
    }
  });

  it("stay signed in when the user signs out everywhere else, even of a sign-on that ends (GH-5)", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const elsewhere = another(client);
    const foreign = await signIn(elsewhere, { email: "a@example.com", ...third, more: { x_sso_enabled: "true" } });
    await post(client, { x_action: "revoke_all" });
    expect(await resolve(client, { cookie: elsewhere.jar.session })).toEqual({ "session-valid": "false" });
    expect((await refresh(client, foreign, "third", { client_secret: "secret-of-third" })).status).toBe(200);
    expect(await resolve(client, { bearer: foreign.access_token })).toMatchObject({ "session-valid": "true" });
  });

  it("keep their tokens of a grant that they share with an app of the project", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const own = await signIn(another(client), { email: "a@example.com", more: { x_sso_enabled: "false" } });
    const foreign = await signIn(another(client), { email: "a@example.com", ...third, more: { x_sso_enabled: "false" } });
    const { db, project } = client.project;
    const [grant, other] = [own, foreign].map(({ refresh_token }) => refresh_token.split(".")[0]);
    await db.read((tx) => tx.query("update refresh_token set grant_id = $2 where project_id = $1 and grant_id = $3", [project.id, grant, other]));
    const moved = { refresh_token: `${grant}.${foreign.refresh_token.split(".")[1]}` };
    await later(client, 0);
    await post(client, { x_action: "revoke_all" });
    expect(await alive(client, own)).toBe(false);
    expect((await refresh(client, moved, "third", { client_secret: "secret-of-third" })).status).toBe(200);
  });
});
