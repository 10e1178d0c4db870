import { describe, expect, it } from "vitest";
import { statementCount } from "@gatehouse/platform-postgres";
import { type AuthClient, authClient, type Reply } from "./auth-client.js";
import { challengeOf, claimsOf, DeviceKey, forgetCookies, grant } from "./device-keys.js";
import { another, events, FULL, refresh, republish, resolve, signIn } from "./session-helpers.js";

const INVALID = { error: "invalid_grant", error_description: "InvalidCredentials" };
const authentication = { identities: ["login_id", "anonymous"] };
const project = (more: Record<string, unknown> = {}) => authClient({ config: { authentication, ...more } });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function logIn(client: AuthClient, key: DeviceKey, change: Parameters<DeviceKey["sign"]>[3] = {}, form: Record<string, string> = {}): Promise<Reply> {
  return grant(client, "anonymous-request", { jwt: await key.sign(client, "anonymous_request", { action: "auth" }, change), ...form });
}

describe("anonymous users with a key", () => {
  it("sign up once and come back with the key alone, within the budget", async () => {
    const client = await project();
    const key = await DeviceKey.make("RS256");
    const jwt = await key.sign(client, "anonymous_request", { action: "auth" });
    const counted = await statementCount.during(() => grant(client, "anonymous-request", { jwt }));
    const first = counted.result.json;
    expect(Object.keys(first).sort()).toEqual(["access_token", "expires_in", "id_token", "refresh_token", "token_type"]);
    expect(counted.sql).toBeLessThanOrEqual(10);
    const again = await logIn(client, key, { bare: true });
    expect([again.status, claimsOf(again.json.id_token).sub]).toEqual([200, claimsOf(first.id_token).sub]);
    expect(claimsOf(first.id_token)).toMatchObject({ "https://authgear.com/claims/user/is_anonymous": true, aud: ["spa"] });
    expect(claimsOf(first.id_token)).not.toHaveProperty("amr");
    const info = (await client.send("/oauth2/userinfo", { headers: bearer(again.json.access_token) })).json;
    expect(info["https://authgear.com/claims/user/identities"]).toMatchObject([{ type: "anonymous" }]);
    expect((await refresh(client, first)).status).toBe(200);
    expect([(await events(client, "user.created")).length, await events(client, "user.authenticated")]).toEqual([1, []]);
  });

  it.each([
    ["a challenge that was used (replay)", async (client: AuthClient, key: DeviceKey) => ({ challenge: await used(client, key) })],
    ["a challenge for something else", async (client: AuthClient) => ({ challenge: await challengeOf(client, "biometric_request") })],
    ["an unknown challenge", async () => ({ challenge: "nosuch" })],
    ["another type of JWT", async () => ({ header: { typ: "vnd.authgear.biometric-request" } })],
    ["another action", async () => ({ payload: { action: "promote" } })],
    ["an expired JWT", async () => ({ payload: { exp: Math.floor(Date.now() / 1000) - 301 } })],
    ["a JWT of the future", async () => ({ payload: { iat: Math.floor(Date.now() / 1000) + 900 } })],
    ["a JWT without times", async () => ({ payload: { iat: undefined } })],
    ["a short key id", async () => ({ header: { jwk: { ...(await DeviceKey.make()).jwk, kid: "short" } } })],
    ["a key id that is not the key's", async () => ({ header: { kid: "another-key-id" } })],
    ["a private key", async () => ({ header: { jwk: { ...(await DeviceKey.make()).jwk, d: "x" } } })],
    ["a symmetric key", async () => ({ header: { jwk: { kty: "oct", k: "eA", kid: "symmetric-key" } } })],
    ["an unknown key that it does not bring", async () => ({ bare: true })],
    ["a new key that it is not signed by (identity spoofing)", async () => ({ signer: await DeviceKey.make() })],
  ])("are refused for %s", async (_name, change) => {
    const client = await project();
    const key = await DeviceKey.make();
    const answer = await logIn(client, key, await change(client, await DeviceKey.make()));
    expect([answer.status, answer.json]).toEqual([400, INVALID]);
    expect(await events(client, "authentication.identity.anonymous.failed")).toEqual([]);
  });

  it("are refused for a known key that did not sign, whatever key the JWT brings, and that is told at once (account takeover)", async () => {
    const client = await project();
    const key = await DeviceKey.make();
    const userId = claimsOf((await logIn(client, key)).json.id_token).sub;
    const thief = await DeviceKey.make("ES256", key.kid);
    expect([(await logIn(client, thief)).json, (await logIn(client, key, { bare: true, signer: thief })).json]).toEqual([INVALID, INVALID]);
    expect((await logIn(client, key, { payload: { action: "promote" } })).json).toEqual(INVALID);
    const told = await events(client, "authentication.identity.anonymous.failed");
    expect(told).toMatchObject(Array.from({ length: 3 }, () => ({ user: { id: userId }, identity_type: "anonymous" })));
  });

  it("are refused without a JWT, for one that is too long, and for one that is none (resource exhaustion)", async () => {
    const client = await project();
    const key = await DeviceKey.make();
    const long = await key.sign(client, "anonymous_request", { action: "auth", filler: "x".repeat(20_000) });
    expect((await grant(client, "anonymous-request", {})).json).toEqual({ error: "invalid_request", error_description: "jwt is required" });
    expect([(await grant(client, "anonymous-request", { jwt: long })).json, (await grant(client, "anonymous-request", { jwt: "a.b.c" })).json]).toEqual([INVALID, INVALID]);
  });

  it("make one user of requests at once with a new key (race)", async () => {
    const client = await project();
    const key = await DeviceKey.make();
    const answers = await Promise.all(Array.from({ length: 6 }, () => logIn(client, key)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 200));
    expect(new Set(answers.map(({ json }) => claimsOf(json.id_token).sub)).size).toBe(1);
    expect(await events(client, "user.created")).toHaveLength(1);
  });

  it("does not take the id of an identity without a key for a key's (identity spoofing)", async () => {
    const client = await project();
    await client.send("/api/anonymous_user/signup", { json: { session_type: "cookie" } });
    const [row] = await client.project.db.read((tx) => tx.query("select id from identity where project_id = $1", [client.project.project.id]));
    forgetCookies(client);
    expect((await logIn(client, await DeviceKey.make("ES256", row?.id as string))).json).toEqual(INVALID);
  });

  it("needs anonymous users and a client with full access", async () => {
    const off = await authClient();
    const key = await DeviceKey.make();
    expect((await logIn(off, key)).json).toEqual({ error: "unauthorized_client", error_description: "AnonymousUserDisallowed" });
    const client = await project();
    const third = await logIn(client, key, {}, { client_id: "third", client_secret: "secret-of-third" });
    expect([third.status, third.json.error]).toEqual([400, "unauthorized_client"]);
  });

  it("is not for a user who is disabled, and keeps his key", async () => {
    const client = await project();
    const key = await DeviceKey.make();
    const { sub } = claimsOf((await logIn(client, key)).json.id_token);
    await client.project.db.read((tx) => tx.query("update auth_user set is_indefinitely_disabled = true where project_id = $1 and id = $2", [client.project.project.id, sub]));
    expect((await logIn(client, key)).json).toEqual({ error: "unauthorized_client", error_description: "DisabledUser" });
  });

  it("counts new users per address", async () => {
    const rate_limits = { signup_anonymous: { per_ip: { enabled: true, period: "1m", burst: 1 } } };
    const client = await project({ authentication: { ...authentication, rate_limits } });
    const key = await DeviceKey.make();
    expect([(await logIn(client, key)).status, (await logIn(client, key)).status]).toEqual([200, 200]);
    const refused = await logIn(client, await DeviceKey.make());
    expect([refused.status, refused.json.error]).toEqual([429, "x_rate_limited"]);
    const web = await client.send("/api/anonymous_user/signup", { json: { session_type: "refresh_token", client_id: "spa" } });
    expect([web.status, web.json.error.reason]).toEqual([429, "RateLimited"]);
  });

  it("ends the user's other sessions of a client that allows one", async () => {
    const client = await project();
    await republish(client, (config) => {
      config.oauth.clients[0].x_max_concurrent_session = 1;
    });
    const key = await DeviceKey.make();
    const first = (await logIn(client, key)).json;
    const second = (await logIn(client, key)).json;
    expect([(await refresh(client, first)).json.error, (await refresh(client, second)).status]).toEqual(["invalid_grant", 200]);
  });

  it("binds the refresh token to a proof of possession, and tells what is wrong with one", async () => {
    const client = await project();
    const [key, proof] = [await DeviceKey.make(), await DeviceKey.make()];
    const jwt = () => key.sign(client, "anonymous_request", { action: "auth" });
    const bad = await grant(client, "anonymous-request", { jwt: await jwt() }, await proof.dpop(client, { htm: "GET" }));
    expect(bad.json).toEqual({ error: "invalid_dpop_proof", error_description: "htm in the DPoP proof does not match request method" });
    const tokens = (await grant(client, "anonymous-request", { jwt: await jwt() }, await proof.dpop(client))).json;
    expect((await refresh(client, tokens)).json.error).toBe("invalid_dpop_proof");
    const web = await client.send("/api/anonymous_user/promotion_code", { json: { session_type: "refresh_token", refresh_token: tokens.refresh_token } });
    expect([web.status, web.json.error.reason]).toEqual([403, "Forbidden"]);
  });
});

/** A challenge that another key has used up. */
async function used(client: AuthClient, key: DeviceKey): Promise<string> {
  const challenge = await challengeOf(client, "anonymous_request");
  await logIn(client, key, { challenge });
  return challenge;
}

describe("anonymous users of web apps with tokens", () => {
  const signUp = (client: AuthClient, more: Record<string, unknown> = {}) =>
    client.send("/api/anonymous_user/signup", { json: { session_type: "refresh_token", client_id: "spa", ...more } });
  const promotion = (client: AuthClient, refresh_token?: string) => client.send("/api/anonymous_user/promotion_code", { json: { session_type: "refresh_token", refresh_token } });

  it("sign up once, and get a fresh access token for their refresh token", async () => {
    const client = await project();
    const first = await signUp(client);
    expect([first.status, Object.keys(first.json.result).sort()]).toEqual([200, ["access_token", "expires_in", "refresh_token", "token_type"]]);
    expect(first.cookies).toEqual({});
    const second = await signUp(client, { refresh_token: first.json.result.refresh_token });
    expect(Object.keys(second.json.result).sort()).toEqual(["access_token", "expires_in", "token_type"]);
    const users = await Promise.all([first, second].map(({ json }) => resolve(client, { bearer: json.result.access_token })));
    expect(users[0]).toMatchObject({ "user-anonymous": "true", "session-valid": "true" });
    expect(users[1]?.["user-id"]).toBe(users[0]?.["user-id"]);
    expect((await refresh(client, first.json.result)).status).toBe(200);
  });

  it("does not apply the limit of one session", async () => {
    const client = await project();
    await republish(client, (config) => {
      config.oauth.clients[0].x_max_concurrent_session = 1;
    });
    const [first] = [await signUp(client), await signUp(client)];
    expect((await refresh(client, first.json.result)).status).toBe(200);
  });

  it.each([
    ["an unknown client", { client_id: "nosuch" }, "invalid client ID"],
    ["a client without full access", { client_id: "web" }, /^Anonymous user is not supported by the client application type\./],
    ["a bad refresh token", { refresh_token: "nosuch" }, "invalid refresh token"],
  ])("refuses %s", async (_name, more, message) => {
    const { status, json } = await signUp(await project(), more);
    expect([status, json.error]).toEqual([400, { name: "Invalid", reason: "Invalid", code: 400, message: typeof message === "string" ? message : expect.stringMatching(message) }]);
  });

  it("refuses a regular user, a project without anonymous users, a token of another client, and a request without client", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    const tokens = await signIn(client, { email: "ann@example.com", scope: FULL });
    const regular = await signUp(client, { refresh_token: tokens.refresh_token });
    expect([regular.status, regular.json.error.message]).toEqual([400, "user logged in as normal user"]);
    const foreign = await signUp(client, { client_id: "rotating", refresh_token: (await signUp(client)).json.result.refresh_token });
    expect(foreign.json.error.message).toBe("invalid refresh token");
    expect((await signUp(client, { client_id: undefined })).json.error.reason).toBe("ValidationFailed");
    expect((await signUp(await authClient())).json.error.message).toBe("anonymous user disallowed");
    const code = await promotion(client, tokens.refresh_token);
    expect([code.status, code.json.error.message]).toEqual([400, "user logged in as normal user"]);
  });

  it("gives a code of 32 characters that promotes the user, who keeps his id", async () => {
    const client = await project();
    const tokens = (await signUp(client)).json.result;
    const user = await resolve(client, { bearer: tokens.access_token });
    const { promotion_code, expire_at } = (await promotion(client, tokens.refresh_token)).json.result;
    expect(promotion_code).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(new Date(expire_at).getTime() - Date.now()).toBeGreaterThan(290_000);
    const query = new URLSearchParams({ login_hint: `https://authgear.com/login_hint?${new URLSearchParams({ type: "anonymous", promotion_code })}` });
    const inputs = [
      { identification: "email", login_id: "ann@example.com" },
      { authentication: "primary_password", new_password: "correct horse" },
    ];
    await client.flow("promote", inputs, query.toString());
    expect(await events(client, "user.anonymous.promoted")).toMatchObject([{ user: { id: user["user-id"] } }]);
  });

  it("gives no code without a refresh token that is good", async () => {
    const client = await project();
    for (const token of [undefined, "nosuch", `${crypto.randomUUID()}.${"x".repeat(32)}`]) {
      const refused = await promotion(client, token);
      expect([refused.status, refused.json.error.reason]).toEqual([403, "Forbidden"]);
    }
  });
});

describe("anonymous users of web apps with cookies", () => {
  const send = (client: AuthClient, path: string) => client.send(`/api/anonymous_user/${path}`, { json: { session_type: "cookie" } });

  it("sign up once: a browser that is anonymous already stays as it is", async () => {
    const client = await project();
    const first = await send(client, "signup");
    expect([first.status, first.json, Object.keys(first.cookies).sort()]).toEqual([200, { result: {} }, ["same_site_strict", "session"]]);
    const second = await send(client, "signup");
    expect([second.status, second.json, second.cookies]).toEqual([200, { result: {} }, {}]);
    expect([(await events(client, "user.created")).length, (await events(client, "user.authenticated")).length]).toEqual([1, 0]);
    expect((await send(client, "promotion_code")).json.result.promotion_code).toMatch(/^[A-Za-z0-9]{32}$/);
  });

  it("refuses strangers and regular users", async () => {
    const client = await project();
    const stranger = await send(another(client), "promotion_code");
    expect([stranger.status, stranger.json.error]).toEqual([401, { name: "Unauthorized", reason: "Unauthorized", code: 401, message: "authentication required" }]);
    await client.signUp("ann@example.com");
    for (const path of ["signup", "promotion_code"]) {
      const regular = await send(client, path);
      expect([regular.status, regular.json.error.message]).toEqual([400, "user logged in as normal user"]);
    }
    forgetCookies(client);
  });
});

describe("challenges", () => {
  it("are 32 characters that live for five minutes, for a known purpose", async () => {
    const client = await project();
    for (const purpose of ["anonymous_request", "biometric_request", "app2app_request"]) {
      const { json } = await client.send("/oauth2/challenge", { json: { purpose } });
      expect(json.result.token).toMatch(/^[0-9A-HJKMNP-TV-Z]{32}$/);
      expect(Math.abs(new Date(json.result.expire_at).getTime() - Date.now() - 300_000)).toBeLessThan(10_000);
    }
    const unknown = await client.send("/oauth2/challenge", { json: { purpose: "other" } });
    expect([unknown.status, unknown.json.error.name, unknown.json.error.reason]).toEqual([400, "Invalid", "ValidationFailed"]);
  });
});
