import { ClientResourceStore, ResourceStore, ScopeStore } from "@gatehouse/record-resources";
import { describe, expect, it } from "vitest";
import { type AuthClient, obtainCode, pkce, type Reply } from "./auth-client.js";
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

  describe("for several APIs", () => {
    const BOTH = new URLSearchParams([
      ["resource", API],
      ["resource", OTHER],
    ]);
    /** A form in which `resource` comes several times. */
    const withBoth = (client: AuthClient, path: string, form: Record<string, string>): Promise<Reply> =>
      client.send(path, { method: "POST", raw: `${new URLSearchParams(form)}&${BOTH}`, headers: { "content-type": "application/x-www-form-urlencoded" } });
    const all = { resource_indicators_enabled: true, introspection_enabled: true, pushed_authorization_requests_enabled: true };
    const BOTH_SCOPES = `${SCOPE} read:other`;

    async function both(oauth: Record<string, unknown> = all): Promise<AuthClient> {
      const client = await project(oauth);
      const { ctx, db } = client.project;
      await db.transaction(async (tx) => {
        await new ScopeStore().create(ctx, tx, { resourceUri: OTHER, scope: "read:other" });
        await new ClientResourceStore().addScopes(ctx, tx, { resourceUri: OTHER, clientId: "spa", scopes: ["read:other"] });
      });
      return client;
    }
    const pushed = async (client: AuthClient) => {
      const { verifier, challenge } = pkce();
      const form = { client_id: "spa", redirect_uri: "http://app.test/cb", response_type: "code", scope: BOTH_SCOPES, code_challenge: challenge, code_challenge_method: "S256" };
      const { request_uri } = (await withBoth(client, "/oauth2/par", form)).json;
      return { ...(await obtainCode(client, { email: "res@example.com", more: { request_uri } })), verifier };
    };

    it("give access tokens for all of them, or for those that the token request names, with their scopes; the refresh token stays whole", async () => {
      const client = await both();
      const { refresh_token, access_token } = (await exchange(client, await pushed(client))).json;
      expect(partsOf(access_token).claims).toMatchObject({ aud: [API, OTHER], scope: BOTH_SCOPES });
      for (const name of Object.keys(client.jar)) delete client.jar[name];
      const part = (await exchange(client, await pushed(client), { resource: OTHER })).json;
      expect(partsOf(part.access_token).claims).toMatchObject({ aud: [OTHER], scope: "openid offline_access read:other" });
      const told = await client.send("/oauth2/introspect", { form: { token: part.access_token, client_id: "web", client_secret: "secret-of-web" } });
      expect(told.json).toMatchObject({ active: true, aud: [OTHER], scope: "openid offline_access read:other" });
      for (const token of [refresh_token, part.refresh_token]) {
        expect(partsOf((await refresh(client, token, { resource: API })).json.access_token).claims).toMatchObject({ aud: [API], scope: SCOPE });
        const again = await withBoth(client, "/oauth2/token", { grant_type: "refresh_token", client_id: "spa", refresh_token: token });
        expect(partsOf(again.json.access_token).claims.aud.toSorted()).toEqual([OTHER, API].toSorted());
        expect(partsOf((await refresh(client, token)).json.access_token).claims.scope).toBe(BOTH_SCOPES);
        expect((await refresh(client, token, { resource: "https://no.test" })).json).toEqual({ error: "invalid_target", error_description: "resource was not granted" });
      }
    });

    it("are read from the query and from the form of the authorization endpoint", async () => {
      const client = await both();
      const asked = { client_id: "spa", redirect_uri: "http://app.test/cb", response_type: "code", scope: BOTH_SCOPES, code_challenge: "c", code_challenge_method: "S256" };
      const query = await client.send(`/oauth2/authorize?${new URLSearchParams(asked)}&${BOTH}`);
      expect(new URL(query.headers.location as string).pathname).toBe("/_internals/oauth_entrypoint");
      expect(new URL((await withBoth(client, "/oauth2/authorize", asked)).headers.location as string).pathname).toBe("/_internals/oauth_entrypoint");
      for (const more of [
        "resource=https://no.test",
        Array.from({ length: 9 }, (_one, n) => `resource=https://no.test/${n}`).join("&"),
        "resource=https://api.test/v1%20https://api.test/v1",
      ]) {
        const refused = await client.send(`/oauth2/authorize?${new URLSearchParams(asked)}&${BOTH}&${more}`);
        expect(new URL(refused.headers.location as string).searchParams.get("error")).toBe("invalid_target");
      }
    });

    it("lose the one that was taken away, unless it is asked for", async () => {
      const client = await both();
      const { ctx, db } = client.project;
      const { refresh_token } = (await exchange(client, await pushed(client))).json;
      await db.transaction((tx) => new ClientResourceStore().removeResource(ctx, tx, { resourceUri: OTHER, clientId: "spa" }));
      expect(partsOf((await refresh(client, refresh_token)).json.access_token).claims).toMatchObject({ aud: [API], scope: SCOPE });
      const refused = await refresh(client, refresh_token, { resource: OTHER });
      expect(refused.json).toEqual({ error: "invalid_target", error_description: "client is not associated with the resource" });
    });

    it("are one for machines: the first counts", async () => {
      const client = await both();
      const token = await withBoth(client, "/oauth2/token", { grant_type: "client_credentials", client_id: "machine", client_secret: "secret-of-machine" });
      expect(partsOf(token.json.access_token).claims).toMatchObject({ aud: [API], scope: "read write" });
    });
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
