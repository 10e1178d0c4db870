import { describe, expect, it } from "vitest";
import { statementCount } from "@gatehouse/platform-postgres";
import { type AuthClient, authClient, type Reply } from "./auth-client.js";
import { challengeOf, claimsOf, DeviceKey, forgetCookies, grant } from "./device-keys.js";
import { DEVICE, events, FULL, refresh, republish, signIn, third } from "./session-helpers.js";

const INVALID = { error: "invalid_grant", error_description: "InvalidCredentials" };
const authentication = { identities: ["login_id", "anonymous", "biometric"] };
const project = (more: Record<string, unknown> = {}) => authClient({ config: { authentication }, ...more });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
type Change = Parameters<DeviceKey["sign"]>[3];

/** A project with a user who is signed in to an app, and no browser. */
async function signedIn(client?: AuthClient): Promise<{ client: AuthClient; tokens: Record<string, string> }> {
  const to = client ?? (await project());
  await to.signUp("ann@example.com");
  const tokens = await signIn(to, { email: "ann@example.com", scope: FULL });
  forgetCookies(to);
  return { client: to, tokens };
}

async function setUp(client: AuthClient, key: DeviceKey, { token, change, form }: { token?: string; change?: Change; form?: Record<string, string> } = {}): Promise<Reply> {
  const jwt = await key.sign(client, "biometric_request", { action: "setup", device_info: DEVICE }, change);
  return grant(client, "biometric-request", { jwt, ...form }, token ? bearer(token) : {});
}

async function logIn(
  client: AuthClient,
  key: DeviceKey,
  { change, form, headers }: { change?: Change; form?: Record<string, string>; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const jwt = await key.sign(client, "biometric_request", { action: "authenticate", device_info: DEVICE }, { bare: true, ...change });
  return grant(client, "biometric-request", { jwt, ...form }, headers);
}

/** A device that may sign its user in. */
async function ready(): Promise<{ client: AuthClient; key: DeviceKey; sub: string }> {
  const { client, tokens } = await signedIn();
  const key = await DeviceKey.make();
  await setUp(client, key, { token: tokens.access_token });
  return { client, key, sub: claimsOf(tokens.id_token as string).sub };
}

describe("biometric set-up", () => {
  it("needs a session, answers with an empty body, and is told", async () => {
    const { client, tokens } = await signedIn();
    const key = await DeviceKey.make("RS256");
    const stranger = await setUp(client, key);
    expect([stranger.status, stranger.json.error]).toEqual([401, "invalid_grant"]);
    const done = await setUp(client, key, { token: tokens.access_token });
    expect([done.status, done.body]).toEqual([200, ""]);
    const told = await events(client, "identity.biometric.enabled");
    expect(told).toMatchObject([{ user: { id: claimsOf(tokens.id_token as string).sub }, identity: { type: "biometric" } }]);
    const prefix = "https://authgear.com/claims/biometric/";
    expect(told[0]?.identity.claims).toEqual({ [`${prefix}key_id`]: key.kid, [`${prefix}device_info`]: DEVICE, [`${prefix}formatted_device_info`]: "iPhone 14 Pro" });
    const info = (await client.send("/oauth2/userinfo", { headers: bearer(tokens.access_token as string) })).json;
    expect(info["https://authgear.com/claims/user/identities"]).toMatchObject([{ type: "login_id" }, { type: "biometric" }]);
    expect(await events(client, "user.authenticated")).toHaveLength(1);
  });

  it("works by the browser's cookie", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    expect((await setUp(client, await DeviceKey.make())).status).toBe(200);
  });

  it.each([
    ["a key that it is not signed by (GH-8)", async () => ({ signer: await DeviceKey.make() })],
    ["no key", async () => ({ bare: true })],
    ["no account of the device", async () => ({ payload: { device_info: undefined } })],
    ["a device with NUL in its name (fault injection)", async () => ({ payload: { device_info: { ios: { uname: { machine: "iPhone15,2", nodename: "a\u0000" } } } } })],
    ["a device without a model", async () => ({ payload: { device_info: { ios: {} } } })],
    ["an unknown challenge", async () => ({ challenge: "nosuch" })],
    ["a challenge for something else", async (client: AuthClient) => ({ challenge: await challengeOf(client, "anonymous_request") })],
    ["an expired JWT", async () => ({ payload: { exp: 1 } })],
    ["another type of JWT", async () => ({ header: { typ: "vnd.authgear.anonymous-request" } })],
  ])("is refused for %s", async (_name, change) => {
    const { client, tokens } = await signedIn();
    const answer = await setUp(client, await DeviceKey.make(), { token: tokens.access_token, change: await change(client) });
    expect([answer.status, answer.json]).toEqual([400, INVALID]);
    expect(await events(client, "identity.biometric.enabled")).toEqual([]);
  });

  it("takes a challenge once, and a key id once (replay, key takeover)", async () => {
    const { client, tokens } = await signedIn();
    const key = await DeviceKey.make();
    const challenge = await challengeOf(client, "biometric_request");
    const first = await setUp(client, key, { token: tokens.access_token, change: { challenge } });
    const replayed = await setUp(client, await DeviceKey.make(), { token: tokens.access_token, change: { challenge } });
    const same = await setUp(client, await DeviceKey.make("ES256", key.kid), { token: tokens.access_token });
    expect([first.status, replayed.json, same.json]).toEqual([200, INVALID, INVALID]);
  });

  it("is not for anonymous users, nor for the token of a client without full access (privilege escalation)", async () => {
    const { client } = await signedIn();
    const guest = await DeviceKey.make();
    const tokens = (await grant(client, "anonymous-request", { jwt: await guest.sign(client, "anonymous_request", { action: "auth" }) })).json;
    expect((await setUp(client, await DeviceKey.make(), { token: tokens.access_token })).json).toEqual({
      error: "unauthorized_client",
      error_description: "AnonymousUserAddIdentity",
    });
    const foreign = await signIn(client, { email: "ann@example.com", ...third });
    forgetCookies(client);
    expect((await setUp(client, await DeviceKey.make(), { token: foreign.access_token })).status).toBe(401);
  });
});

describe("biometric login", () => {
  it("gives tokens with the method of authentication, within the budget, and is told", async () => {
    const { client, key, sub } = await ready();
    const jwt = await key.sign(client, "biometric_request", { action: "authenticate" }, { bare: true });
    const counted = await statementCount.during(() => grant(client, "biometric-request", { jwt }));
    const tokens = counted.result.json;
    expect(Object.keys(tokens).sort()).toEqual(["access_token", "expires_in", "id_token", "refresh_token", "token_type"]);
    expect(claimsOf(tokens.id_token)).toMatchObject({ sub, amr: ["x_biometric"] });
    expect(counted.sql).toBeLessThanOrEqual(10);
    const told = (await events(client, "user.authenticated")).at(-1);
    expect(told).toMatchObject({ user: { id: sub }, session: { type: "offline_grant", amr: ["x_biometric"], clientID: "spa", displayName: "iPhone 14 Pro" } });
    expect((await refresh(client, tokens)).status).toBe(200);
  });

  it("ends the earlier grants of the same key, and of no other", async () => {
    const { client, key } = await ready();
    await client.signUp("bob@example.com");
    const kept = await signIn(client, { email: "ann@example.com", scope: FULL });
    forgetCookies(client);
    const other = await DeviceKey.make();
    await setUp(client, other, { token: kept.access_token });
    const [first, foreign, second] = [(await logIn(client, key)).json, (await logIn(client, other)).json, (await logIn(client, key)).json];
    const answers = await Promise.all([first, foreign, second, kept].map((tokens) => refresh(client, tokens)));
    expect(answers.map(({ status }) => status)).toEqual([400, 200, 200, 200]);
  });

  it("narrows the scopes as asked, but not below what apps need", async () => {
    const { client, key } = await ready();
    const wide = await logIn(client, key, { form: { scope: "openid offline_access email https://authgear.com/scopes/full-access" } });
    expect(wide.status).toBe(200);
    for (const scope of ["openid offline_access", "openid https://authgear.com/scopes/full-access", "offline_access https://authgear.com/scopes/full-access", `${FULL} nosuch`]) {
      const refused = await logIn(client, key, { form: { scope } });
      expect([refused.status, refused.json.error]).toEqual([400, "invalid_scope"]);
    }
  });

  it("is refused for a JWT that the key did not sign, once more for a used challenge, and that is told at once (stolen device, replay)", async () => {
    const { client, key, sub } = await ready();
    const thief = await DeviceKey.make("ES256", key.kid);
    const challenge = await challengeOf(client, "biometric_request");
    const forged = await logIn(client, thief, { change: { challenge, bare: false } });
    const right = await logIn(client, key, { change: { challenge } });
    const replayed = await logIn(client, key, { change: { challenge } });
    expect([forged.json, right.status, replayed.json]).toEqual([INVALID, 200, INVALID]);
    expect(await events(client, "authentication.identity.biometric.failed")).toMatchObject([
      { user: { id: sub }, identity_type: "biometric" },
      { user: { id: sub }, identity_type: "biometric" },
    ]);
    expect((await logIn(client, await DeviceKey.make())).json).toEqual(INVALID);
    expect(await events(client, "authentication.identity.biometric.failed")).toHaveLength(2);
  });

  it("is refused once the identity is removed, and for a disabled user without the loss of the key", async () => {
    const { client, key, sub } = await ready();
    const set = (sql: string) => client.project.db.read((tx) => tx.query(sql, [client.project.project.id, sub]));
    await set("update auth_user set is_indefinitely_disabled = true where project_id = $1 and id = $2");
    expect((await logIn(client, key)).json).toEqual({ error: "unauthorized_client", error_description: "DisabledUser" });
    await set("delete from identity where project_id = $1 and user_id = $2 and type = 'biometric'");
    expect((await logIn(client, key)).json).toEqual(INVALID);
  });

  it("of two requests with one challenge lets one in (race)", async () => {
    const { client, key } = await ready();
    const jwt = await key.sign(client, "biometric_request", { action: "authenticate" }, { bare: true });
    const answers = await Promise.all(Array.from({ length: 8 }, () => grant(client, "biometric-request", { jwt })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it("of logins that come together leaves one signed in (race)", async () => {
    const { client, key } = await ready();
    const answers = await Promise.all(Array.from({ length: 6 }, () => logIn(client, key)));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    const left = await Promise.all(answers.map(({ json }) => refresh(client, json)));
    expect(left.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it("binds to a proof of possession, and ends other sessions of a client that allows one", async () => {
    const { client, key } = await ready();
    const before = await signIn(client, { email: "ann@example.com", scope: FULL });
    forgetCookies(client);
    await republish(client, (config) => {
      config.oauth.clients[0].x_max_concurrent_session = 1;
    });
    const proof = await DeviceKey.make();
    const bad = await logIn(client, key, { headers: await proof.dpop(client, { iat: 1 }) });
    expect(bad.json).toEqual({ error: "invalid_dpop_proof", error_description: "DPoP proof expired" });
    const tokens = (await logIn(client, key, { headers: await proof.dpop(client) })).json;
    expect([(await refresh(client, before)).json.error, (await refresh(client, tokens)).json.error]).toEqual(["invalid_grant", "invalid_dpop_proof"]);
  });
});

describe("biometric requests", () => {
  it.each([
    ["off in the project", { config: { authentication: { identities: ["login_id"] } } }, {}, { error: "unauthorized_client", error_description: "BiometricDisallowed" }],
    ["off by the plan", { features: { identity: { biometric: { disabled: true } } } }, {}, { error: "invalid_request", error_description: "biometric authentication is disabled" }],
    ["of a client without full access", {}, { client_id: "third" }, { error: "unauthorized_client", error_description: expect.any(String) }],
    ["without a JWT", {}, { jwt: "" }, { error: "invalid_request", error_description: "jwt is required" }],
    ["that are malformed", {}, { jwt: "a.b.c" }, INVALID],
  ])("are refused %s", async (_name, options, form, expected) => {
    const client = await project(options);
    expect((await logIn(client, await DeviceKey.make(), { form: form as Record<string, string> })).json).toEqual(expected);
  });

  it("know two actions", async () => {
    const { client, key } = await ready();
    const refused = await logIn(client, key, { change: { payload: { action: "sleep" } } });
    expect([refused.status, refused.json]).toEqual([400, { error: "invalid_request", error_description: "invalid action: sleep" }]);
  });
});
