import { statementCount } from "@gatehouse/platform-postgres";
import { commandCount } from "@gatehouse/platform-redis";
import { describe, expect, it } from "vitest";
import { authClient, obtainCode } from "./auth-client.js";

describe("tokens", () => {
  it("exchanges a code once, refreshes within the budget, and tells who the user is", async () => {
    const client = await authClient();
    await client.signUp("dora@example.com");
    const { code, verifier, answer } = await obtainCode(client, { email: "dora@example.com" });
    expect([answer.status, new URL(answer.headers.location as string).searchParams.get("state")]).toEqual([303, "s1"]);
    const form = { grant_type: "authorization_code", client_id: "spa", code, redirect_uri: "http://app.test/cb", code_verifier: verifier };
    expect((await client.send("/oauth2/token", { form: { ...form, code_verifier: "x".repeat(43) } })).json).toEqual({
      error: "invalid_grant",
      error_description: "invalid authorization code",
    });
    expect((await client.send("/oauth2/token", { form: { ...form, client_id: "rotating" } })).json.error).toBe("invalid_grant");
    const tokens = (await client.send("/oauth2/token", { form })).json;
    expect(Object.keys(tokens).sort()).toEqual(["access_token", "expires_in", "id_token", "refresh_token", "token_type"]);
    const refresh = { grant_type: "refresh_token", client_id: "spa", refresh_token: tokens.refresh_token };
    const counted = await statementCount.during(() => commandCount.during(() => client.send("/oauth2/token", { form: refresh })));
    expect(Object.keys(counted.result.result.json).sort()).toEqual(["access_token", "expires_in", "id_token", "token_type"]);
    expect([counted.sql, counted.result.commands]).toEqual([1, expect.anything()]);
    expect(counted.result.commands.length, counted.result.commands.join(" ")).toBeLessThanOrEqual(2);
    const bearer = { authorization: `Bearer ${tokens.access_token}` };
    const cold = await statementCount.during(() => client.send("/oauth2/userinfo", { headers: bearer }));
    const warm = await statementCount.during(() => client.send("/oauth2/userinfo", { headers: bearer }));
    expect([cold.sql, warm.sql]).toEqual([1, 0]);
    expect(warm.result.json).toMatchObject({
      email: "dora@example.com",
      email_verified: false,
      "https://authgear.com/claims/user/can_reauthenticate": true,
      custom_attributes: {},
    });
  });

  it("rotates once under a race, answers a retry alike, and refuses older tokens (stolen refresh token)", async () => {
    const client = await authClient();
    await client.signUp("fred@example.com");
    const { code, verifier } = await obtainCode(client, { clientId: "rotating", email: "fred@example.com" });
    const first = (
      await client.send("/oauth2/token", { form: { grant_type: "authorization_code", client_id: "rotating", code, redirect_uri: "http://app.test/cb", code_verifier: verifier } })
    ).json;
    const use = (refresh_token: string) => client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: "rotating", refresh_token } });
    const race = await Promise.all(Array.from({ length: 10 }, () => use(first.refresh_token)));
    expect(new Set(race.map(({ json }) => json.refresh_token)).size).toBe(1);
    const second = race[0]?.json.refresh_token as string;
    const third = (await use(second)).json.refresh_token as string;
    expect((await use(first.refresh_token)).json.refresh_token).toBe(third);
    const fourth = (await use(third)).json.refresh_token as string;
    expect((await use(first.refresh_token)).json).toEqual({ error: "invalid_grant", error_description: "invalid refresh token" });
    expect((await use(fourth)).status).toBe(200);
    const told = await client.project.db.read((tx) =>
      tx.query("select payload from outbox where project_id = $1 and type = 'oauth.refresh_token.reused'", [client.project.project.id]),
    );
    expect(told).toEqual([{ payload: { client_id: "rotating", session_id: first.refresh_token.split(".")[0] } }]);
  });

  it("tells an app with full access of identities, authenticators and recovery codes", async () => {
    const client = await authClient();
    await client.signUp("olga@example.com");
    const [user] = await client.project.db.read((tx) => tx.query("select id from auth_user where project_id = $1", [client.project.project.id]));
    const about = [client.project.project.id, (user as { id: string }).id];
    await client.project.db.read((tx) =>
      tx.query(
        `insert into identity (project_id, user_id, id, type, unique_key, claims, details, created_at, updated_at)
         values ($1, $2, gen_random_uuid(), 'oauth', 'k', '{}', '{"oauth":{"providerType":"google","alias":"g","subjectId":"s","providerKeys":{},"rawProfile":{}}}', now(), now())`,
        about,
      ),
    );
    await client.project.db.read((tx) =>
      tx.query("insert into recovery_code (project_id, user_id, id, code_hash, created_at) values ($1, $2, gen_random_uuid(), 'h', now())", about),
    );
    const { code, verifier } = await obtainCode(client, { email: "olga@example.com" });
    const form = { grant_type: "authorization_code", client_id: "spa", code, redirect_uri: "http://app.test/cb", code_verifier: verifier };
    const { access_token } = (await client.send("/oauth2/token", { form })).json;
    const claims = (await client.send("/oauth2/userinfo", { headers: { authorization: `Bearer ${access_token}` } })).json;
    const time = { created_at: expect.any(String), updated_at: expect.any(String) };
    expect(claims).toMatchObject({
      "https://authgear.com/claims/user/identities": [
        { ...time, type: "login_id", login_id_key: "email", login_id_type: "email" },
        { ...time, type: "oauth", oauth_provider_type: "google", oauth_provider_alias: "g" },
      ],
      "https://authgear.com/claims/user/authenticators": [{ ...time, type: "password", kind: "primary" }],
      "https://authgear.com/claims/user/recovery_code_enabled": true,
    });
  });

  it("shows apps the custom attributes that the project lets bearers of tokens see, and no others", async () => {
    const level = (bearer: string) => ({ access_control: { end_user: "hidden", bearer, portal_ui: "readwrite" } });
    const attributes = [
      { id: "0000", pointer: "/hobby", type: "string", ...level("readonly") },
      { id: "0001", pointer: "/note", type: "string", ...level("hidden") },
      { id: "0002", pointer: "/rank", type: "string" },
    ];
    const client = await authClient({ config: { user_profile: { custom_attributes: { attributes } } } });
    await client.signUp("nora@example.com");
    const kept = JSON.stringify({ "0000": "chess", "0001": "owes us money", "0002": "low" });
    await client.project.db.read((tx) => tx.query("update auth_user set custom_attributes = $2 where project_id = $1", [client.project.project.id, kept]));
    expect((await client.send("/oauth2/userinfo")).json.custom_attributes).toEqual({ hobby: "chess" });
    const { code, verifier } = await obtainCode(client, { email: "nora@example.com" });
    const form = { grant_type: "authorization_code", client_id: "spa", code, redirect_uri: "http://app.test/cb", code_verifier: verifier };
    const { access_token } = (await client.send("/oauth2/token", { form })).json;
    expect((await client.send("/oauth2/userinfo", { headers: { authorization: `Bearer ${access_token}` } })).json.custom_attributes).toEqual({ hobby: "chess" });
  });

  it("redeems a code once of 50 times, and ends what was issued when it comes again (code injection)", async () => {
    const client = await authClient();
    await client.signUp("cody@example.com");
    const { code, verifier } = await obtainCode(client, { email: "cody@example.com" });
    const form = { grant_type: "authorization_code", client_id: "spa", code, redirect_uri: "http://app.test/cb", code_verifier: verifier };
    const race = await Promise.all(Array.from({ length: 50 }, () => client.send("/oauth2/token", { form })));
    const [tokens, ...more] = race.filter(({ status }) => status === 200).map(({ json }) => json);
    expect([more, new Set(race.map(({ json }) => json.error))]).toEqual([[], new Set([undefined, "invalid_grant"])]);
    await client.send("/oauth2/token", { form });
    for (const name of Object.keys(client.jar)) delete client.jar[name];
    expect((await client.send("/oauth2/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } })).status).toBe(401);
    expect((await client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: "spa", refresh_token: tokens.refresh_token } })).json.error).toBe("invalid_grant");
  });

  it("revokes a refresh token with its session", async () => {
    const client = await authClient();
    await client.signUp("gina@example.com");
    const { code, verifier } = await obtainCode(client, { email: "gina@example.com" });
    const tokens = (
      await client.send("/oauth2/token", { form: { grant_type: "authorization_code", client_id: "spa", code, redirect_uri: "http://app.test/cb", code_verifier: verifier } })
    ).json;
    const bearer = { authorization: `Bearer ${tokens.access_token}` };
    for (const name of Object.keys(client.jar)) delete client.jar[name];
    expect((await client.send("/oauth2/userinfo", { headers: bearer })).status).toBe(200);
    expect((await client.send("/oauth2/revoke", { form: { token: tokens.refresh_token } })).status).toBe(200);
    const after = await client.send("/oauth2/userinfo", { headers: bearer });
    expect([after.status, after.json.error]).toEqual([401, "invalid_grant"]);
    expect((await client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: "spa", refresh_token: tokens.refresh_token } })).json.error).toBe("invalid_grant");
  });

  it("asks for consent of a third-party client once", async () => {
    const client = await authClient();
    await client.signUp("hana@example.com");
    const asked = { clientId: "third", redirectUri: "http://third.test/cb", email: "hana@example.com", scope: "openid email" };
    const { answer, consent } = await obtainCode(client, asked);
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining("Third wants to use your account")]);
    const forged = await client.send(consent, { form: { x_action: "consent" }, headers: { "sec-fetch-site": "cross-site" } });
    expect(forged.headers.location).toBeUndefined();
    const granted = await client.send(consent, { form: { x_action: "consent" } });
    expect(new URL(granted.headers.location as string).searchParams.get("code")).toMatch(/^[A-Za-z0-9]{32}$/);
    expect((await obtainCode(client, asked)).answer.status).toBe(303);
  });
});

describe("authorization requests", () => {
  it("refuses unknown clients and foreign redirect URIs without redirecting (open redirect)", async () => {
    const client = await authClient();
    const unknown = await client.send("/oauth2/authorize?client_id=nope&redirect_uri=http://evil.test/");
    const foreign = await client.send("/oauth2/authorize?client_id=spa&redirect_uri=http://app.test/cb/");
    expect([unknown.status, unknown.body.includes("error: unauthorized_client"), unknown.headers.location]).toEqual([400, true, undefined]);
    expect([foreign.status, foreign.body.includes("redirect URI is not allowed"), foreign.headers.location]).toEqual([400, true, undefined]);
  });

  it.each([
    ["no challenge", { code_challenge: "" }, "invalid_request", "PKCE code challenge is required for public clients"],
    ["plain PKCE", { code_challenge_method: "plain" }, "invalid_request", "only 'S256' PKCE transform is supported"],
    ["no openid", { scope: "email" }, "invalid_scope", "must request 'openid' scope"],
    ["prompt none without session", { prompt: "none" }, "login_required", "authentication required"],
    ["odd response type", { response_type: "id_token" }, "unauthorized_client", "response type is not allowed for this client"],
  ])("sends errors to the redirect URI: %s", async (_name, change, error, description) => {
    const client = await authClient();
    const base = { client_id: "spa", redirect_uri: "http://app.test/cb", response_type: "code", scope: "openid", code_challenge: "c", code_challenge_method: "S256", state: "s" };
    const answer = await client.send(`/oauth2/authorize?${new URLSearchParams({ ...base, ...change })}`);
    expect(Object.fromEntries(new URL(answer.headers.location as string).searchParams)).toEqual({ error, error_description: description, state: "s" });
  });

  it("serves metadata and keys without private parts", async () => {
    const client = await authClient();
    const metadata = (await client.send("/.well-known/openid-configuration")).json;
    expect(metadata).toEqual((await client.send("/.well-known/oauth-authorization-server")).json);
    expect(metadata.issuer).toBe(`http://${client.project.host}`);
    const keys = (await client.send("/oauth2/jwks")).json.keys;
    expect(Object.keys(keys[0]).sort()).toEqual(["alg", "created_at", "e", "kid", "kty", "n", "use"]);
  });

  it("logs out by end_session and goes only where a client may be sent", async () => {
    const client = await authClient();
    await client.signUp("ivan@example.com");
    const out = await client.send("/oauth2/end_session?post_logout_redirect_uri=http://app.test/bye&state=z");
    expect([out.status, out.headers.location]).toEqual([303, "http://app.test/bye?state=z"]);
    expect((await client.send("/_resolver/resolve")).headers["x-authgear-session-valid"]).toBeUndefined();
    expect((await client.send("/oauth2/end_session?post_logout_redirect_uri=http://evil.test/")).headers.location).toBe("/settings");
  });
});

describe("who the request expects", () => {
  it("does not let another user finish a request with an enforced login hint (session mix-up)", async () => {
    const client = await authClient();
    await client.signUp("kim@example.com");
    await client.signUp("lee@example.com");
    const hint = `https://authgear.com/login_hint?${new URLSearchParams({ type: "login_id", enforce: "true", email: "kim@example.com" })}`;
    const query = new URLSearchParams({ login_hint: hint }).toString();
    const wrong = (await client.flow("login", [{ identification: "email", login_id: "lee@example.com" }], query)).at(-1);
    expect(wrong?.json.error).toMatchObject({ reason: "AuthenticationFlowDifferentUserID", code: 400 });
    const right = (await client.flow("login", [{ identification: "email", login_id: "kim@example.com" }], query)).at(-1);
    expect(right?.json.result.action.type).toBe("authenticate");
  });

  it("does not let another user finish a request that names a user by id_token_hint (session mix-up)", async () => {
    const client = await authClient();
    await client.signUp("max@example.com");
    await client.signUp("nia@example.com");
    const { code, verifier } = await obtainCode(client, { email: "max@example.com" });
    const tokens = (
      await client.send("/oauth2/token", { form: { grant_type: "authorization_code", client_id: "spa", code, redirect_uri: "http://app.test/cb", code_verifier: verifier } })
    ).json;
    const query = new URLSearchParams({
      client_id: "spa",
      redirect_uri: "http://app.test/cb",
      response_type: "code",
      scope: "openid",
      code_challenge: "c",
      code_challenge_method: "S256",
      prompt: "login",
      id_token_hint: tokens.id_token,
    });
    const ui = new URL((await client.send(`/oauth2/authorize?${query}`)).headers.location as string);
    const refused = (await client.flow("login", [{ identification: "email", login_id: "nia@example.com" }], ui.search.slice(1))).at(-1);
    expect(refused?.json.error).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "MismatchedUser" } } });
  });
});
