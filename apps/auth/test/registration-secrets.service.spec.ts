import { describe, expect, it } from "vitest";
import { obtainCode, pkce } from "./auth-client.js";
import { APP, bearer, letIn, project, register } from "./registration-helpers.js";

describe("clients that register themselves with a secret", () => {
  it.each(["client_secret_basic", "client_secret_post"])("makes a confidential third party with %s: its secret is shown once, kept as a hash, and asked for", async (method) => {
    const client = await project();
    await client.signUp("reg@example.com");
    const made = (await register(client, { ...APP, token_endpoint_auth_method: method === "client_secret_basic" ? undefined : method })).json;
    const { client_id, client_secret } = made;
    expect(made).toMatchObject({ token_endpoint_auth_method: method, client_secret: expect.stringMatching(/^[A-Za-z0-9]{43}$/), client_secret_expires_at: 0 });
    const read = (await client.send(`/oauth2/register/${client_id}`, bearer(made.registration_access_token))).json;
    expect([read.client_secret, read.token_endpoint_auth_method]).toEqual([undefined, method]);
    const stored = await client.project.db.read((tx) => tx.query("select * from registered_client where project_id = $1", [client.project.project.id]));
    expect([stored.length, JSON.stringify(stored).includes(client_secret)]).toEqual([1, false]);

    const { consent, verifier } = await obtainCode(client, {
      clientId: client_id,
      redirectUri: APP.redirect_uris[0] as string,
      email: "reg@example.com",
      scope: "openid offline_access",
    });
    const granted = await client.send(consent, { form: { x_action: "consent" } });
    const code = new URL(granted.headers.location as string).searchParams.get("code") as string;
    const form = { grant_type: "authorization_code", code, redirect_uri: APP.redirect_uris[0] as string, code_verifier: verifier };
    const basic = { authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString("base64")}` };
    const without = await client.send("/oauth2/token", { form: { ...form, client_id } });
    const wrong = await client.send("/oauth2/token", { form: { ...form, client_id, client_secret: "x".repeat(43) } });
    expect([without.json.error, wrong.json]).toEqual(["invalid_client", { error: "invalid_request", error_description: "invalid client secret" }]);
    const prove = method === "client_secret_basic" ? { form, headers: basic } : { form: { ...form, client_id, client_secret } };
    const tokens = await client.send("/oauth2/token", prove);
    expect([tokens.status, typeof tokens.json.refresh_token]).toEqual([200, "string"]);
    const refresh = { grant_type: "refresh_token", client_id, refresh_token: tokens.json.refresh_token };
    const stolen = await client.send("/oauth2/token", { form: refresh });
    expect([stolen.status, stolen.json]).toEqual([400, { error: "invalid_client", error_description: "client secret is required" }]);
    expect((await client.send("/oauth2/token", { form: { ...refresh, client_secret } })).status).toBe(200);
  });

  it("proves a confidential client wherever it comes: introspection, pushed requests, devices, revocation (stolen client id)", async () => {
    const device = "urn:ietf:params:oauth:grant-type:device_code";
    const client = await project({
      dynamic_client_registration: { enabled: true },
      introspection_enabled: true,
      pushed_authorization_requests_enabled: true,
      device_authorization_enabled: true,
    });
    const made = (await register(client, { ...APP, token_endpoint_auth_method: "client_secret_post", grant_types: ["authorization_code", device] })).json;
    expect(made.grant_types).toEqual(["authorization_code", "refresh_token", device]);
    const { client_id, client_secret } = made;
    const authorization = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString("base64")}`;
    const request = { redirect_uri: APP.redirect_uris[0] as string, response_type: "code", scope: "openid", code_challenge: pkce().challenge, code_challenge_method: "S256" };
    for (const [path, form, status] of [
      ["/oauth2/introspect", { token: "x" }, 200],
      ["/oauth2/par", request, 201],
      ["/oauth2/device_authorization", { scope: "openid" }, 200],
      ["/oauth2/revoke", { token: "x" }, 200],
    ] as [string, Record<string, string>, number][]) {
      const refused = await client.send(path, { form: { ...form, client_id, client_secret: "wrong" } });
      expect([path, refused.status, refused.json, refused.headers["www-authenticate"]]).toEqual([
        path,
        401,
        { error: "invalid_client", error_description: "client authentication failed" },
        'Basic realm="client"',
      ]);
      expect([path, (await client.send(path, { form: { ...form, client_id, client_secret } })).status]).toEqual([path, status]);
      expect([path, (await client.send(path, { form, headers: { authorization } })).status]).toEqual([path, status]);
      expect([path, (await client.send(path, { form: { ...form, client_id }, headers: { authorization } })).status]).toEqual([path, status]);
    }
    const unchallenged = await client.send("/oauth2/par", { form: { ...request, code_challenge: "", client_id, client_secret } });
    expect(unchallenged.json.error_description).toBe("PKCE code challenge is required for clients that registered themselves");
    expect((await client.send("/.well-known/openid-configuration")).json.revocation_endpoint_auth_methods_supported).toEqual(["none", "client_secret_post", "client_secret_basic"]);
  });

  it("lets a client that proves itself revoke its own tokens alone (token scanning)", async () => {
    const client = await project();
    await client.signUp("reg@example.com");
    const other = (await register(client, { ...APP, token_endpoint_auth_method: "client_secret_post" })).json;
    const { client_id } = (await register(client)).json;
    const { tokens } = await letIn(client, client_id, "https://app.example.com/cb");
    for (const name of Object.keys(client.jar)) delete client.jar[name];
    for (const token of [tokens.json.access_token, tokens.json.refresh_token]) {
      const refused = await client.send("/oauth2/revoke", { form: { token, client_id: other.client_id, client_secret: other.client_secret } });
      expect([refused.status, refused.json]).toEqual([400, { error: "invalid_grant", error_description: "the token was issued to another client" }]);
    }
    expect((await client.send("/oauth2/userinfo", bearer(tokens.json.access_token))).status).toBe(200);
    // Nothing is asked of the project's own clients there, and a secret they send is not looked at.
    const own = { token: tokens.json.access_token, client_id: "web", client_secret: "wrong" };
    expect((await client.send("/oauth2/revoke", { form: own })).status).toBe(200);
    expect((await client.send("/oauth2/userinfo", bearer(tokens.json.access_token))).status).toBe(401);
  });
});
