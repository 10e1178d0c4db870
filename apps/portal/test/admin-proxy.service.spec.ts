import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newProjectId, type TestPortal, testPortal } from "./portal.fixture.js";

let portal: TestPortal;
let admin: Server;
let mine: { headers: { authorization: string }; id: string; node: string };
/** What reached the Admin API, and what it answers next. */
let asked: { method?: string; url?: string; headers: IncomingMessage["headers"]; body: string }[] = [];
let answer: { status: number; headers: Record<string, string>; body: string };

const nodeOf = (id: string, type = "App"): string => Buffer.from(`${type}:${id}`).toString("base64url");
const tokenOf = ({ headers }: (typeof asked)[number]): string => (headers.authorization ?? "").replace("Bearer ", "");

beforeAll(async () => {
  admin = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    asked.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((done) => admin.listen(0, "127.0.0.1", done));
  portal = await testPortal({ adminApiEndpoint: `http://127.0.0.1:${(admin.address() as AddressInfo).port}` });
  const headers = await portal.developer();
  const id = newProjectId();
  expect((await portal.http.inject({ method: "POST", url: "/api/v1/projects", headers, payload: { id } })).statusCode).toBe(201);
  mine = { headers, id, node: nodeOf(id) };
});
afterAll(async () => {
  await portal.close();
  admin.close();
});
beforeEach(() => {
  asked = [];
  answer = { status: 200, headers: { "content-type": "application/json; charset=utf-8", "x-frame-options": "DENY", "content-security-policy": "own" }, body: '{"data":{}}' };
});

const post = (path: string, headers: Record<string, string> = mine.headers, payload = '{"query" : "{ __typename }"}') =>
  portal.http.inject({ method: "POST", url: `/api/apps/${path}`, headers: { "content-type": "application/json", ...headers }, payload });

describe("the Admin API behind the portal", () => {
  it("is called with the project's key, at its default host, by a token that names the developer and the page he came from", async () => {
    const { statusCode, body, headers } = await post(`${mine.node}/graphql?client_id=x&ui_locales=de`, {
      ...mine.headers,
      referer: "https://portal.example/project/users",
      "user-agent": "Browser/1",
      cookie: "secret=1",
      "x-authgear-other": "1",
    });
    expect([statusCode, body, headers["content-type"], headers["content-security-policy"], headers["referrer-policy"]]).toEqual([
      200,
      '{"data":{}}',
      "application/json; charset=utf-8",
      "own",
      undefined,
    ]);
    const [call] = asked as [(typeof asked)[number]];
    expect(call).toMatchObject({ method: "POST", url: "/_api/admin/graphql?client_id=x&ui_locales=de", body: '{"query" : "{ __typename }"}' });
    const host = `${mine.id}.localhost:3000`;
    expect(call.headers).toMatchObject({
      host,
      "x-forwarded-host": host,
      "x-forwarded-proto": "http",
      "x-forwarded-for": "127.0.0.1",
      "x-authgear-portal-is-proxied": "true",
      "user-agent": "Browser/1",
      referer: "https://portal.example/project/users",
      "content-type": "application/json",
    });
    expect([call.headers.cookie, call.headers["x-authgear-other"]]).toEqual([undefined, undefined]);
    expect(decodeProtectedHeader(tokenOf(call))).toMatchObject({ alg: "RS256", typ: "JWT", kid: expect.any(String) });
    const claims = decodeJwt(tokenOf(call));
    const developer = decodeJwt(mine.headers.authorization.replace("Bearer ", ""));
    expect(claims).toMatchObject({ aud: [mine.id], audit_context: { usage: "proxy", actor_user_id: developer.sub, http_referer: "https://portal.example/project/users" } });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300);
  });

  it("gives its refusals as they are", async () => {
    answer = { status: 413, headers: { "content-type": "application/json", "x-own": "1" }, body: '{"error":{}}' };
    const refused = await post(`${mine.node}/_api/admin/users/import`);
    expect([refused.statusCode, refused.body, refused.headers["x-own"], asked[0]?.url]).toEqual([413, '{"error":{}}', "1", "/_api/admin/users/import"]);
    expect(decodeJwt(tokenOf(asked[0] as never)).audit_context).toMatchObject({ http_referer: "" });
  });

  it("takes GraphQL documents, too", async () => {
    await post(`${mine.node}/graphql`, { ...mine.headers, "content-type": "application/graphql" }, "{ __typename }");
    expect(asked[0]).toMatchObject({ body: "{ __typename }", headers: { "content-type": "application/graphql" } });
  });

  it("shows everybody the page to try queries, and nothing else", async () => {
    answer = { status: 200, headers: { "content-type": "text/html" }, body: "<html>" };
    const page = await portal.http.inject({ method: "GET", url: `/api/apps/${mine.node}/graphql` });
    expect([page.statusCode, page.body]).toEqual([200, "<html>"]);
    expect(decodeJwt(tokenOf(asked[0] as never)).audit_context).toBeUndefined();
    for (const path of ["_api/admin/users/export/userexport_x", "_api/admin/users/import/userimport_x", "_api/admin/images/upload"])
      expect((await portal.http.inject({ method: "GET", url: `/api/apps/${mine.node}/${path}` })).statusCode).toBe(401);
    expect((await portal.http.inject({ method: "GET", url: `/api/apps/${mine.node}/_api/admin/users/export/x`, headers: mine.headers })).statusCode).toBe(200);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ["nobody", async () => ({})],
    ["a developer of other projects", async () => portal.developer()],
    ["a forged token", async () => ({ authorization: `${mine.headers.authorization.slice(0, -4)}AAAA` })],
  ])("threat: %s changes a project", async (_name, headers) => {
    const refused = await post(`${mine.node}/graphql`, (await headers()) as Record<string, string>);
    expect([refused.statusCode, refused.body, refused.headers["content-type"]]).toEqual([401, "unauthorized", expect.stringMatching(/^text\/plain/)]);
    expect(asked).toEqual([]);
  });

  it("refuses ids that are none of a project, and paths that are none of the Admin API", async () => {
    for (const node of ["x", mine.id, nodeOf(mine.id, "User")]) {
      const refused = await post(`${node}/graphql`);
      expect([refused.statusCode, refused.body]).toEqual([400, "invalid app ID"]);
    }
    expect((await post(`${nodeOf("nobody")}/graphql`)).statusCode).toBe(401);
    expect((await post(`${mine.node}/oauth2/token`)).statusCode).toBe(404);
    expect((await post(`${mine.node}/_api/admin/..%2f..%2foauth2/token`)).statusCode).toBe(404);
    expect(asked).toEqual([]);
  });

  it("that does not answer is a bad gateway", async () => {
    const lonely = await testPortal({ adminApiEndpoint: "http://127.0.0.1:1", portalAuthgearAppId: portal.accounts.project.id });
    const refused = await lonely.http.inject({
      method: "POST",
      url: `/api/apps/${mine.node}/graphql`,
      headers: { ...mine.headers, "content-type": "application/json" },
      payload: "{}",
    });
    expect(refused.statusCode).toBe(502);
    await lonely.close();
  });
});
