import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sessionModel } from "@gatehouse/domain-session";
import { CreateSession, OAuthModule } from "@gatehouse/feature-oauth";
import { RevokeOtherSessions, SessionsModule } from "@gatehouse/feature-sessions";
import { testModule } from "@gatehouse/platform-testing";
import { UserSessionStore } from "@gatehouse/record-sessions";
import { authClient, pkce } from "./auth-client.js";
import { alive, another, DEVICE, encoded, events, FULL, names, refresh, resolve, signIn, threeDevices, userId } from "./session-helpers.js";

/** People sign in by email and password. */
const PLAIN = { identity: { login_id: { keys: [{ type: "email" }] } }, authentication: { identities: ["login_id"], primary_authenticators: ["password"] } };
const PAGE = "/settings/sessions";

describe("the end of sessions", () => {
  it("by end_session takes every client of the sign-on with it", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const one = await signIn(client, { email: "a@example.com", more: { x_sso_enabled: "true" } });
    const two = await signIn(another(client), { email: "a@example.com", more: { x_sso_enabled: "true" } });
    await client.send("/oauth2/end_session");
    expect([await alive(client, one), await alive(client, two)]).toEqual([false, true]);
    expect((await events(client, "user.signed_out")).map(({ sessions }) => sessions.length)).toEqual([2]);
  });

  it("by revocation of a refresh token that shares no sign-on leaves the browser signed in", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const tokens = await signIn(client, { email: "a@example.com", more: { x_sso_enabled: "false" } });
    await client.send("/oauth2/revoke", { form: { token: tokens.refresh_token } });
    expect(await alive(client, tokens)).toBe(false);
    expect(await resolve(client, { cookie: client.jar.session })).toMatchObject({ "session-valid": "true" });
  });

  it("of the first device follows from a second login where the client allows one", async () => {
    const clients = [{ client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"], x_max_concurrent_session: 1 }];
    const client = await authClient({ config: { oauth: { clients } } });
    await client.signUp("a@example.com");
    const first = await signIn(another(client), { email: "a@example.com" });
    expect(await alive(client, first)).toBe(true);
    const { verifier, challenge } = pkce();
    const query = {
      client_id: "spa",
      redirect_uri: "http://app.test/cb",
      response_type: "code",
      scope: FULL,
      prompt: "none",
      code_challenge: challenge,
      code_challenge_method: "S256",
    };
    const answer = await client.send(`/oauth2/authorize?${new URLSearchParams(query)}`);
    const code = new URL(answer.headers.location as string).searchParams.get("code") as string;
    const form = { grant_type: "authorization_code", client_id: "spa", code, redirect_uri: "http://app.test/cb", code_verifier: verifier };
    const second = (await client.send("/oauth2/token", { form })).json;
    expect([await alive(client, first), await alive(client, second)]).toEqual([false, true]);
    expect(await resolve(client, { cookie: client.jar.session })).toMatchObject({ "session-valid": "true" });
    expect(await events(client, "user.session.terminated")).toEqual([]);
  });

  it("everywhere leaves nothing of the user's own", async () => {
    const { client, onPhone } = await threeDevices();
    const { ctx } = client.project;
    const id = await userId(client);
    const module = await testModule([SessionsModule]);
    await module.get(RevokeOtherSessions).run(ctx, { userId: id });
    expect(await client.project.db.read((tx) => module.get(UserSessionStore).ofUser(ctx, tx, id))).toEqual({ idp: [], grants: [] });
    expect([await alive(client, onPhone), await resolve(client, { cookie: client.jar.session })]).toEqual([false, { "session-valid": "false" }]);
    expect(await events(client, "user.session.terminated")).toMatchObject([{ termination_type: "all" }]);
    await module.close();
  });

  it("does not follow from a new password", async () => {
    const test_mode = { oob_otp: { enabled: true, rules: [{ regex: ".*", fixed_code: "111111" }] }, email: { enabled: true, rules: [{ regex: ".*", suppressed: true }] } };
    const client = await authClient({ config: { ...PLAIN, test_mode }, features: { test_mode: { deterministic_link_otp: { enabled: true } } } });
    await client.signUp("a@example.com");
    const account_recovery_code = createHash("md5")
      .update(await userId(client))
      .digest("hex");
    const tokens = await signIn(another(client), { email: "a@example.com" });
    const inputs = [{ identification: "email", login_id: "a@example.com" }, { index: 0 }, { account_recovery_code }, { new_password: "another horse" }];
    const reset = (await another(client).flow("account_recovery", inputs)).at(-1);
    expect(reset?.json.result.action.type).toBe("finished");
    expect([await alive(client, tokens), (await resolve(client, { cookie: client.jar.session }))["session-valid"]]).toEqual([true, "true"]);
    expect((await resolve(client, { bearer: tokens.access_token }))["session-valid"]).toBe("true");
  });
});

describe("records of refresh tokens", () => {
  it("that are over are dropped when another is rotated, all but the first", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const tokens = await signIn(client, { email: "a@example.com", clientId: "rotating", more: { x_sso_enabled: "false" } });
    const grant = tokens.refresh_token.split(".")[0];
    const { db, project } = client.project;
    const copy = (hash: string, set: string) =>
      db.read((tx) =>
        tx.query(
          `insert into refresh_token (project_id, grant_id, initial_hash, current_hash, client_id, authorization_id, scopes, created_at, last_access_at, expire_at)
           select project_id, grant_id, $3, $3, ${set} from refresh_token where project_id = $1 and grant_id = $2 and length(initial_hash) = 64`,
          [project.id, grant, hash],
        ),
      );
    const usual = "client_id, authorization_id, scopes";
    await copy("first", `${usual}, now() - interval '2 years', now(), null`);
    await copy("short", `${usual}, now(), now(), now() - interval '1 second'`);
    await copy("old", `${usual}, now() - interval '53 weeks', now(), null`);
    await copy("idle", `${usual}, now() - interval '31 days', now() - interval '31 days', null`);
    await copy("removed", "'gone', authorization_id, scopes, now(), now(), null");
    await copy("good", `${usual}, now(), now(), now() + interval '1 hour'`);
    expect((await refresh(client, tokens, "rotating")).status).toBe(200);
    const left = await db.read((tx) => tx.query("select initial_hash from refresh_token where project_id = $1 and grant_id = $2", [project.id, grant]));
    expect(
      left
        .map(({ initial_hash }) => initial_hash)
        .filter((hash) => String(hash).length < 64)
        .toSorted(),
    ).toEqual(["first", "good"]);
    expect(left).toHaveLength(3);
  });
});

describe("what devices say of themselves", () => {
  it.each([
    ["no model", { ios: { NSBundle: { CFBundleDisplayName: "Shop" } } }],
    ["half a model", { android: { Build: { MODEL: "Pixel 7" } } }],
  ])("must name a model: %s", async (_name, info) => {
    const client = await authClient();
    await client.signUp("a@example.com");
    expect((await signIn(client, { email: "a@example.com", token: { x_device_info: encoded(info) } })).error).toBe("invalid_request");
  });

  it("is kept, and named in events and lists as Apple sells it", async () => {
    const { client, onPhone } = await threeDevices();
    const module = await testModule([SessionsModule]);
    const { grants } = await client.project.db.read(async (tx) => module.get(UserSessionStore).ofUser(client.project.ctx, tx, await userId(client)));
    const grant = grants.find(({ grant: { id } }) => id === onPhone.refresh_token.split(".")[0])?.grant;
    expect(grant && sessionModel("offline_grant", grant)).toMatchObject({ displayName: "iPhone 14 Pro", applicationName: "Shop", clientID: "spa", type: "offline_grant" });
    await module.close();
  });
});

describe("createSession", () => {
  const open = async (features: object = { admin_api: { create_session_enabled: true } }) => {
    const client = await authClient({ features: features as Record<string, unknown> });
    await client.signUp("a@example.com");
    const module = await testModule([OAuthModule]);
    const id = await userId(client);
    const { ctx, db } = client.project;
    const create = async (more: object = {}) => {
      const prepared = await module.get(CreateSession).prepare(ctx, { userId: id, clientId: "spa", ...more });
      return db.transaction((tx) => module.get(CreateSession).run(ctx, tx, prepared));
    };
    return { client, create };
  };

  it("is refused where the project may not", async () => {
    const { create } = await open({});
    await expect(create()).rejects.toMatchObject({ errorName: "Forbidden", message: "CreateSession is disabled" });
  });

  it.each([
    ["an unknown client", { clientId: "nope" }, { errorName: "Invalid", message: "invalid client ID" }],
    ["a third party's client", { clientId: "third" }, { errorName: "Forbidden", message: "cannot create session for non-first party client" }],
    ["an unknown user", { userId: "0b8b1f7e-0000-4000-8000-000000000000" }, { reason: "UserNotFound" }],
    ["no user at all", { userId: "garbage" }, { reason: "UserNotFound" }],
    ["bad device info", { deviceInfo: "!" }, { errorName: "Invalid", message: "invalid device info" }],
  ])("refuses %s", async (_name, more, error) => {
    const { create } = await open();
    await expect(create(more)).rejects.toMatchObject(error);
  });

  it("gives tokens that work and a device that is listed", async () => {
    const { client, create } = await open();
    const made = await create({ deviceInfo: encoded(DEVICE) });
    expect([made.tokenType, made.expiresIn]).toEqual(["Bearer", 1800]);
    expect(await resolve(client, { bearer: made.accessToken })).toMatchObject({ "session-valid": "true", "session-amr": "" });
    expect(await alive(client, { refresh_token: made.refreshToken })).toBe(true);
    expect(names((await client.send(PAGE)).body)).toContain("iPhone 14 Pro");
  });
});
