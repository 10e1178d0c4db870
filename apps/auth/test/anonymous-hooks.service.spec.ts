import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AuthClient, authClient, type Reply } from "./auth-client.js";
import { claimsOf, DeviceKey, grant } from "./device-keys.js";
import { events } from "./session-helpers.js";

type Json = Record<string, any>;

let server: Server;
let base: string;
let answer: (event: Json) => Json = () => ({});
const heard: Json[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const event = JSON.parse(body);
    heard.push(event);
    response.end(JSON.stringify({ is_allowed: true, ...answer(event) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  heard.splice(0);
  answer = () => ({});
});

const TYPES = ["user.pre_create", "oidc.id_token.pre_create"];
const secret = (client_id: string) => ({ client_id, keys: [{ kty: "oct", kid: client_id, k: "c2VjcmV0", created_at: 1 }] });

function project(): Promise<AuthClient> {
  return authClient({
    config: { authentication: { identities: ["login_id", "anonymous"] }, hook: { blocking_handlers: TYPES.map((event) => ({ event, url: base })) } },
    secrets: [
      { key: "webhook", data: { keys: [{ kid: "w", kty: "oct", k: Buffer.from("secret").toString("base64url") }] } },
      { key: "oauth.client_secrets", data: { items: ["web", "third"].map(secret) } },
    ],
  });
}

async function signUp(client: AuthClient): Promise<Reply> {
  const key = await DeviceKey.make();
  return grant(client, "anonymous-request", { jwt: await key.sign(client, "anonymous_request", { action: "auth" }) });
}

describe("hooks of an anonymous sign-up", () => {
  it("hear of the user before he is written, and may add claims to his first ID token", async () => {
    const client = await project();
    answer = ({ type, payload }) => (type === "oidc.id_token.pre_create" ? { mutations: { id_token: { payload: { ...payload.id_token.payload, tier: "guest" } } } } : {});
    const claims = claimsOf((await signUp(client)).json.id_token);
    expect(claims.tier).toBe("guest");
    expect(heard).toMatchObject([
      { type: "user.pre_create", payload: { user: { id: claims.sub, is_anonymous: true }, identities: [{ type: "anonymous" }] } },
      { type: "oidc.id_token.pre_create", payload: { user: { id: claims.sub } } },
    ]);
  });

  it("may refuse: nobody is created", async () => {
    const client = await project();
    answer = ({ type }) => (type === "user.pre_create" ? { is_allowed: false, title: "no", reason: "closed" } : {});
    const refused = await signUp(client);
    expect([refused.status, refused.json.error]).toEqual([400, "unauthorized_client"]);
    const web = await client.send("/api/anonymous_user/signup", { json: { session_type: "refresh_token", client_id: "spa" } });
    expect(web.status).toBe(403);
    expect(await events(client, "user.created")).toEqual([]);
  });

  it("may refuse the tokens: nobody is created", async () => {
    const client = await project();
    answer = ({ type }) => (type === "oidc.id_token.pre_create" ? { is_allowed: false } : {});
    const refused = await signUp(client);
    expect([refused.status, refused.json.error]).toEqual([500, "server_error"]);
    expect(await events(client, "user.created")).toEqual([]);
  });
});

describe("the web API", () => {
  it("answers the browser of a client's own site, with credentials, and no other (CORS)", async () => {
    const client = await project();
    for (const path of ["/oauth2/challenge", "/api/anonymous_user/signup", "/api/anonymous_user/promotion_code"]) {
      const ask = (origin: string) =>
        client.send(path, { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" } });
      const [own, foreign] = [await ask("http://app.test"), await ask("http://evil.test")];
      expect([own.status, own.headers["access-control-allow-origin"], own.headers["access-control-allow-credentials"]]).toEqual([200, "http://app.test", "true"]);
      expect([foreign.status, foreign.headers["access-control-allow-origin"]]).toEqual([200, undefined]);
    }
  });
});
