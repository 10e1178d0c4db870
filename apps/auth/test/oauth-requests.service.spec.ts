import { describe, expect, it } from "vitest";
import { authClient, type Reply } from "./auth-client.js";
import { DeviceKey } from "./device-keys.js";
import { DEVICE, refresh, signIn } from "./session-helpers.js";

const GRANT = "urn:authgear:params:oauth:grant-type:";
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const machine = { client_id: "machine", name: "machine", x_application_type: "m2m" };
const app = { client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"] };
const web = { client_id: "web", name: "web", client_name: "Web", x_application_type: "confidential", redirect_uris: ["http://web.test/cb"] };
const secret = (client_id: string) => ({ client_id, keys: [{ kty: "oct", kid: client_id, k: Buffer.from("secret").toString("base64url"), created_at: 1 }] });
const secrets = [{ key: "oauth.client_secrets", data: { items: [secret("machine"), secret("web")] } }];
const project = () => authClient({ config: { oauth: { clients: [machine, app, web], introspection_enabled: true } }, secrets });

describe("the method of a request", () => {
  it.each<[string, "GET" | "PUT" | "POST" | "DELETE", string]>([
    ["/oauth2/token", "GET", "POST"],
    ["/oauth2/revoke", "GET", "POST"],
    ["/oauth2/revoke?token=x", "DELETE", "POST"],
    ["/oauth2/challenge", "GET", "POST"],
    ["/oauth2/app_session_token", "PUT", "POST"],
    ["/oauth2/introspect", "GET", "POST"],
    ["/oauth2/jwks", "POST", "GET"],
    ["/oauth2/consent", "DELETE", "GET, POST"],
    ["/oauth2/authorize", "PUT", "GET, POST"],
    ["/oauth2/userinfo", "PUT", "GET, POST"],
    ["/oauth2/end_session", "DELETE", "GET, POST"],
    ["/.well-known/openid-configuration", "POST", "GET"],
    ["/api/anonymous_user/signup", "GET", "POST"],
  ])("of %s is not %s: 405, and which it may be", async (url, method, allow) => {
    const client = await project();
    for (const headers of [{}, { accept: "text/html" }] as Record<string, string>[]) {
      const answer = await client.send(url, { method, headers });
      expect([answer.status, answer.headers.allow, answer.body]).toEqual([405, allow, ""]);
    }
  });

  it.each(["/oauth2/introspect", "/oauth2/par", "/oauth2/device_authorization", "/device", "/oauth2/register", "/oauth2/register/reg-1"])(
    "is no matter where the project has not switched %s on",
    async (url) => {
      const client = await authClient();
      const statuses = await Promise.all((["GET", "POST", "PUT", "DELETE"] as const).map(async (method) => (await client.send(url, { method })).status));
      expect(statuses).toEqual([404, 404, 404, 404]);
    },
  );

  it("is no matter where there is nothing at all", async () => {
    const client = await project();
    expect([(await client.send("/oauth2/nosuch", { method: "PUT" })).status, (await client.send("/nosuch")).status]).toEqual([404, 404]);
  });
});

describe("the body of a request", () => {
  it.each<[string, Record<string, string>, string]>([
    ["nothing", {}, ""],
    ["JSON", { "content-type": "application/json" }, '{"token":"x"}'],
    ["broken JSON", { "content-type": "application/json" }, "{"],
    ["text", { "content-type": "text/plain" }, "token=x"],
    ["an empty form", FORM, ""],
    ["a form with an unknown token", FORM, "token=x"],
  ])("holds no token for revocation: %s", async (_name, headers, raw) => {
    const answer = await (await project()).send("/oauth2/revoke", { method: "POST", headers, raw });
    expect([answer.status, answer.body]).toEqual([200, ""]);
  });

  it("of no form revokes nothing", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    const tokens = await signIn(client, { email: "ann@example.com" });
    await client.send("/oauth2/revoke", { json: { token: tokens.refresh_token } });
    expect((await refresh(client, tokens)).status).toBe(200);
  });

  it.each<[string, string, Record<string, string>, string, number]>([
    ["broken JSON", "/oauth2/token", { "content-type": "application/json" }, "{", 400],
    ["JSON", "/oauth2/token", { "content-type": "application/json" }, "{}", 400],
    ["broken JSON", "/oauth2/introspect", { "content-type": "application/json" }, "{", 400],
    ["a form that is too large", "/oauth2/token", FORM, `code=${"x".repeat(1024 * 1024)}`, 413],
    ["a form that is too large", "/oauth2/revoke", FORM, `token=${"x".repeat(1024 * 1024)}`, 413],
  ])("is refused in the words of OAuth: %s at %s", async (_name, url, headers, raw, status) => {
    const answer = await (await project()).send(url, { method: "POST", headers, raw });
    expect([answer.status, answer.json]).toEqual([status, { error: "invalid_request", error_description: expect.any(String) }]);
  });
});

describe("parameters of a token request", () => {
  it.each([
    ["authorization_code", "code is required"],
    ["refresh_token", "refresh token is required"],
    [`${GRANT}settings-action`, "code is required"],
    [`${GRANT}anonymous-request`, "jwt is required"],
    [`${GRANT}biometric-request`, "jwt is required"],
    [`${GRANT}app2app-request`, "jwt is required"],
  ])("must be there before it matters who may use %s", async (grant_type, error_description) => {
    const client = await project();
    const answer = await client.send("/oauth2/token", { form: { grant_type, client_id: "machine" } });
    expect([answer.status, answer.json]).toEqual([400, { error: "invalid_request", error_description }]);
    const all = { code: "x", code_verifier: "x", client_secret: "secret", refresh_token: "x", jwt: "x", redirect_uri: "x" };
    const refused = await client.send("/oauth2/token", { form: { grant_type, client_id: "machine", ...all } });
    expect(refused.json).toEqual({ error: "unauthorized_client", error_description: "grant type is not allowed for this client" });
  });
});

describe("a session cookie that does no good", () => {
  it.each(["/oauth2/authorize?client_id=spa", "/oauth2/userinfo", "/oauth2/end_session", "/logout", "/login", "/settings", "/_resolver/resolve"])(
    "is cleared by %s",
    async (url) => {
      const client = await project();
      const cleared = async (cookie: string) =>
        [(await client.send(url, { headers: { cookie } })).headers["set-cookie"] ?? []].flat().some((line) => line?.startsWith("session=;"));
      expect([await cleared("session=junk"), await cleared("session=11111111-1111-4111-8111-111111111111.x"), await cleared("other=1")]).toEqual([true, true, false]);
    },
  );

  const BAD = ["junk", "11111111-1111-4111-8111-111111111111.x"];
  const clears = ({ headers }: Reply) => [headers["set-cookie"] ?? []].flat().some((line) => line?.startsWith("session=;"));

  it("is cleared by the grants that ask for a session", async () => {
    const client = await authClient({ config: { authentication: { identities: ["login_id", "biometric"] } } });
    for (const session of BAD) {
      const headers = { cookie: `session=${session}` };
      const idToken = await client.send("/oauth2/token", { headers, form: { grant_type: `${GRANT}id-token`, client_id: "spa" } });
      const jwt = await (await DeviceKey.make()).sign(client, "biometric_request", { action: "setup", device_info: DEVICE });
      const setup = await client.send("/oauth2/token", { headers, form: { grant_type: `${GRANT}biometric-request`, client_id: "spa", jwt } });
      for (const answer of [idToken, setup]) expect([answer.status, answer.json.error_description, clears(answer)]).toEqual([401, "valid session is required", true]);
    }
    const none = await client.send("/oauth2/token", { form: { grant_type: `${GRANT}id-token`, client_id: "spa" } });
    expect([none.status, none.headers["set-cookie"]]).toEqual([401, undefined]);
  });

  it("stays where the session is good, and may not do what is asked for", async () => {
    const client = await authClient({ config: { authentication: { identities: ["login_id", "biometric"] } } });
    await client.signUp("ann@example.com");
    const tokens = await signIn(client, { email: "ann@example.com", scope: "openid offline_access" });
    const jwt = await (await DeviceKey.make()).sign(client, "biometric_request", { action: "setup", device_info: DEVICE });
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const refused = await client.send("/oauth2/token", { headers, form: { grant_type: `${GRANT}biometric-request`, client_id: "spa", jwt } });
    expect([refused.status, clears(refused), client.jar.session]).toEqual([401, false, expect.any(String)]);
  });

  it.each(["login", "signup", "reauth"])("is cleared by the API of flows: %s", async (type) => {
    const client = await project();
    const known = (await client.send("/api/v1/authentication_flows", { json: { type: "login", name: "default" } })).json.result.state_token;
    for (const session of BAD) {
      const headers = { cookie: `session=${session}` };
      const created = await client.send("/api/v1/authentication_flows", { headers, json: { type, name: "default" } });
      const read = await client.send("/api/v1/authentication_flows/states", { headers, json: { state_token: known } });
      const fed = await client.send("/api/v1/authentication_flows/states/input", { headers, json: { state_token: "nosuch", input: {} } });
      expect([created, read, fed].map(clears)).toEqual([true, true, true]);
    }
  });

  it("gives way to that of a login that finishes", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    const batch_input = [
      { identification: "email", login_id: "ann@example.com" },
      { authentication: "primary_password", password: "correct horse" },
    ];
    const headers = { cookie: "session=junk" };
    const { headers: answered } = await client.send("/api/v1/authentication_flows", { headers, json: { type: "login", name: "default", batch_input } });
    const lines = [answered["set-cookie"] ?? []].flat().filter((line) => line?.startsWith("session="));
    expect(lines).toEqual([expect.stringMatching(/^session=[0-9a-f-]{36}\.\w{32};/)]);
  });

  it.each([
    "/api/v1/account/identification",
    "/api/v1/account/identification/oauth",
    "/_internals/passkey/creation_options",
    "/api/images/upload",
    "/api/anonymous_user/promotion_code",
  ])("is cleared by %s", async (url) => {
    const client = await project();
    const answer = await client.send(url, { headers: { cookie: "session=junk" }, json: { session_type: "cookie" } });
    expect([answer.status >= 400, clears(answer)]).toEqual([true, true]);
  });

  it("is left alone where it does", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    for (const url of ["/oauth2/authorize?client_id=spa", "/oauth2/userinfo", "/logout", "/login"]) await client.send(url);
    await client.send("/oauth2/token", { form: { grant_type: `${GRANT}id-token`, client_id: "spa" } });
    await client.send("/api/v1/authentication_flows", { json: { type: "login", name: "default" } });
    expect(client.jar.session).toBeDefined();
  });
});

describe("a parameter", () => {
  const authorize = (client: Awaited<ReturnType<typeof project>>, more: string): Promise<Reply> =>
    client.send(`/oauth2/authorize?client_id=web&redirect_uri=http://web.test/cb&response_type=code&scope=openid&state=s&${more}`);
  const answerOf = ({ headers }: Reply) => Object.fromEntries(new URL(headers.location as string).searchParams);

  it.each(["request", "request_uri"])("that would hold the request in an object is not left unnoticed: %s", async (name) => {
    const client = await project();
    const refused = await authorize(client, `${name}=https%3A%2F%2Fweb.test%2Frequest`);
    expect(answerOf(refused)).toEqual({ error: `${name}_not_supported`, error_description: "request objects are not supported", state: "s" });
  });

  it("without a value counts as left out (RFC 6749 §3)", async () => {
    const client = await project();
    expect((await authorize(client, "request=&request_uri=&max_age=&nonce=&response_mode=&id_token_hint=")).status).toBe(302);
    const headers = { authorization: `Basic ${Buffer.from("web:secret").toString("base64")}` };
    const { json } = await client.send("/oauth2/token", { form: { grant_type: "authorization_code", client_id: "", client_secret: "", code: "x" }, headers });
    expect(json).toEqual({ error: "invalid_grant", error_description: "invalid authorization code" });
    const stateless = await client.send("/oauth2/authorize?client_id=web&redirect_uri=http://web.test/cb&response_type=code&scope=email&state=");
    expect(answerOf(stateless)).toEqual({ error: "invalid_scope", error_description: "must request 'openid' scope" });
  });

  it.each([
    ["/logout?redirect_uri=%00", 302],
    ["/logout?redirect_uri=/%F0%9F%98%80", 302],
    ["/logout?redirect_uri=/a%0d%0aset-cookie:%20x=y", 302],
    ["/login?x_platform=%00", 200],
    ["/login?x_platform=a%0d%0aset-cookie:%20x=y", 200],
  ])("that no header can hold is no fault of ours: %s (response splitting)", async (url, status) => {
    const client = await project();
    const answer = await client.send(url);
    expect([answer.status, Object.keys(answer.cookies).includes("x")]).toEqual([status, false]);
  });
});
