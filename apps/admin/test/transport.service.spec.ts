import { fromGlobalId } from "@gatehouse/platform-graphql";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient, tokenOf } from "./admin-client.js";
import { eventsOf, newUser } from "./admin-rows.js";

let ask: AdminClient["ask"];
let service: AdminClient["service"];
beforeAll(async () => {
  ({ ask, service } = await adminClient());
});

const PATH = "/_api/admin/graphql";
const create = (uri: string): string => `createResource(input: { resourceURI: "${uri}" }) { resource { id } }`;
const count = async (target: TestProject): Promise<number> => (await ask(target, "{ resources { totalCount } }")).data.resources.totalCount;

async function send(target: TestProject, request: { method?: "GET" | "POST" | "PUT"; url?: string; headers?: Record<string, string>; payload?: string; open?: boolean }) {
  const authorization: Record<string, string> = request.open ? {} : { authorization: `Bearer ${await tokenOf(target)}` };
  return service.fastify.inject({
    method: request.method ?? "GET",
    url: request.url ?? PATH,
    headers: { host: target.host, ...authorization, ...request.headers },
    ...(request.payload === undefined ? {} : { payload: request.payload }),
  });
}

describe("who may come in", () => {
  it("nobody without a token: 403 in plain words, by GET too", async () => {
    const target = await testProject();
    for (const method of ["GET", "POST"] as const) {
      const answer = await send(target, {
        method,
        open: true,
        headers: { "content-type": "application/json" },
        ...(method === "POST" ? { payload: '{"query":"{__typename}"}' } : {}),
      });
      expect([answer.statusCode, answer.body, answer.headers["content-type"]]).toEqual([403, "Forbidden\n", expect.stringMatching(/^text\/plain/)]);
    }
  });

  it.each([
    ["a scheme in lower case", (token: string) => `bearer ${token}`],
    ["a token alone", (token: string) => token],
    ["two spaces", (token: string) => `Bearer  ${token}`],
    ["nothing", () => ""],
  ])("not with %s", async (_name, header) => {
    const target = await testProject();
    const answer = await send(target, { headers: { authorization: header(await tokenOf(target)) } });
    expect(answer.statusCode).toBe(403);
  });

  it("by times within five minutes; without an end; by an audience that is a text or a list", async () => {
    const target = await testProject();
    const now = Math.floor(Date.now() / 1000);
    const { id } = target.project;
    const status = async (claims: Record<string, unknown>) => (await ask(target, "{ __typename }", { token: await tokenOf(target, claims) })).status;
    expect(await Promise.all([{ exp: now - 240 }, { exp: undefined }, { nbf: now + 240 }, { iat: now + 240 }, { aud: id }, { aud: ["x", id] }].map(status))).toEqual(
      Array(6).fill(200),
    );
    expect(await Promise.all([{ exp: now - 360 }, { nbf: now + 360 }, { iat: now + 360 }, { aud: undefined }, { aud: [] }, { aud: "x" }, { exp: "soon" }].map(status))).toEqual(
      Array(7).fill(403),
    );
  });

  it("not by a key that was rotated out", async () => {
    const [target, other] = [await testProject(), await testProject()];
    const gone = { ...other.project.secrets["admin-api.auth"]?.keys[0], kid: "rotated-out" };
    expect((await ask(target, "{ __typename }", { token: await tokenOf(target, {}, gone as never) })).status).toBe(403);
  });
});

describe("every answer", () => {
  it.each([
    ["of a query", 200, { method: "POST" as const, headers: { "content-type": "application/json" }, payload: '{"query":"{__typename}"}' }],
    ["of a refusal", 403, { open: true }],
    ["of a wrong type", 415, { method: "POST" as const, headers: { "content-type": "text/plain" }, payload: "x" }],
    ["of broken JSON", 400, { method: "POST" as const, headers: { "content-type": "application/json" }, payload: "{" }],
    ["of an unknown path", 404, { url: "/nope" }],
    ["of an unknown host", 404, { headers: { host: "nobody.test" } }],
    ["of the health check", 200, { url: "/healthz", open: true }],
  ])("%s has the headers of the Admin API", async (_name, status, request) => {
    const answer = await send(await testProject(), request);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers).toMatchObject({
      "cache-control": "no-store",
      pragma: "no-cache",
      "x-content-type-options": "nosniff",
      "x-robots-tag": "noindex, nofollow",
      "x-frame-options": "DENY",
      "permissions-policy": expect.stringContaining("geolocation=()"),
    });
    expect(answer.headers["content-security-policy"]).toMatch(
      /^script-src 'self' https: 'nonce-[A-Za-z0-9+/=]{24}' 'strict-dynamic'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'$/,
    );
  });

  it("of an unknown host is plain text", async () => {
    const answer = await send(await testProject(), { headers: { host: "nobody.test" } });
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([404, expect.stringMatching(/^text\/plain/)]);
  });
});

describe("bodies", () => {
  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=latin1",
    "application/json; profile=x; charset=latin1",
    "application/json; charset=",
    "application/json profile=x",
    "application/jsonp",
    "multipart/form-data; boundary=x",
    "",
  ])("of type %j are refused: 415", async (type) => {
    const answer = await send(await testProject(), { method: "POST", headers: type ? { "content-type": type } : {}, payload: '{"query":"{__typename}"}' });
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([415, expect.stringMatching(/^text\/plain/)]);
  });

  it.each(["application/json; charset=utf-8", "application/json;charset=UTF8", "application/json; profile=x", "application/graphql; charset=utf-8"])(
    "of type %s are taken",
    async (type) => {
      const raw = type.includes("graphql") ? "{ __typename }" : '{"query":"{ __typename }"}';
      const answer = await ask(await testProject(), "", { raw, contentType: type });
      expect([answer.status, answer.data, answer.headers["content-type"]]).toEqual([200, { __typename: "Query" }, "application/json; charset=utf-8"]);
    },
  );

  it("are answered at both paths; the query of the URL is not looked at", async () => {
    const target = await testProject();
    for (const url of ["/graphql", PATH]) {
      const answer = await send(target, { method: "POST", url: `${url}?query={nope}`, headers: { "content-type": "application/json" }, payload: '{"query":"{ __typename }"}' });
      expect(answer.json()).toEqual({ data: { __typename: "Query" } });
    }
  });

  it("that are no JSON: InvalidJSON with where it breaks", async () => {
    const answer = await ask(await testProject(), "", { raw: '{"query":x}' });
    expect([answer.status, answer.error]).toEqual([400, { name: "BadRequest", reason: "InvalidJSON", message: expect.any(String), code: 400, info: { byte_offset: 9 } }]);
  });

  it.each(["application/json", "application/graphql"])("over 1 MiB of %s: 413", async (contentType) => {
    const target = await testProject();
    const [start, end] = contentType.endsWith("json") ? ['{"query":"{ __typename }","x":"', '"}'] : ["{ __typename }#", ""];
    const padded = (length: number): string => `${start}${"y".repeat(length - start.length - end.length)}${end}`;
    const [allowed, over] = [await ask(target, "", { raw: padded(1024 * 1024), contentType }), await ask(target, "", { raw: padded(1024 * 1024 + 1), contentType })];
    expect(allowed.status).toBe(200);
    expect([over.status, over.error]).toMatchObject([413, { name: "RequestEntityTooLarge", reason: "RequestEntityTooLarge", code: 413, info: { limit: 1024 * 1024 } }]);
  });

  it("take variables as an object or as the text of one, and refuse others", async () => {
    const target = await testProject();
    const query = "query($n: Int) { users(first: $n) { totalCount } }";
    for (const variables of [{ n: 1 }, '{"n":1}', "", null]) expect((await ask(target, query, { variables })).data.users.totalCount).toBe(0);
    for (const variables of ["[1]", "nope", 5, [1]]) expect((await ask(target, query, { variables })).error).toMatchObject({ name: "BadRequest", code: 400 });
    for (const raw of ["[]", '[{"query":"{__typename}"}]', '"x"', "{}", '{"query":5}', '{"query":"{__typename}","operationName":5}'])
      expect((await ask(target, "", { raw })).status, raw).toBe(400);
  });

  it("name the operation to run", async () => {
    const query = "query A { a: __typename } query B { b: __typename }";
    expect((await ask(await testProject(), query, { operationName: "B" })).data).toEqual({ b: "Query" });
  });
});

describe("times", () => {
  it("are shown in UTC, with parts of a second when there are any", async () => {
    const target = await testProject();
    const { id, userId } = await newUser(ask, target);
    const shown = async (createdAt: string) => {
      await target.db.transaction((tx) => tx.query("update auth_user set created_at = $3 where project_id = $1 and id = $2", [target.project.id, userId, createdAt]));
      return (await ask(target, "query($id: ID!) { node(id: $id) { ... on User { createdAt } } }", { variables: { id } })).data.node.createdAt;
    };
    expect([await shown("2026-01-01T08:00:00+08:00"), await shown("2026-01-01T00:00:00.120Z")]).toEqual(["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.120Z"]);
  });
});

describe("the context of events", () => {
  it("takes client, states and languages of the URL, and what the token says of the caller beside the address", async () => {
    const target = await testProject();
    const token = await tokenOf(target, { audit_context: { actor: "ops", http_url: "https://forged.test" } });
    const search = "?client_id=c1&state=s1&x_state=s2&ui_locales=fr-CA%20fr";
    await ask(target, `mutation { ${create("https://a.test")} }`, { token, search });
    const [event] = await eventsOf(target);
    expect(event?.context).toMatchObject({
      client_id: "c1",
      oauth: { state: "s1", x_state: "s2" },
      preferred_languages: ["fr-CA", "fr"],
      triggered_by: "admin_api",
      audit_context: { actor: "ops", http_url: `http://${target.host}${PATH}${search}` },
    });
  });

  it.each([["a text"], [5], [["list"]], [null]])("ignores an audit_context that is %j", async (audit_context) => {
    const target = await testProject();
    await ask(target, `mutation { ${create("https://a.test")} }`, { token: await tokenOf(target, { audit_context }) });
    expect((await eventsOf(target))[0]?.context.audit_context).toEqual({ http_url: `http://${target.host}${PATH}` });
  });
});

describe("the page", () => {
  it("is GraphiQL, runs nothing of the URL, and loads nothing from elsewhere", async () => {
    const target = await testProject();
    const answer = await send(target, { url: `${PATH}?query=${encodeURIComponent(`mutation { ${create("https://a.test")} }`)}` });
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(answer.body).toContain("<title>GraphiQL - Admin API</title>");
    expect(await count(target)).toBe(0);
    const nonce = /'nonce-([^']+)'/.exec(String(answer.headers["content-security-policy"]))?.[1];
    const scripts = [...answer.body.matchAll(/<\/?script[^>]*>/g)].map(([tag]) => tag);
    expect(scripts).toEqual([`<script nonce="${nonce}">`, "</script>"]);
    const head = answer.body.slice(0, answer.body.indexOf("<script"));
    expect([head.match(/(?:src|href)="(?!data:)/g), head.match(/url\(["']?(?!["']?data:)[^)]*/g), head.match(/@import/g)]).toEqual([null, null, null]);
    const again = await send(target, {});
    expect(again.body).not.toContain(nonce as string);
  }, 60_000);

  it("asks for no headers behind the portal", async () => {
    const target = await testProject();
    const shown = async (headers: Record<string, string>) => /<body data-proxied="(\w+)">/.exec((await send(target, { url: "/graphql", headers })).body)?.[1];
    expect([await shown({}), await shown({ "x-authgear-portal-is-proxied": "true" }), await shown({ "x-authgear-portal-is-proxied": '"><script>' })]).toEqual([
      "false",
      "true",
      "false",
    ]);
  });
});

describe("ids", () => {
  it.each(["!!!", "", "VXNlcg", "VXNlcjo", Buffer.from("Nothing:1").toString("base64url"), `${Buffer.from("User:1").toString("base64url")}=`])(
    "%j is no node: null, and no error",
    async (id) => {
      const answer = await ask(await testProject(), "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }", { variables: { id } });
      expect([answer.data, answer.errors]).toEqual([{ node: null, nodes: [null] }, undefined]);
    },
  );

  it("decode at the first two parts", () => {
    expect([fromGlobalId(Buffer.from("User:a:b").toString("base64url")), fromGlobalId(Buffer.from("User:").toString("base64url"))]).toEqual([{ type: "User", id: "a" }, undefined]);
  });

  it("of rows that are gone are null for types that are loaded", async () => {
    const target = await testProject();
    for (const type of ["User", "Identity", "Authenticator", "AuditLog", "Role", "Group", "Resource", "Scope", "FraudProtectionDecisionRecord"])
      for (const raw of ["opaque", "0b8b1f7e-0000-4000-8000-000000000000"]) {
        const id = Buffer.from(`${type}:${raw}`).toString("base64url");
        const answer = await ask(target, "query($id: ID!) { node(id: $id) { id } }", { variables: { id } });
        expect([answer.data, answer.errors], `${type}:${raw}`).toEqual([{ node: null }, undefined]);
      }
  });
});
