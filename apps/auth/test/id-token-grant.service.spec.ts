import { describe, expect, it } from "vitest";
import { statementCount } from "@gatehouse/platform-postgres";
import { AuthorizationCodes } from "@gatehouse/record-grants";
import { type AuthClient, authClient, pkce } from "./auth-client.js";
import { claimsOf, DeviceKey, forgetCookies, grant } from "./device-keys.js";
import { FULL, refresh, signIn, third } from "./session-helpers.js";

const bearer = (token: unknown) => ({ authorization: `Bearer ${token}` });
const decoded = (sid: string) => Buffer.from(sid, "base64url").toString();
const app = { client_id: "app", name: "app", x_application_type: "native", redirect_uris: ["http://app.test/cb"], x_pre_authenticated_url_enabled: true };
const native = () => authClient({ config: { oauth: { clients: [app] } }, secrets: [{ key: "oauth.client_secrets", data: { items: [] } }] });

async function signedIn(client: AuthClient, asked: Partial<Parameters<typeof signIn>[1]> = {}): Promise<Record<string, string>> {
  await client.signUp("ann@example.com");
  const tokens = await signIn(client, { email: "ann@example.com", scope: FULL, ...asked });
  forgetCookies(client);
  return tokens;
}

const device = (nodename: string): string => Buffer.from(JSON.stringify({ ios: { uname: { machine: "iPhone15,2", nodename } } })).toString("base64url");

describe("the ID token grant", () => {
  it("gives a fresh ID token of the bearer's session, without personal attributes, within the budget", async () => {
    const client = await authClient();
    const tokens = await signedIn(client);
    await grant(client, "id-token", {}, bearer(tokens.access_token));
    const counted = await statementCount.during(() => grant(client, "id-token", {}, bearer(tokens.access_token)));
    expect([counted.result.status, Object.keys(counted.result.json), counted.sql]).toEqual([200, ["id_token"], 0]);
    const [before, after] = [claimsOf(tokens.id_token as string), claimsOf(counted.result.json.id_token)];
    expect(after).toMatchObject({ sub: before.sub, sid: before.sid, amr: before.amr, aud: ["spa"], auth_time: before.auth_time });
    expect(after.exp - after.iat).toBe(300);
    expect(after).not.toHaveProperty("email");
  });

  it("works by the cookie of a browser, with its session", async () => {
    const client = await authClient();
    await client.signUp("ann@example.com");
    const { json } = await grant(client, "id-token", {});
    expect(decoded(claimsOf(json.id_token).sid)).toBe(`idp:${client.jar.session?.split(".")[0]}`);
  });

  it("needs a session", async () => {
    const client = await authClient();
    for (const headers of [{}, bearer("nosuch")]) {
      const answer = await grant(client, "id-token", {}, headers as Record<string, string>);
      expect([answer.status, answer.json]).toEqual([401, { error: "invalid_grant", error_description: "valid session is required" }]);
    }
  });

  it("is for clients with full access alone, and not by the token of another one (audience confusion)", async () => {
    const client = await authClient();
    await client.signUp("ann@example.com");
    const tokens = await signIn(client, { email: "ann@example.com", ...third });
    const refused = { error: "unauthorized_client", error_description: "this client may not refresh id token" };
    expect((await grant(client, "id-token", { client_id: "third" }, bearer(tokens.access_token))).json).toEqual(refused);
    forgetCookies(client);
    expect((await grant(client, "id-token", {}, bearer(tokens.access_token))).json).toEqual(refused);
  });

  it("replaces a device secret that is right, and leaves it alone otherwise (replay)", async () => {
    const client = await native();
    const tokens = await signedIn(client, { clientId: "app", scope: `${FULL} device_sso` });
    const ask = (form: Record<string, string>) => grant(client, "id-token", { client_id: "app", ...form }, bearer(tokens.access_token));
    const { ds_hash } = claimsOf(tokens.id_token as string);
    for (const form of [{}, { device_secret: "x".repeat(32) }] as Record<string, string>[]) {
      const { json } = await ask(form);
      expect([Object.keys(json), claimsOf(json.id_token).ds_hash]).toEqual([["id_token"], ds_hash]);
    }
    const { json } = await ask({ device_secret: tokens.device_secret as string });
    expect(json.device_secret).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(claimsOf(json.id_token).ds_hash).not.toBe(ds_hash);
    expect(Object.keys((await ask({ device_secret: tokens.device_secret as string })).json)).toEqual(["id_token"]);
    const race = await Promise.all(Array.from({ length: 8 }, () => ask({ device_secret: json.device_secret })));
    expect(race.filter((answer) => answer.json.device_secret)).toHaveLength(1);
  });

  it("wants the key that the device secret is bound to", async () => {
    const client = await native();
    const key = await DeviceKey.make();
    const tokens = await signedIn(client, { clientId: "app", scope: `${FULL} device_sso`, headers: await key.dpop(client) });
    const ask = async (headers: Record<string, string>) =>
      grant(client, "id-token", { client_id: "app", device_secret: tokens.device_secret as string }, { ...bearer(tokens.access_token), ...headers });
    expect((await ask({})).json.error).toBe("invalid_dpop_proof");
    expect(Object.keys((await ask(await key.dpop(client))).json).sort()).toEqual(["device_secret", "id_token"]);
    expect((await refresh(client, tokens, "app")).json.error).toBe("invalid_dpop_proof");
  });
});

describe("the settings action grant", () => {
  /** A code as the end of a settings action leaves it. */
  async function codeOf(client: AuthClient, change: Record<string, unknown> = {}): Promise<{ code: string; form: Record<string, string> }> {
    const { verifier, challenge } = pkce();
    const info = { userId: crypto.randomUUID(), authenticatedAt: Date.now(), amr: [], session: { type: "none" as const }, createdUser: false };
    const entry = {
      clientId: "spa",
      redirectUri: "http://app.test/cb",
      authorizationId: "",
      info,
      scopes: ["openid"],
      codeChallenge: challenge,
      ssoEnabled: false,
      purpose: "settings_action" as const,
    };
    const code = await new AuthorizationCodes(client.project.redis).create(client.project.ctx, { ...entry, ...change });
    return { code, form: { code, code_verifier: verifier, redirect_uri: "http://app.test/cb" } };
  }

  it("answers with an empty object, once (replay)", async () => {
    const client = await authClient();
    const { form } = await codeOf(client);
    const first = await grant(client, "settings-action", form);
    expect([first.status, first.json]).toEqual([200, {}]);
    expect((await grant(client, "settings-action", form)).json).toEqual({ error: "invalid_grant", error_description: "invalid authorization code" });
  });

  it.each<[string, Record<string, string>, string, string]>([
    ["no code", { code: "" }, "invalid_request", "code is required"],
    ["no verifier", { code_verifier: "" }, "invalid_request", "PKCE code verifier is required"],
    ["a wrong verifier", { code_verifier: "x".repeat(43) }, "invalid_grant", "invalid authorization code"],
    ["an unknown code", { code: "nosuch" }, "invalid_grant", "invalid authorization code"],
    ["another redirect URI", { redirect_uri: "http://app.test/" }, "invalid_request", "invalid redirect URI"],
    ["another client (code injection)", { client_id: "rotating" }, "invalid_grant", "invalid authorization code"],
    ["a device without a model", { x_device_info: "e30" }, "invalid_request", "invalid x_device_info"],
    ["a device with NUL in its name (fault injection)", { x_device_info: device("\u0000") }, "invalid_request", "invalid x_device_info"],
    ["a device with half a character in its name", { x_device_info: device("\ud800") }, "invalid_request", "invalid x_device_info"],
  ])("is refused for %s, and the code stays good", async (_name, change, error, description) => {
    const client = await authClient();
    const { form } = await codeOf(client);
    const refused = await grant(client, "settings-action", { ...form, ...change });
    expect([refused.status, refused.json]).toEqual([400, { error, error_description: description }]);
    expect((await grant(client, "settings-action", form)).status).toBe(200);
  });

  it("wants the secret of a confidential client", async () => {
    const client = await authClient();
    const { form } = await codeOf(client, { clientId: "web", redirectUri: "http://web.test/cb" });
    const ask = (more: Record<string, string>) => grant(client, "settings-action", { ...form, client_id: "web", redirect_uri: "http://web.test/cb", ...more });
    expect([(await ask({})).json, (await ask({ client_secret: "wrong" })).json]).toEqual([
      { error: "invalid_client", error_description: "client secret is required" },
      { error: "invalid_request", error_description: "invalid client secret" },
    ]);
    expect((await ask({ client_secret: "secret-of-web" })).json).toEqual({});
  });

  it("wants the key that the code is bound to", async () => {
    const client = await authClient();
    const key = await DeviceKey.make();
    const { form } = await codeOf(client, { dpopJkt: await key.thumbprint() });
    expect((await grant(client, "settings-action", form)).json.error).toBe("invalid_dpop_proof");
    expect((await grant(client, "settings-action", form, await key.dpop(client))).status).toBe(200);
  });

  it("is no way to tokens, nor are codes for tokens a way to it (code substitution)", async () => {
    const client = await authClient();
    const action = await codeOf(client);
    const tokens = await codeOf(client, { purpose: "tokens" });
    const asTokens = await client.send("/oauth2/token", { form: { grant_type: "authorization_code", client_id: "spa", ...action.form } });
    expect([asTokens.json.error, (await grant(client, "settings-action", tokens.form)).json.error]).toEqual(["invalid_grant", "invalid_grant"]);
  });
});
