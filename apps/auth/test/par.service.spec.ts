import { generateKeyPairSync, randomUUID } from "node:crypto";
import { calculateJwkThumbprint, type JWK, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { type AuthClient, authClient, pkce, type Reply } from "./auth-client.js";

const CLIENTS = [
  { client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"] },
  { client_id: "other", name: "other", x_application_type: "spa", redirect_uris: ["http://other.test/cb"] },
  { client_id: "web", name: "web", client_name: "Web", x_application_type: "confidential", redirect_uris: ["http://web.test/cb"] },
];
const project = (oauth: Record<string, unknown> = { pushed_authorization_requests_enabled: true }, clients: object[] = CLIENTS): Promise<AuthClient> =>
  authClient({ config: { oauth: { clients, ...oauth }, verification: { claims: { email: { enabled: true, required: false } } } } });

const request = (more: Record<string, string> = {}): Record<string, string> => ({
  client_id: "spa",
  redirect_uri: "http://app.test/cb",
  response_type: "code",
  scope: "openid",
  state: "pushed",
  code_challenge: pkce().challenge,
  code_challenge_method: "S256",
  ...more,
});
const push = (client: AuthClient, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Reply> => client.send("/oauth2/par", { form, headers });
const authorize = (client: AuthClient, query: Record<string, string>): Promise<Reply> => client.send(`/oauth2/authorize?${new URLSearchParams(query)}`);

describe("pushed authorization requests", () => {
  it("carry the request past the browser: what the browser adds does not count (parameter tampering)", async () => {
    const client = await project();
    await client.signUp("par@example.com");
    const { verifier, challenge } = pkce();
    const pushed = await push(client, request({ code_challenge: challenge }));
    expect([pushed.status, pushed.json, pushed.headers["cache-control"]]).toEqual([
      201,
      { request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[A-Za-z0-9]{43}$/), expires_in: 60 },
      "no-store",
    ]);
    const tampered = { scope: "openid offline_access", state: "evil", redirect_uri: "http://evil.test/", login_hint: "x" };
    const started = await authorize(client, { client_id: "spa", request_uri: pushed.json.request_uri, ...tampered });
    const ui = new URL(started.headers.location as string);
    expect([started.status, ui.searchParams.get("state"), ui.searchParams.get("redirect_uri")]).toEqual([302, "pushed", "http://app.test/cb"]);
    const login = [
      { identification: "email", login_id: "par@example.com" },
      { authentication: "primary_password", password: "correct horse" },
    ];
    const finished = (await client.flow("login", login, ui.search.slice(1))).at(-1) as Reply;
    const answer = await client.send(finished.json.result.action.data.finish_redirect_uri);
    const back = new URL(answer.headers.location as string);
    expect([back.origin, back.searchParams.get("state")]).toEqual(["http://app.test", "pushed"]);
    const form = { grant_type: "authorization_code", client_id: "spa", code: back.searchParams.get("code") as string, redirect_uri: "http://app.test/cb", code_verifier: verifier };
    const tokens = (await client.send("/oauth2/token", { form })).json;
    expect([typeof tokens.access_token, tokens.refresh_token]).toEqual(["string", undefined]);
  });

  it("are good once, also under a race, and for their own client alone (request replay)", async () => {
    const client = await project();
    const { request_uri } = (await push(client, request())).json;
    const stolen = await authorize(client, { client_id: "other", request_uri });
    expect([stolen.status, stolen.body.includes("request_uri is invalid or expired"), stolen.headers.location]).toEqual([400, true, undefined]);
    const race = await Promise.all(Array.from({ length: 10 }, () => authorize(client, { client_id: "spa", request_uri })));
    expect(race.map(({ status }) => status).sort()).toEqual([302, ...Array.from({ length: 9 }, () => 400)]);
  });

  it("are unknown to other projects, and nothing else is a reference (cross-tenant request)", async () => {
    const [a, b] = [await project(), await project()];
    const { request_uri } = (await push(a, request())).json;
    for (const uri of [request_uri, "https://evil.test/request.jwt", "urn:ietf:params:oauth:request_uri:x"])
      expect((await authorize(b, { client_id: "spa", request_uri: uri })).status).toBe(400);
  });

  it("prove a confidential client by its secret, and that secret is not kept", async () => {
    const client = await project();
    const asked = request({ client_id: "web", redirect_uri: "http://web.test/cb" });
    for (const client_secret of ["", "nope"])
      expect([(await push(client, { ...asked, client_secret })).status, (await push(client, { ...asked, client_secret })).json.error]).toEqual([401, "invalid_client"]);
    const { client_id: _id, ...body } = asked;
    const basic = await push(client, body, { authorization: `Basic ${Buffer.from("web:secret-of-web").toString("base64")}` });
    expect(basic.status).toBe(201);
    const named = (client_id: string, secret = "secret-of-web"): Promise<Reply> =>
      push(client, { ...asked, client_id }, { authorization: `Basic ${Buffer.from(`web:${secret}`).toString("base64")}` });
    const [same, other, wrong] = [await named("web"), await named("spa"), await named("web", "nope")];
    expect([same.status, other.status, other.json.error, wrong.status, wrong.json.error]).toEqual([201, 400, "invalid_request", 401, "invalid_client"]);
    expect((await authorize(client, { client_id: "web", request_uri: basic.json.request_uri })).status).toBe(302);
    const { redis, project: own } = client.project;
    await push(client, { ...asked, client_secret: "secret-of-web" });
    const keys = await redis.client.keys(`*${own.id}*pushed-request*`);
    const kept = await Promise.all(keys.map((key) => redis.client.get(key)));
    expect([kept.length, kept.join().includes("secret-of-web")]).toEqual([2, false]);
  });

  it("refuse an unknown client that tries to prove itself as they do a wrong secret (RFC 6749 §5.2)", async () => {
    const client = await project({ pushed_authorization_requests_enabled: true, device_authorization_enabled: true });
    const headers = { authorization: `Basic ${Buffer.from("nobody:secret").toString("base64")}` };
    const { client_id: _id, ...asked } = request();
    for (const url of ["/oauth2/par", "/oauth2/device_authorization"]) {
      const { status, json, headers: told } = await client.send(url, { form: asked, headers });
      expect([url, status, json.error, told["www-authenticate"]]).toEqual([url, 401, "invalid_client", 'Basic realm="client"']);
    }
  });

  it.each<[string, Record<string, string>, string, string]>([
    ["an unknown client", { client_id: "nobody" }, "invalid_client", "invalid client ID"],
    ["a foreign redirect URI", { redirect_uri: "http://evil.test/" }, "invalid_request", "redirect URI is not allowed"],
    ["no challenge", { code_challenge: "" }, "invalid_request", "PKCE code challenge is required for public clients"],
    ["no openid", { scope: "email" }, "invalid_scope", "must request 'openid' scope"],
    ["a request object", { request: "eyJ.e30." }, "request_not_supported", "request objects are not supported"],
    ["an id_token_hint that nobody signed", { id_token_hint: "eyJ.e30." }, "invalid_request", "invalid id_token_hint"],
    ["a reference in a reference", { request_uri: "urn:ietf:params:oauth:request_uri:x" }, "invalid_request", "request_uri must not be pushed"],
    ["too much", { x_state: "x".repeat(17_000) }, "invalid_request", "the request is too large"],
    ["an odd response mode", { response_mode: "web_message" }, "invalid_request", "oauth: invalid response_mode web_message"],
  ])("are checked like any request: %s", async (_name, change, error, error_description) => {
    const client = await project();
    const answer = await push(client, request(change));
    expect([answer.status, answer.json]).toEqual([400, { error, error_description }]);
  });

  it("bind the code to the key of a proof", async () => {
    const client = await project();
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const jwk = publicKey.export({ format: "jwk" }) as JWK;
    const origin = client.project.project.config.http.public_origin;
    const proof = () =>
      new SignJWT({ jti: randomUUID(), htm: "POST", htu: `${origin}/oauth2/par` })
        .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk: jwk as never })
        .setIssuedAt()
        .sign(privateKey);
    const dpop = await proof();
    const wrong = await push(client, request({ dpop_jkt: "x".repeat(43) }), { dpop });
    expect([wrong.status, wrong.json.error]).toEqual([400, "invalid_dpop_proof"]);
    expect((await push(client, request({ dpop_jkt: await calculateJwkThumbprint(jwk) }), { dpop: await proof() })).status).toBe(201);
    expect((await push(client, request(), { dpop: "rubbish" })).json.error).toBe("invalid_dpop_proof");
  });

  it("can be demanded of all clients or of one", async () => {
    const all = await project({ pushed_authorization_requests_enabled: true, require_pushed_authorization_requests: true });
    const [spa, ...rest] = CLIENTS;
    const one = await project({ pushed_authorization_requests_enabled: true }, [{ ...spa, require_pushed_authorization_requests: true }, ...rest]);
    for (const client of [all, one]) {
      const refused = await authorize(client, request());
      expect([refused.status, refused.body.includes("the authorization request must be pushed"), refused.headers.location]).toEqual([400, true, undefined]);
      const { request_uri } = (await push(client, request())).json;
      expect((await authorize(client, { client_id: "spa", request_uri })).status).toBe(302);
    }
    expect((await authorize(one, request({ client_id: "other", redirect_uri: "http://other.test/cb" }))).status).toBe(302);
    expect((await all.send("/.well-known/openid-configuration")).json).toMatchObject({
      pushed_authorization_request_endpoint: expect.stringMatching(/\/oauth2\/par$/),
      require_pushed_authorization_requests: true,
    });
  });

  it("are not there unless they are switched on, and a reference is refused then", async () => {
    const client = await project({});
    expect((await push(client, request())).status).toBe(404);
    const refused = await authorize(client, request({ request_uri: "urn:ietf:params:oauth:request_uri:x" }));
    expect(new URL(refused.headers.location as string).searchParams.get("error")).toBe("request_uri_not_supported");
    expect((await client.send("/.well-known/openid-configuration")).json.pushed_authorization_request_endpoint).toBeUndefined();
  });
});
