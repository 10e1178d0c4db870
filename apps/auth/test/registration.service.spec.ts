import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ResourceStore, ScopeStore } from "@gatehouse/record-resources";
import { type AuthClient, obtainCode, pkce, type Reply } from "./auth-client.js";
import { partsOf } from "./machine-project.js";
import { APP, bearer, letIn, project, register } from "./registration-helpers.js";

describe("dynamic client registration", () => {
  it("makes a public third party: consent with its destination, PKCE, tokens that rotate and are shown who the user is", async () => {
    const client = await project();
    await client.signUp("reg@example.com");
    const made = await register(client);
    const { client_id, registration_access_token, ...rest } = made.json;
    const origin = client.project.project.config.http.public_origin;
    expect([made.status, client_id, registration_access_token, rest]).toEqual([
      201,
      expect.stringMatching(/^reg-[0-9a-f-]{36}$/),
      expect.stringMatching(/^[A-Za-z0-9]{43}$/),
      {
        client_id_issued_at: expect.any(Number),
        registration_client_uri: `${origin}/oauth2/register/${client_id}`,
        ...APP,
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
      },
    ]);
    const { page, tokens } = await letIn(client, client_id, "https://app.example.com/cb");
    expect([page.status, page.body.includes("Some App wants to use your account"), page.body.includes("you go on to app.example.com")]).toEqual([200, true, true]);
    const refreshed = await client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id, refresh_token: tokens.json.refresh_token } });
    expect([refreshed.status, refreshed.json.refresh_token === tokens.json.refresh_token]).toEqual([200, false]);
    for (const name of Object.keys(client.jar)) delete client.jar[name];
    const told = await client.send("/oauth2/userinfo", bearer(refreshed.json.access_token));
    expect([told.json.email, told.json["https://authgear.com/claims/user/identities"]]).toEqual(["reg@example.com", undefined]);
  });

  it("gives no rights of the project's own clients (privilege escalation)", async () => {
    const client = await project();
    const { client_id } = (await register(client, { ...APP, x_application_type: "spa", scope: "https://authgear.com/scopes/full-access", grant_types: ["authorization_code"] }))
      .json;
    const asked = {
      client_id,
      redirect_uri: "https://app.example.com/cb",
      response_type: "code",
      scope: "openid",
      code_challenge: pkce().challenge,
      code_challenge_method: "S256",
    };
    const errorOf = async (change: Record<string, string>) =>
      new URL((await client.send(`/oauth2/authorize?${new URLSearchParams({ ...asked, ...change })}`)).headers.location as string).searchParams.get("error");
    expect(await errorOf({ scope: "openid https://authgear.com/scopes/full-access" })).toBe("invalid_scope");
    expect(await errorOf({ code_challenge: "" })).toBe("invalid_request");
    const foreign = await client.send(`/oauth2/authorize?${new URLSearchParams({ ...asked, redirect_uri: "https://app.example.com/other" })}`);
    expect([foreign.status, foreign.headers.location]).toEqual([400, undefined]);
    const machine = await client.send("/oauth2/token", { form: { grant_type: "client_credentials", client_id, client_secret: "x", resource: "https://api.test" } });
    expect(machine.json.error).toBe("unauthorized_client");
    const cors = await client.send("/oauth2/userinfo", { method: "OPTIONS", headers: { origin: "https://app.example.com" } });
    expect(cors.headers["access-control-allow-origin"]).toBeUndefined();
    expect((await client.send("/oauth2/redirect?redirect_uri=https://app.example.com/cb")).headers.location).toBeUndefined();
  });

  it("may ask for the APIs that are open to such clients, and no others (MCP)", async () => {
    const open = { resource_indicators_enabled: true, registered_client_resources: ["https://mcp.example.com/a"] };
    const client = await project({ dynamic_client_registration: { enabled: true }, ...open });
    const { ctx, db } = client.project;
    await db.transaction(async (tx) => {
      for (const name of ["a", "b"]) {
        await new ResourceStore().create(ctx, tx, { uri: `https://mcp.example.com/${name}` });
        await new ScopeStore().create(ctx, tx, { resourceUri: `https://mcp.example.com/${name}`, scope: "tools" });
      }
    });
    await client.signUp("reg@example.com");
    const { client_id } = (await register(client)).json;
    const asked = { clientId: client_id, redirectUri: "https://app.example.com/cb", email: "reg@example.com", scope: "openid offline_access tools" };
    const resource = "https://mcp.example.com/a";
    const { answer, consent, verifier } = await obtainCode(client, { ...asked, more: { resource } });
    expect(answer.body).toContain("<li>tools</li>");
    const granted = await client.send(consent, { form: { x_action: "consent" } });
    const code = new URL(granted.headers.location as string).searchParams.get("code") as string;
    const form = { grant_type: "authorization_code", client_id, code, redirect_uri: asked.redirectUri, code_verifier: verifier, resource };
    const tokens = (await client.send("/oauth2/token", { form })).json;
    const again = (await client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id, refresh_token: tokens.refresh_token, resource } })).json;
    for (const { access_token } of [tokens, again]) expect(partsOf(access_token).claims).toMatchObject({ aud: [resource], scope: asked.scope, client_id });
    const query = {
      client_id,
      redirect_uri: asked.redirectUri,
      response_type: "code",
      scope: "openid",
      code_challenge: "c",
      code_challenge_method: "S256",
      resource: "https://mcp.example.com/b",
    };
    const refused = await client.send(`/oauth2/authorize?${new URLSearchParams(query)}`);
    expect(new URL(refused.headers.location as string).searchParams.get("error")).toBe("invalid_target");
  });

  it("is read and ended by who holds its token, and ends its refresh tokens", async () => {
    const client = await project();
    await client.signUp("reg@example.com");
    const { client_id, registration_access_token: token } = (await register(client)).json;
    const other = (await register(client)).json.registration_access_token;
    const path = `/oauth2/register/${client_id}`;
    for (const wrong of [{}, bearer("x".repeat(43)), bearer(other)]) {
      const refused = await client.send(path, wrong);
      expect([refused.status, refused.json.error, refused.headers["www-authenticate"]]).toEqual([401, "invalid_token", 'Bearer error="invalid_token"']);
      expect((await client.send(path, { method: "DELETE", ...wrong })).status).toBe(401);
    }
    for (const id of ["reg-%00", "%ff", "reg-x", "x".repeat(200)]) expect((await client.send(`/oauth2/register/${id}`, bearer(token))).status).toBeOneOf([400, 401, 404, 414]);
    const read = await client.send(path, bearer(token));
    expect([read.status, read.json.client_id, read.json.registration_access_token]).toEqual([200, client_id, undefined]);
    const { tokens } = await letIn(client, client_id, "https://app.example.com/cb");
    expect((await client.send(path, { method: "DELETE", ...bearer(token) })).status).toBe(204);
    const refreshed = await client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id, refresh_token: tokens.json.refresh_token } });
    expect([refreshed.json.error, (await client.send(path, bearer(token))).status]).toEqual(["invalid_client", 401]);
    const stored = await client.project.db.read((tx) => tx.query("select registration_token_hash from registered_client where project_id = $1", [client.project.project.id]));
    expect(JSON.stringify(stored)).not.toContain(other);
  });

  it("is not changed: 405, and what may be done", async () => {
    const client = await project();
    const { client_id } = (await register(client)).json;
    const answers = await Promise.all((["PUT", "POST"] as const).map((method) => client.send(`/oauth2/register/${client_id}`, { method })));
    expect(answers.map(({ status, headers }) => [status, headers.allow])).toEqual([
      [405, "GET, DELETE"],
      [405, "GET, DELETE"],
    ]);
  });

  it("is bounded: what nobody uses makes room after a day, and not before (flooding)", async () => {
    const client = await project({ dynamic_client_registration: { enabled: true, maximum: 2 } });
    const first = (await register(client)).json.client_id;
    await register(client);
    const full = await register(client);
    expect([full.status, full.json.error]).toEqual([403, "access_denied"]);
    const { db, project: own } = client.project;
    await db.read((tx) => tx.query("update registered_client set created_at = created_at - interval '2 days' where project_id = $1 and client_id = $2", [own.id, first]));
    expect((await register(client)).status).toBe(201);
    const left = await db.read((tx) => tx.query("select client_id from registered_client where project_id = $1", [own.id]));
    expect([left.length, left.some(({ client_id }) => client_id === first)]).toEqual([2, false]);
  });

  it("is limited for an address (flooding)", async () => {
    const client = await project();
    const statuses: number[] = [];
    for (let time = 0; time < 11; time += 1) statuses.push((await register(client, {})).status);
    expect([statuses.slice(0, 10).every((status) => status === 400), statuses[10]]).toEqual([true, 429]);
  });

  it.each([[[]], ["text"], [null], [7], [{ redirect_uris: ["http://evil.test/"] }], [{ ...APP, token_endpoint_auth_method: "private_key_jwt" }]])(
    "refuses %j",
    async (document) => {
      const client = await project();
      const answer = await register(client, document);
      expect([answer.status, answer.json.error.startsWith("invalid_")]).toEqual([400, true]);
    },
  );

  it("is not there unless it is switched on, and clients of one project are unknown to another (tenant isolation)", async () => {
    const [on, off, other] = [await project(), await project({}), await project()];
    expect([(await register(off)).status, (await off.send("/oauth2/register/x")).status]).toEqual([404, 404]);
    const { client_id, registration_access_token } = (await register(on)).json;
    expect((await other.send(`/oauth2/register/${client_id}`, bearer(registration_access_token))).status).toBe(401);
    expect((await other.send(`/oauth2/authorize?client_id=${client_id}&redirect_uri=https://app.example.com/cb`)).body).toContain("invalid client ID");
    const [shown, hidden] = [await on.send("/.well-known/oauth-authorization-server"), await off.send("/.well-known/oauth-authorization-server")];
    expect([shown.json.registration_endpoint, hidden.json.registration_endpoint]).toEqual([`${shown.json.issuer}/oauth2/register`, undefined]);
  });
});

describe("client id metadata documents", () => {
  let server: Server;
  let base: string;
  let asked: string[] = [];
  const documents = new Map<string, { status?: number; type?: string; body: string }>();

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? "");
      const { status = 200, type = "application/json", body } = documents.get(request.url ?? "") ?? { status: 404, body: "" };
      response.writeHead(status, { "content-type": type, ...(status === 302 ? { location: "/good.json" } : {}) }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const about = (path: string, more: object = {}) => JSON.stringify({ client_id: base + path, client_name: "Agent", redirect_uris: ["http://127.0.0.1/cb"], ...more });
    documents.set("/good.json", { body: about("/good.json") });
    documents.set("/typed.json", { type: "application/client-metadata+json; charset=utf-8", body: about("/typed.json") });
    documents.set("/other.json", { body: about("/good.json") });
    documents.set("/html", { type: "text/html", body: about("/html") });
    documents.set("/broken.json", { body: "{" });
    documents.set("/list.json", { body: "[]" });
    documents.set("/moved.json", { status: 302, body: "" });
    documents.set("/large.json", { body: about("/large.json", { padding: "x".repeat(6_000) }) });
    documents.set("/secret.json", { body: about("/secret.json", { token_endpoint_auth_method: "client_secret_basic" }) });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const withDocuments = (more: object = {}): Promise<AuthClient> => project({ client_id_metadata_documents: { enabled: true, ...more } });
  const authorize = (client: AuthClient, client_id: string): Promise<Reply> => {
    const query = { client_id, redirect_uri: "http://127.0.0.1:4711/cb", response_type: "code", scope: "openid", code_challenge: pkce().challenge, code_challenge_method: "S256" };
    return client.send(`/oauth2/authorize?${new URLSearchParams(query)}`);
  };

  it("describe a client by its id: it signs people in on whatever port it listens, and is fetched once", async () => {
    const client = await withDocuments();
    await client.signUp("reg@example.com");
    asked = [];
    const { page, tokens } = await letIn(client, `${base}/good.json`, "http://127.0.0.1:4711/cb");
    expect([page.body.includes(`Agent (${new URL(base).host}) wants to use your account`), page.body.includes("you go on to 127.0.0.1:4711")]).toEqual([true, true]);
    expect(Object.keys(tokens.json).sort()).toEqual(["access_token", "expires_in", "id_token", "refresh_token", "token_type"]);
    expect((await authorize(client, `${base}/good.json`)).status).toBe(302);
    expect((await authorize(client, `${base}/typed.json`)).status).toBe(302);
    expect(asked).toEqual(["/good.json", "/typed.json"]);
  });

  it.each(["other.json", "html", "broken.json", "list.json", "moved.json", "large.json", "secret.json", "missing.json"])(
    "are not believed when something is wrong: %s (impersonation)",
    async (name) => {
      const client = await withDocuments();
      asked = [];
      for (let time = 0; time < 2; time += 1) {
        const refused = await authorize(client, `${base}/${name}`);
        expect([refused.status, refused.body.includes("invalid client ID"), refused.headers.location]).toEqual([400, true, undefined]);
      }
      expect(asked).toEqual([`/${name}`]);
    },
  );

  it("are fetched from public addresses and listed hosts alone (server-side request forgery)", async () => {
    const [client, listed] = [await withDocuments(), await withDocuments({ allowed_hosts: ["clients.example.com"] })];
    asked = [];
    for (const id of ["https://10.0.0.1/c.json", "https://169.254.169.254/latest/meta-data", "http://10.0.0.1/c.json"]) expect((await authorize(client, id)).status).toBe(400);
    expect([(await authorize(listed, `${base}/good.json`)).status, asked]).toEqual([400, []]);
  });

  it("keep their clients when the document cannot be had for a while", async () => {
    const client = await withDocuments();
    const { redis, project: own } = client.project;
    expect((await authorize(client, `${base}/good.json`)).status).toBe(302);
    await redis.client.del(...(await redis.client.keys(`*${own.id}*client-document*`)));
    const kept = documents.get("/good.json") as { body: string };
    documents.set("/good.json", { status: 500, body: "" });
    expect((await authorize(client, `${base}/good.json`)).status).toBe(302);
    documents.set("/good.json", kept);
  });

  it("mean nothing unless they are switched on", async () => {
    const [on, off] = [await withDocuments(), await project({})];
    asked = [];
    expect([(await authorize(off, `${base}/good.json`)).status, asked]).toEqual([400, []]);
    const [shown, hidden] = [await on.send("/.well-known/openid-configuration"), await off.send("/.well-known/openid-configuration")];
    expect([shown.json.client_id_metadata_document_supported, hidden.json.client_id_metadata_document_supported]).toEqual([true, undefined]);
  });
});
