import { ClientResourceStore, ResourceStore, ScopeStore } from "@gatehouse/record-resources";
import { describe, expect, it } from "vitest";
import { type AuthClient, authClient, type Reply } from "./auth-client.js";
import { partsOf } from "./machine-project.js";

const GRANT = "urn:ietf:params:oauth:grant-type:device_code";
const CLIENTS = [
  { client_id: "tv", name: "tv", client_name: "Television", x_application_type: "native", redirect_uris: ["http://app.test/cb"], grant_types: [GRANT] },
  { client_id: "radio", name: "radio", x_application_type: "native", redirect_uris: ["http://app.test/cb"], grant_types: [GRANT] },
  { client_id: "web", name: "web", client_name: "Web", x_application_type: "confidential", redirect_uris: ["http://web.test/cb"], grant_types: [GRANT] },
  { client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"] },
];
const project = (oauth: Record<string, unknown> = { device_authorization_enabled: true }): Promise<AuthClient> => authClient({ config: { oauth: { clients: CLIENTS, ...oauth } } });

const ask = (client: AuthClient, more: Record<string, string> = {}): Promise<Reply> =>
  client.send("/oauth2/device_authorization", { form: { client_id: "tv", scope: "openid offline_access", ...more } });
/** A device has no cookies. */
const poll = (client: AuthClient, device_code: string, more: Record<string, string> = {}): Promise<Reply> =>
  client.send("/oauth2/token", { form: { grant_type: GRANT, client_id: "tv", device_code, ...more } });
/** Lets the waiting time pass. */
async function wait(client: AuthClient): Promise<void> {
  const { redis, project: own } = client.project;
  const keys = await redis.client.keys(`*${own.id}*device-poll*`);
  if (keys.length > 0) await redis.client.del(...keys);
}
const decide = (client: AuthClient, user_code: string, x_action: string, headers: Record<string, string> = {}): Promise<Reply> =>
  client.send("/device", { form: { user_code, x_action }, headers });

describe("device authorization", () => {
  it("lets a device in that a signed-in person has allowed, with a session of its own", async () => {
    const client = await project();
    const started = await ask(client);
    const { device_code, user_code, ...rest } = started.json;
    const origin = client.project.project.config.http.public_origin;
    expect([started.status, started.headers["cache-control"], rest]).toEqual([
      200,
      "no-store",
      { verification_uri: `${origin}/device`, verification_uri_complete: `${origin}/device?user_code=${user_code}`, expires_in: 600, interval: 5 },
    ]);
    expect([user_code, device_code]).toEqual([expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/), expect.stringMatching(/^[A-Za-z0-9]{43}$/)]);
    expect((await poll(client, device_code)).json.error).toBe("authorization_pending");
    await client.signUp("tv@example.com");
    const form = await client.send(`/device?user_code=${user_code}`);
    expect([form.status, form.body]).toEqual([200, expect.stringContaining(`value="${user_code}"`)]);
    const question = await client.send("/device", { form: { user_code: ` ${user_code.toLowerCase().replace("-", " ")}` } });
    expect([question.status, question.body]).toEqual([200, expect.stringContaining("Let Television in?")]);
    expect(question.body).toContain("tv@example.com");
    expect((await decide(client, user_code, "allow")).body).toContain("Your device is connected");
    await wait(client);
    const tokens = (await poll(client, device_code)).json;
    expect(Object.keys(tokens).sort()).toEqual(["access_token", "expires_in", "id_token", "refresh_token", "token_type"]);
    expect(partsOf(tokens.id_token).claims).toMatchObject({ aud: ["tv"], amr: expect.arrayContaining(["pwd"]) });
    await client.send("/logout", { form: { x_action: "logout" } });
    for (const name of Object.keys(client.jar)) delete client.jar[name];
    const refreshed = await client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: "tv", refresh_token: tokens.refresh_token } });
    expect(refreshed.status).toBe(200);
    expect((await client.send("/oauth2/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } })).json.email).toBe("tv@example.com");
  });

  it("may be for APIs of the client, all or some of them (RFC 8707)", async () => {
    const client = await project({ device_authorization_enabled: true, resource_indicators_enabled: true });
    const { ctx, db } = client.project;
    const [a, b] = ["https://a.test", "https://b.test"] as const;
    await db.transaction(async (tx) => {
      for (const uri of [a, b]) {
        await new ResourceStore().create(ctx, tx, { uri });
        await new ScopeStore().create(ctx, tx, { resourceUri: uri, scope: `read:${uri.at(8)}` });
        await new ClientResourceStore().addResource(ctx, tx, { resourceUri: uri, clientId: "tv" });
        await new ClientResourceStore().addScopes(ctx, tx, { resourceUri: uri, clientId: "tv", scopes: [`read:${uri.at(8)}`] });
      }
    });
    await client.signUp("tv@example.com");
    const start = (resources: string, scope = "openid offline_access read:a read:b"): Promise<Reply> =>
      client.send("/oauth2/device_authorization", {
        method: "POST",
        raw: `${new URLSearchParams({ client_id: "tv", scope })}${resources}`,
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
    const errors = [await start(""), await start(`&resource=${a}`), await start("&resource=https://no.test", "openid")].map(({ json }) => json.error);
    expect(errors).toEqual(["invalid_scope", "invalid_scope", "invalid_target"]);
    const { device_code, user_code } = (await start(`&resource=${a}&resource=${b}`)).json;
    await decide(client, user_code, "allow");
    expect((await poll(client, device_code, { resource: "https://no.test" })).json.error).toBe("invalid_target");
    await wait(client);
    const tokens = (await poll(client, device_code, { resource: b })).json;
    expect(partsOf(tokens.access_token).claims).toMatchObject({ aud: [b], scope: "openid offline_access read:b" });
    const again = await client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: "tv", refresh_token: tokens.refresh_token } });
    expect(partsOf(again.json.access_token).claims).toMatchObject({ aud: [a, b], scope: "openid offline_access read:a read:b" });
  });

  it("gives tokens for a code once, also under a race (code replay)", async () => {
    const client = await project();
    await client.signUp("tv@example.com");
    const { device_code, user_code } = (await ask(client)).json;
    await decide(client, user_code, "allow");
    const race = await Promise.all(
      Array.from({ length: 10 }, async () => {
        await wait(client);
        return poll(client, device_code);
      }),
    );
    expect(race.filter(({ status }) => status === 200).length).toBe(1);
    await wait(client);
    expect((await poll(client, device_code)).json.error).toBe("expired_token");
  });

  it("slows down a device that asks too often", async () => {
    const client = await project();
    const { device_code } = (await ask(client)).json;
    const errors: string[] = [];
    for (let time = 0; time < 3; time += 1) errors.push((await poll(client, device_code)).json.error);
    expect(errors).toEqual(["authorization_pending", "slow_down", "slow_down"]);
    await wait(client);
    await poll(client, device_code);
    const { redis, project: own } = client.project;
    const [key] = await redis.client.keys(`*${own.id}*device-poll*`);
    expect(await redis.client.ttl(key as string)).toBeGreaterThan(10);
  });

  it("tells a device that it was refused, once", async () => {
    const client = await project();
    await client.signUp("tv@example.com");
    const { device_code, user_code } = (await ask(client)).json;
    expect((await decide(client, user_code, "deny")).body).toContain("Your device was not let in");
    expect((await decide(client, user_code, "allow")).status).toBe(400);
    expect((await poll(client, device_code)).json).toEqual({ error: "access_denied", error_description: "authorization denied" });
    await wait(client);
    expect((await poll(client, device_code)).json.error).toBe("expired_token");
  });

  it("asks whoever is not signed in to sign in first, and takes no form of another site (forced approval)", async () => {
    const client = await project();
    const { user_code } = (await ask(client)).json;
    for (const answer of [await client.send(`/device?user_code=${user_code}`), await decide(client, user_code, "allow")])
      expect([answer.status, answer.headers.location]).toEqual([302, `/login?redirect_uri=${encodeURIComponent(`/device?user_code=${user_code}`)}`]);
    await client.signUp("tv@example.com");
    const forged = await decide(client, user_code, "allow", { "sec-fetch-site": "cross-site" });
    expect(forged.body).toContain("We could not accept this form");
    expect((await client.send("/device", { form: { user_code } })).body).toContain("Let Television in?");
  });

  it("lets people sign in on the way to it where pages may be opened by applications alone", async () => {
    const ui = { direct_access_disabled: true };
    const client = await authClient({ config: { ui, oauth: { clients: CLIENTS, device_authorization_enabled: true } } });
    const { user_code } = (await ask(client)).json;
    const login = (await client.send(`/device?user_code=${user_code}`)).headers.location as string;
    expect((await client.send(login)).body).toContain('name="x_login_id"');
    expect((await client.send("/login?redirect_uri=/settings")).body).toContain("Open the application first");
    const off = await authClient({ config: { ui, oauth: { clients: CLIENTS } } });
    expect((await off.send(login)).body).toContain("Open the application first");
  });

  it("limits how often a person may guess a code (brute force)", async () => {
    const client = await project();
    await client.signUp("tv@example.com");
    const statuses: number[] = [];
    for (let time = 0; time < 11; time += 1) statuses.push((await client.send("/device", { form: { user_code: "BBBB-BBBB" } })).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 400), 429]);
    const { user_code } = (await ask(client)).json;
    expect((await decide(client, user_code, "allow")).status).toBe(429);
  });

  it("is the client's own that asked, and proven by its secret where it has one (stolen device code)", async () => {
    const client = await project();
    const { device_code } = (await ask(client)).json;
    expect((await poll(client, device_code, { client_id: "radio" })).json).toEqual({ error: "invalid_grant", error_description: "invalid device code" });
    expect((await ask(client, { client_id: "web" })).status).toBe(401);
    const web = (await ask(client, { client_id: "web", client_secret: "secret-of-web" })).json;
    expect((await poll(client, web.device_code, { client_id: "web", client_secret: "nope" })).status).toBe(401);
    expect((await poll(client, web.device_code, { client_id: "web", client_secret: "secret-of-web" })).json.error).toBe("authorization_pending");
    const other = await project();
    expect((await poll(other, device_code)).json.error).toBe("expired_token");
  });

  it.each<[string, Record<string, string>, string, string]>([
    ["an unknown client", { client_id: "nobody" }, "invalid_client", "invalid client ID"],
    ["a client that does not list the grant", { client_id: "spa" }, "unauthorized_client", "grant type is not allowed for this client"],
    ["no scope", { scope: "" }, "invalid_request", "scope is required"],
    ["no openid", { scope: "email" }, "invalid_scope", "must request 'openid' scope"],
    ["an unknown scope", { scope: "openid x" }, "invalid_scope", "specified scope is not allowed: x"],
  ])("refuses %s", async (_name, change, error, error_description) => {
    const client = await project();
    expect((await ask(client, change)).json).toEqual({ error, error_description });
  });

  it("refuses token requests that make no sense", async () => {
    const client = await project();
    expect((await poll(client, "")).json).toEqual({ error: "invalid_request", error_description: "device_code is required" });
    expect((await poll(client, "x")).json.error).toBe("invalid_grant");
    expect((await poll(client, "x".repeat(43))).json.error).toBe("expired_token");
    expect((await poll(client, "x".repeat(43), { client_id: "spa" })).json.error).toBe("unauthorized_client");
  });

  it("is not there unless it is switched on", async () => {
    const [on, off] = [await project(), await project({})];
    expect([(await ask(off)).status, (await off.send("/device")).status, (await poll(off, "x".repeat(43))).json.error]).toEqual([404, 404, "unsupported_grant_type"]);
    const [shown, hidden] = [await on.send("/.well-known/openid-configuration"), await off.send("/.well-known/openid-configuration")];
    expect([shown.json.device_authorization_endpoint, shown.json.grant_types_supported.includes(GRANT)]).toEqual([`${shown.json.issuer}/oauth2/device_authorization`, true]);
    expect([hidden.json.device_authorization_endpoint, hidden.json.grant_types_supported.includes(GRANT)]).toEqual([undefined, false]);
  });
});
