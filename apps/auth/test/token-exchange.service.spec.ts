import { afterEach, describe, expect, it, vi } from "vitest";
import { statementCount } from "@gatehouse/platform-postgres";
import { type AuthClient, authClient, type Reply } from "./auth-client.js";
import { claimsOf, DeviceKey, forgetCookies, grant } from "./device-keys.js";
import { FULL, later, refresh, resolve, signIn } from "./session-helpers.js";

const TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";
const REQUESTED = "urn:authgear:params:oauth:token-type:pre-authenticated-url-token";
const URL_SCOPE = "https://authgear.com/scopes/pre-authenticated-url";
const SCOPE = `${FULL} device_sso ${URL_SCOPE}`;
const URL_TYPE = "urn:authgear:params:oauth:response-type:pre-authenticated-url token";
const clients = [
  { client_id: "app", name: "app", x_application_type: "native", redirect_uris: ["http://app.test/cb"], x_pre_authenticated_url_enabled: true },
  { client_id: "site", name: "site", x_application_type: "spa", redirect_uris: ["http://site.test/cb"], x_pre_authenticated_url_enabled: true },
  { client_id: "bare", name: "bare", x_application_type: "spa", redirect_uris: ["http://bare.test/cb"] },
];

/** An app with a device secret, and no browser. */
async function appOf(client: AuthClient, { scope = SCOPE, headers }: { scope?: string; headers?: Record<string, string> } = {}): Promise<Record<string, string>> {
  const tokens = await signIn(client, { email: "ann@example.com", clientId: "app", scope, more: { x_sso_enabled: "false" }, ...(headers ? { headers } : {}) });
  forgetCookies(client);
  return tokens;
}

async function project(): Promise<AuthClient> {
  const client = await authClient({ config: { oauth: { clients } }, secrets: [{ key: "oauth.client_secrets", data: { items: [] } }] });
  await client.signUp("ann@example.com");
  return client;
}

async function ready(): Promise<{ client: AuthClient; tokens: Record<string, string> }> {
  const client = await project();
  return { client, tokens: await appOf(client) };
}

const form = (client: AuthClient, tokens: Record<string, string>): Record<string, string> => ({
  client_id: "site",
  requested_token_type: REQUESTED,
  actor_token_type: "urn:x-oath:params:oauth:token-type:device-secret",
  actor_token: tokens.device_secret as string,
  subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
  subject_token: tokens.id_token as string,
  audience: `http://${client.project.host}`,
});

const exchange = (client: AuthClient, tokens: Record<string, string>, change: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Reply> =>
  grant(client, TYPE, { ...form(client, tokens), ...change }, headers);

function open(client: AuthClient, { token, hint }: { token: string; hint: string }): Promise<Reply> {
  const params = {
    client_id: "site",
    redirect_uri: "http://site.test/cb",
    response_type: URL_TYPE,
    response_mode: "cookie",
    prompt: "none",
    state: "s",
    x_pre_authenticated_url_token: token,
    id_token_hint: hint,
  };
  return client.send(`/oauth2/authorize?${new URLSearchParams(params)}`);
}

afterEach(() => void vi.useRealTimers());

describe("token exchange", () => {
  it("gives a token for one visit of the web client, a new device secret and an ID token, within the budget", async () => {
    const { client, tokens } = await ready();
    const counted = await statementCount.during(() => exchange(client, tokens));
    const { access_token, device_secret, id_token, ...rest } = counted.result.json;
    expect(counted.sql).toBeLessThanOrEqual(3);
    expect(rest).toEqual({ issued_token_type: REQUESTED, token_type: "Bearer", expires_in: 300 });
    expect([access_token, device_secret]).toEqual([expect.stringMatching(/^[A-Za-z0-9]{32}$/), expect.stringMatching(/^[A-Za-z0-9]{32}$/)]);
    const [before, after] = [claimsOf(tokens.id_token as string), claimsOf(id_token)];
    expect(after).toMatchObject({ aud: ["site"], sub: before.sub, sid: before.sid });
    expect(after.ds_hash).not.toBe(before.ds_hash);
    expect(after).not.toHaveProperty("email");
    const opened = await open(client, { token: access_token, hint: id_token });
    expect([opened.status, Object.keys(opened.cookies)]).toEqual([303, ["app_access_token"]]);
    const used = await open(client, { token: access_token, hint: id_token });
    expect(new URL(used.headers.location as string).searchParams.get("error_description")).toBe("invalid x_pre_authenticated_url_token");
  });

  it("ends the device secret it was asked with (replay)", async () => {
    const { client, tokens } = await ready();
    const first = (await exchange(client, tokens)).json;
    const replayed = await exchange(client, tokens);
    expect([replayed.status, replayed.json.error]).toEqual([400, "invalid_grant"]);
    expect((await exchange(client, first)).status).toBe(200);
  });

  it("of many at once lets one through (race)", async () => {
    const { client, tokens } = await ready();
    const answers = await Promise.all(Array.from({ length: 10 }, () => exchange(client, tokens)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it.each<[string, Record<string, string>, string, string | undefined]>([
    ["another requested type", { requested_token_type: "urn:ietf:params:oauth:token-type:access_token" }, "invalid_request", "requested_token_type not supported"],
    ["no requested type", { requested_token_type: "" }, "invalid_request", "requested_token_type not supported"],
    ["another actor type", { actor_token_type: "x" }, "invalid_request", undefined],
    ["another subject type", { subject_token_type: "x" }, "invalid_request", undefined],
    ["another audience", { audience: "http://evil.test" }, "invalid_request", undefined],
    ["no device secret", { actor_token: "" }, "invalid_request", undefined],
    ["no ID token", { subject_token: "" }, "invalid_request", undefined],
    ["a wrong device secret", { actor_token: "x".repeat(32) }, "invalid_grant", undefined],
    ["an ID token that is none", { subject_token: "a.b.c" }, "invalid_grant", undefined],
    ["scopes beyond the session's", { scope: "openid email" }, "invalid_scope", "requesting extra scopes is not allowed"],
    ["scopes without openid", { scope: "offline_access" }, "invalid_scope", undefined],
  ])("is refused for %s, and the device secret stays good", async (_name, change, error, description) => {
    const { client, tokens } = await ready();
    const { status, json } = await exchange(client, tokens, change);
    expect([status, json]).toEqual([400, { error, error_description: description ?? expect.any(String) }]);
    expect((await exchange(client, tokens)).status).toBe(200);
  });

  it("does not give a web client scopes that it may not ask for", async () => {
    const { client, tokens } = await ready();
    const refused = await exchange(client, tokens, { client_id: "bare", scope: "openid device_sso" });
    expect(refused.json.error).toBe("invalid_scope");
    expect((await exchange(client, tokens, { scope: "openid" })).status).toBe(200);
  });

  it("wants the ID token that came with the device secret (mix-up)", async () => {
    const { client, tokens } = await ready();
    const other = await appOf(client);
    expect((await exchange(client, { ...tokens, id_token: other.id_token as string })).json.error).toBe("invalid_grant");
    expect((await exchange(client, { ...tokens, device_secret: other.device_secret as string })).json.error).toBe("invalid_grant");
  });

  it("is a use of the session only when the device secret and its key are right (a session kept alive by a stolen ID token)", async () => {
    const client = await project();
    const key = await DeviceKey.make();
    const tokens = await appOf(client, { headers: await key.dpop(client) });
    const { db, project: own } = client.project;
    const used = async () => (await db.read((tx) => tx.queryOne("select last_access_at from offline_grant where project_id = $1", [own.id])))?.last_access_at;
    const before = await used();
    await later(client, 3600);
    expect((await exchange(client, { ...tokens, device_secret: "x".repeat(32) }, {}, await key.dpop(client))).json.error).toBe("invalid_grant");
    expect((await exchange(client, tokens)).json.error).toBe("invalid_dpop_proof");
    expect(await used()).toEqual(before);
    expect((await exchange(client, tokens, {}, await key.dpop(client))).status).toBe(200);
    expect(await used()).not.toEqual(before);
  });

  it("is not for a session without the scope, one that is gone, or one of a browser", async () => {
    const client = await project();
    const denied = { error: "insufficient_scope", error_description: "pre-authenticated url is not allowed for this session" };
    const narrow = await appOf(client, { scope: `${FULL} device_sso` });
    expect((await exchange(client, narrow)).json).toEqual(denied);
    const tokens = await appOf(client);
    await client.send("/oauth2/revoke", { form: { token: tokens.refresh_token as string } });
    expect((await exchange(client, tokens)).json).toEqual(denied);
    await client.flow("login", [
      { identification: "email", login_id: "ann@example.com" },
      { authentication: "primary_password", password: "correct horse" },
    ]);
    const { id_token } = (await grant(client, "id-token", { client_id: "app" })).json;
    const refused = await exchange(client, { ...tokens, id_token });
    expect(refused.json).toEqual({ error: "invalid_grant", error_description: "invalid session type" });
  });

  it("wants the key that the device secret is bound to", async () => {
    const client = await project();
    const key = await DeviceKey.make();
    const tokens = await appOf(client, { headers: await key.dpop(client) });
    expect((await exchange(client, tokens)).json).toEqual({ error: "invalid_dpop_proof", error_description: "Invalid DPoP key binding" });
    expect((await exchange(client, tokens, {}, await key.dpop(client))).status).toBe(200);
  });

  it("takes an ID token that has expired, and goes on after a refresh", async () => {
    const { client, tokens } = await ready();
    const renewed = (await refresh(client, tokens, "app")).json;
    expect((await exchange(client, tokens)).json.error).toBe("invalid_grant");
    const { id_token, access_token } = (await exchange(client, renewed)).json;
    await open(client, { token: access_token, hint: id_token });
    const cookie = client.jar.app_access_token as string;
    expect(await resolve(client, { bearer: cookie })).toMatchObject({ "user-id": claimsOf(id_token).sub });
  });
});
