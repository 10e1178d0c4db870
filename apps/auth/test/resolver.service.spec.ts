import { afterEach, describe, expect, it, vi } from "vitest";
import { createResolverService } from "../src/index.js";
import { testPlatform } from "@gatehouse/platform-testing";
import { authClient, type AuthClient } from "./auth-client.js";
import { another, FULL, later, refresh, republish, resolve, signIn } from "./session-helpers.js";

afterEach(() => void vi.useRealTimers());

const invalid = { "session-valid": "false" };
const valid = { "session-valid": "true" };

const userOf = async (client: AuthClient): Promise<string> => (await client.send("/oauth2/userinfo")).json.sub;
const setUser = (client: AuthClient, set: string, values: unknown[] = []): Promise<unknown> =>
  client.project.db.read((tx) => tx.query(`update auth_user set ${set} where project_id = $1`, [client.project.project.id, ...values]));

describe("the resolver", () => {
  it("says nothing of a request without credentials", async () => {
    const client = await authClient();
    for (const path of ["/resolve", "/_resolver/resolve"]) {
      const { status, body, headers } = await client.send(path);
      expect([status, body, Object.keys(headers).filter((name) => name.startsWith("x-authgear-"))]).toEqual([200, "", []]);
    }
  });

  it("tells who a session cookie is", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const { "session-authenticated-at": at, ...told } = await resolve(client, { cookie: client.jar.session });
    expect(told).toEqual({
      "session-valid": "true",
      "user-id": await userOf(client),
      "user-anonymous": "false",
      "user-verified": "false",
      "user-can-reauthenticate": "true",
      "session-amr": "pwd x_primary_password",
    });
    expect(Math.abs(Number(at) - Date.now() / 1000)).toBeLessThan(10);
  });

  it("says of a bad session cookie only that it is bad, and clears it", async () => {
    const client = await authClient();
    for (const session of ["garbage", "a.b.c", `${client.project.ctx.newId()}.${"x".repeat(32)}`]) {
      const bare = another(client);
      bare.jar.session = session;
      const { headers, status } = await bare.send("/resolve");
      expect([status, Object.keys(headers).filter((name) => name.startsWith("x-authgear-"))]).toEqual([200, ["x-authgear-session-valid"]]);
      expect([headers["x-authgear-session-valid"], bare.jar.session]).toEqual(["false", undefined]);
    }
  });

  it("passes over a bad bearer token, in favour of the cookie where there is one", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    expect(await resolve(client, { bearer: "garbage" })).toEqual({});
    expect(await resolve(client, { bearer: "eyJhbGciOiJub25lIn0.e30." })).toEqual({});
    expect(await resolve(client, { bearer: "garbage", cookie: client.jar.session })).toMatchObject(valid);
    expect(await resolve(client, { bearer: "garbage", cookie: "garbage" })).toEqual(invalid);
  });

  it("believes the bearer token before the cookie, whatever case its scheme is in; DPoP is another scheme", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const user = await userOf(client);
    const tokens = await signIn(another(client), { email: "a@example.com" });
    const other = another(client);
    await other.signUp("b@example.com");
    for (const scheme of ["Bearer", "bearer", "BEARER"])
      expect(await resolve(client, { bearer: tokens.access_token, cookie: other.jar.session, scheme })).toMatchObject({ ...valid, "user-id": user });
    expect(await resolve(client, { bearer: tokens.access_token, scheme: "DPoP" })).toEqual({});
  });

  it("answers GET and HEAD alone", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    for (const path of ["/resolve", "/_resolver/resolve"]) {
      for (const method of ["POST", "PUT", "DELETE", "OPTIONS"] as const) expect([method, (await client.send(path, { method })).status]).toEqual([method, 405]);
      const head = await client.send(path, { method: "HEAD" as "GET" });
      expect([head.status, head.body, head.headers["x-authgear-session-valid"]]).toEqual([200, "", "true"]);
    }
  });

  it("runs alone on an internal port, and knows no other host", async () => {
    const { resources } = await testPlatform();
    const client = await authClient();
    await client.signUp("a@example.com");
    const service = await createResolverService(resources);
    const ask = (host: string, url: string) => service.fastify.inject({ url, headers: { host, cookie: `session=${client.jar.session}` } });
    expect((await ask(client.project.host, "/resolve")).headers["x-authgear-session-valid"]).toBe("true");
    expect([
      (await ask("elsewhere.test", "/resolve")).statusCode,
      (await ask(client.project.host, "/healthz")).statusCode,
      (await ask(client.project.host, "/oauth2/jwks")).statusCode,
    ]).toEqual([404, 200, 404]);
    await service.fastify.close();
  });

  it("does not know sessions of another project (cross-tenant session)", async () => {
    const [one, two] = [await authClient(), await authClient()];
    await one.signUp("a@example.com");
    const tokens = await signIn(another(one), { email: "a@example.com" });
    expect(await resolve(two, { cookie: one.jar.session })).toEqual(invalid);
    expect(await resolve(two, { bearer: tokens.access_token })).toEqual({});
  });

  it("finds an access token and its session in one statement, and needs none for a minute", async () => {
    const { statementCount } = await import("@gatehouse/platform-postgres");
    const client = await authClient();
    await client.signUp("a@example.com");
    const tokens = await signIn(client, { email: "a@example.com", more: { x_sso_enabled: "true" } });
    const ask = () => statementCount.during(() => resolve(client, { bearer: tokens.access_token }));
    expect([(await ask()).sql, (await ask()).sql]).toEqual([1, 0]);
  });
});

describe("users who may not sign in", () => {
  it.each([
    ["disabled", "is_indefinitely_disabled = true"],
    ["deactivated by himself", "is_indefinitely_disabled = true, is_deactivated = true, delete_at = now() + interval '1 day'"],
    ["disabled for a time", "temporarily_disabled_from = now() - interval '1 hour', temporarily_disabled_until = now() + interval '1 hour'"],
    ["not valid yet", "account_valid_from = now() + interval '1 hour'"],
    ["not valid any more", "account_valid_until = now() - interval '1 hour'"],
    ["to be deleted", "is_indefinitely_disabled = true, delete_at = now() + interval '1 day'"],
    ["to be anonymized", "is_indefinitely_disabled = true, anonymize_at = now() + interval '1 day'"],
    ["anonymized", "is_anonymized = true"],
  ])("have no session: %s", async (_name, set) => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const tokens = await signIn(client, { email: "a@example.com" });
    await setUser(client, set);
    await later(client, 0);
    expect(await resolve(client, { cookie: client.jar.session })).toEqual(invalid);
    expect(await resolve(client, { bearer: tokens.access_token })).toEqual(invalid);
    expect((await refresh(client, tokens)).json).toEqual({ error: "invalid_grant", error_description: "invalid refresh token" });
  });

  it("keep their sessions until the period begins", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const tokens = await signIn(client, { email: "a@example.com" });
    await setUser(client, "temporarily_disabled_from = now() + interval '1 hour', temporarily_disabled_until = now() + interval '2 hours'");
    await later(client, 0);
    expect(await resolve(client, { cookie: client.jar.session })).toMatchObject(valid);
    expect((await refresh(client, tokens)).status).toBe(200);
    await later(client, 3700);
    expect(await resolve(client, { cookie: client.jar.session })).toEqual(invalid);
    expect((await refresh(client, tokens)).json.error).toBe("invalid_grant");
  });
});

describe("access tokens", () => {
  it("end by themselves; those of before a rotation go on", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const tokens = await signIn(client, { email: "a@example.com", clientId: "rotating" });
    const again = (await refresh(client, tokens, "rotating")).json;
    expect(again.refresh_token).not.toBe(tokens.refresh_token);
    for (const bearer of [tokens.access_token, again.access_token]) expect(await resolve(client, { bearer })).toMatchObject(valid);
    await later(client, 1801);
    expect(await resolve(client, { bearer: again.access_token })).toEqual({});
  });

  it("name the origin and themselves when they are JWTs, and are not believed elsewhere", async () => {
    const clients = [{ client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"], issue_jwt_access_token: true }];
    const client = await authClient({ config: { oauth: { clients } } });
    await client.signUp("a@example.com");
    const { access_token: bearer, refresh_token } = await signIn(client, { email: "a@example.com" });
    const [header, payload] = (bearer as string).split(".").map((part, index) => (index < 2 ? JSON.parse(Buffer.from(part, "base64url").toString("utf8")) : part));
    expect([header.typ, payload.aud, payload.jti]).toEqual(["at+jwt", [`http://${client.project.host}`], expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(await resolve(client, { bearer })).toMatchObject(valid);
    expect(await resolve(client, { bearer: `${bearer.slice(0, -4)}AAAA` })).toEqual({});
    await client.send("/oauth2/revoke", { form: { token: bearer } });
    expect(await resolve(client, { bearer })).toMatchObject(valid);
    await client.send("/oauth2/revoke", { form: { token: refresh_token } });
    expect(await resolve(client, { bearer })).toEqual({});
  });

  it("without offline access end with the login that they rest on", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const { access_token: bearer, refresh_token } = await signIn(client, { email: "a@example.com", scope: FULL.replace("offline_access ", "") });
    expect([refresh_token, await resolve(client, { bearer })]).toEqual([undefined, expect.objectContaining(valid)]);
    await client.send("/oauth2/end_session");
    expect(await resolve(client, { bearer })).toEqual({});
  });

  it("of a shared sign-on end when its lifetime is shortened, at once (GH-15)", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const shared = await signIn(client, { email: "a@example.com", more: { x_sso_enabled: "true" } });
    const own = await signIn(another(client), { email: "a@example.com", more: { x_sso_enabled: "false" } });
    await later(client, 700);
    await republish(client, (config) => Object.assign(config, { session: { lifetime_seconds: 600, idle_timeout_seconds: 600 } }));
    expect(await resolve(client, { bearer: shared.access_token })).toEqual({});
    expect((await refresh(client, shared)).json.error).toBe("invalid_grant");
    expect(await resolve(client, { bearer: own.access_token })).toMatchObject(valid);
  });

  it("of a client whose refresh tokens live shorter now end at once, and come back with the client", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const tokens = await signIn(client, { email: "a@example.com" });
    await later(client, 1000);
    const change = (more: object) => republish(client, (config) => Object.assign(config.oauth.clients[0], more));
    await change({ access_token_lifetime_seconds: 300, refresh_token_lifetime_seconds: 600 });
    expect(await resolve(client, { bearer: tokens.access_token })).toEqual({});
    expect((await refresh(client, tokens)).json).toEqual({ error: "invalid_grant", error_description: "invalid refresh token" });
    await change({ access_token_lifetime_seconds: 1800, refresh_token_lifetime_seconds: 86_400 });
    expect((await refresh(client, tokens)).status).toBe(200);
    await change({ client_id: "renamed" });
    expect(await resolve(client, { bearer: tokens.access_token })).toEqual({});
    await change({ client_id: "spa" });
    expect(await resolve(client, { bearer: tokens.access_token })).toMatchObject(valid);
  });

  it("alone keep a session alive, no wrong secret of it and no ID token that names it (keep-alive by strangers)", async () => {
    const clients = [{ client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"], refresh_token_idle_timeout_seconds: 600 }];
    const client = await authClient({ config: { oauth: { clients }, session: { idle_timeout_seconds: 600 } } });
    await client.signUp("a@example.com");
    const cookie = client.jar.session as string;
    const stranger = another(client);
    const tokens = await signIn(another(client), { email: "a@example.com", more: { x_sso_enabled: "false" } });
    const asked = { client_id: "spa", redirect_uri: "http://app.test/cb", response_type: "code", scope: "openid", code_challenge: "c", code_challenge_method: "S256" };
    await later(client, 500);
    expect(await resolve(client, { cookie: `${cookie.split(".")[0]}.${"x".repeat(32)}` })).toEqual(invalid);
    expect((await stranger.send(`/oauth2/authorize?${new URLSearchParams({ ...asked, id_token_hint: tokens.id_token })}`)).status).toBe(302);
    expect((await stranger.send(`/oauth2/end_session?${new URLSearchParams({ id_token_hint: tokens.id_token })}`)).status).toBe(302);
    await later(client, 101);
    expect(await resolve(client, { cookie })).toEqual(invalid);
    expect((await refresh(client, tokens)).json.error).toBe("invalid_grant");
  });

  it("keep a grant alive while they are used; a dead grant is not revived by asking for it", async () => {
    const clients = [
      {
        client_id: "spa",
        name: "spa",
        x_application_type: "spa",
        redirect_uris: ["http://app.test/cb"],
        refresh_token_idle_timeout_seconds: 600,
        refresh_token_lifetime_seconds: 86_400,
      },
    ];
    const client = await authClient({ config: { oauth: { clients } } });
    await client.signUp("a@example.com");
    const tokens = await signIn(client, { email: "a@example.com", more: { x_sso_enabled: "false" } });
    for (let round = 0; round < 2; round += 1) {
      await later(client, 500);
      expect(await resolve(client, { bearer: tokens.access_token })).toMatchObject(valid);
    }
    await later(client, 601);
    for (let round = 0; round < 2; round += 1) {
      expect((await refresh(client, tokens)).json.error).toBe("invalid_grant");
      await later(client, 1);
      expect(await resolve(client, { bearer: tokens.access_token })).toEqual({});
    }
  });
});
