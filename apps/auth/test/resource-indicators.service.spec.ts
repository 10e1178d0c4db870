import { ClientResourceStore, ResourceStore, ScopeStore } from "@gatehouse/record-resources";
import { describe, expect, it } from "vitest";
import { type AuthClient, obtainCode, type Reply } from "./auth-client.js";
import { API, machineProject, partsOf } from "./machine-project.js";

const OTHER = "https://other-api.test";
const SCOPE = "openid offline_access read";

/** A project where `spa` and `third` may read at `API`, and `spa` may use `OTHER` without a scope. */
async function project(oauth: Record<string, unknown> = { resource_indicators_enabled: true, introspection_enabled: true }): Promise<AuthClient> {
  const client = await machineProject(oauth);
  const { ctx, db } = client.project;
  await db.transaction(async (tx) => {
    const links = new ClientResourceStore();
    await new ResourceStore().create(ctx, tx, { uri: OTHER });
    await new ScopeStore().create(ctx, tx, { resourceUri: OTHER, scope: "read" });
    await links.addResource(ctx, tx, { resourceUri: OTHER, clientId: "spa" });
    for (const clientId of ["spa", "third"]) {
      await links.addResource(ctx, tx, { resourceUri: API, clientId });
      await links.addScopes(ctx, tx, { resourceUri: API, clientId, scopes: ["read"] });
    }
  });
  await client.signUp("res@example.com");
  return client;
}

const exchange = (client: AuthClient, { code, verifier }: { code: string; verifier: string }, more: Record<string, string> = {}): Promise<Reply> =>
  client.send("/oauth2/token", { form: { grant_type: "authorization_code", client_id: "spa", code, redirect_uri: "http://app.test/cb", code_verifier: verifier, ...more } });
const refresh = (client: AuthClient, refresh_token: string, more: Record<string, string> = {}): Promise<Reply> =>
  client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: "spa", refresh_token, ...more } });
const forApi = (client: AuthClient, more: Record<string, string> = {}) => obtainCode(client, { email: "res@example.com", scope: SCOPE, more: { resource: API, ...more } });

describe("resource indicators", () => {
  it("give JWT access tokens for the API alone, and so do refreshes (token redirection)", async () => {
    const client = await project();
    const tokens = (await exchange(client, await forApi(client), { resource: API })).json;
    const again = (await refresh(client, tokens.refresh_token)).json;
    for (const token of [tokens.access_token, again.access_token, (await refresh(client, tokens.refresh_token, { resource: API })).json.access_token])
      expect(partsOf(token).claims).toMatchObject({ aud: [API], scope: SCOPE, client_id: "spa" });
    expect(partsOf(tokens.id_token).claims.aud).toEqual(["spa"]);
    for (const name of Object.keys(client.jar)) delete client.jar[name];
    expect((await client.send("/oauth2/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } })).status).toBe(401);
    const told = await client.send("/oauth2/introspect", { form: { token: tokens.access_token, client_id: "web", client_secret: "secret-of-web" } });
    expect(told.json).toMatchObject({ active: true, aud: [API], scope: SCOPE });
  });

  it("let nobody swap the API at the token endpoint", async () => {
    const client = await project();
    const made = await forApi(client);
    const swapped = await exchange(client, made, { resource: OTHER });
    expect(swapped.json).toEqual({ error: "invalid_target", error_description: "resource was not granted" });
    const { refresh_token } = (await exchange(client, made)).json;
    expect((await refresh(client, refresh_token, { resource: OTHER })).json.error).toBe("invalid_target");
    const plain = await obtainCode(client, { email: "res@example.com", scope: "openid offline_access" });
    expect((await exchange(client, plain, { resource: API })).json.error).toBe("invalid_target");
    const without = (await exchange(client, plain)).json;
    expect([without.access_token.length, (await refresh(client, without.refresh_token, { resource: API })).json.error]).toEqual([32, "invalid_target"]);
  });

  it("follow what the client may do today: scopes and APIs that were taken away are gone at the next refresh", async () => {
    const client = await project();
    const { ctx, db } = client.project;
    const { refresh_token } = (await exchange(client, await forApi(client))).json;
    await db.transaction((tx) => new ClientResourceStore().removeScopes(ctx, tx, { resourceUri: API, clientId: "spa", scopes: ["read"] }));
    expect(partsOf((await refresh(client, refresh_token)).json.access_token).claims.scope).toBe("openid offline_access");
    await db.transaction((tx) => new ClientResourceStore().removeResource(ctx, tx, { resourceUri: API, clientId: "spa" }));
    expect((await refresh(client, refresh_token)).json).toEqual({ error: "invalid_target", error_description: "client is not associated with the resource" });
  });

  it.each([
    ["an unknown API", { resource: "https://no.test" }, "invalid_scope"],
    ["an unknown API without its scopes", { resource: "https://no.test", scope: "openid" }, "invalid_target"],
    ["an API of other clients", { resource: API, client_id: "listed", scope: "openid" }, "invalid_target"],
    ["a scope of another API", { resource: OTHER }, "invalid_scope"],
    ["a scope the client does not have", { resource: API, scope: "openid admin" }, "invalid_scope"],
    ["an answer without a code", { resource: API, response_type: "none" }, "invalid_target"],
    ["a scope without its API", { resource: "" }, "invalid_scope"],
  ])("refuse %s", async (_name, change, error) => {
    const client = await project();
    const asked = {
      client_id: "spa",
      redirect_uri: "http://app.test/cb",
      response_type: "code",
      scope: SCOPE,
      code_challenge: "c",
      code_challenge_method: "S256",
      state: "s",
      ...change,
    };
    const answer = await client.send(`/oauth2/authorize?${new URLSearchParams(asked)}`);
    expect(new URL(answer.headers.location as string).searchParams.get("error")).toBe(error);
  });

  it("ask for consent to the scopes of an API each time, by name (consent by confusion)", async () => {
    const client = await project();
    const asked = { clientId: "third", redirectUri: "http://third.test/cb", email: "res@example.com", scope: "openid read", more: { resource: API } };
    for (let time = 0; time < 2; time += 1) {
      const { answer, consent } = await obtainCode(client, asked);
      expect([answer.status, answer.body]).toEqual([200, expect.stringContaining("<li>read</li>")]);
      expect((await client.send(consent, { form: { x_action: "consent" } })).status).toBe(303);
    }
    const silent = { client_id: "third", redirect_uri: "http://third.test/cb", response_type: "code", scope: "openid read", prompt: "none", resource: API };
    const answer = await client.send(`/oauth2/authorize?${new URLSearchParams(silent)}`);
    expect(new URL(answer.headers.location as string).searchParams.get("error")).toBe("access_denied");
  });

  it("mean nothing unless they are switched on", async () => {
    const client = await project({});
    const made = await obtainCode(client, { email: "res@example.com", scope: "openid offline_access", more: { resource: "https://no.test" } });
    const tokens = (await exchange(client, made, { resource: "https://any.test" })).json;
    expect([tokens.access_token.length, (await refresh(client, tokens.refresh_token, { resource: API })).status]).toEqual([32, 200]);
  });
});
