import { generateKeyPairSync } from "node:crypto";
import { asProjectId } from "@gatehouse/domain-project";
import { newUuid } from "@gatehouse/platform-ids";
import { testModule, testProject } from "@gatehouse/platform-testing";
import { PostgresqlUserIndex, UserSearchModule } from "@gatehouse/service-user-search";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newProjectId, type TestPortal, testPortal } from "./portal.fixture.js";

let portal: TestPortal;
const projectRoutes = [
  ["GET", ""],
  ["POST", "/config/validate"],
  ["PUT", "/config"],
  ["GET", "/users"],
  ["GET", "/collaborators"],
  ["GET", "/inbox"],
  ["GET", "/audit-logs"],
  ["GET", "/webhook-deliveries"],
  ["POST", "/webhook-deliveries/x/replay"],
] as const;

describe("developers' API", () => {
  beforeAll(async () => {
    portal = await testPortal();
  });
  afterAll(() => portal.close());
  const call = (headers: Record<string, string>, method: "GET" | "PUT" | "POST" | "DELETE", path: string, payload?: object) =>
    portal.http.inject({ method, url: `/api/v1/${path}`, headers, ...(payload ? { payload } : {}) });

  async function withProject() {
    const headers = await portal.developer();
    const id = newProjectId();
    const answer = await call(headers, "POST", "projects", { id });
    expect([answer.statusCode, answer.json()]).toMatchObject([201, { id, public_origin: `http://${id}.localhost:3000`, role: "owner" }]);
    return { headers, id };
  }

  it("tells the front end where to sign in", async () => {
    const answer = await portal.http.inject({ method: "GET", url: "/api/config" });
    expect(answer.json()).toEqual({ authgear_endpoint: "http://accounts.localhost:3000", client_id: "portal", dev_mode: true });
    expect(answer.headers["content-security-policy"]).toContain("script-src 'self';");
  });

  it("shows the developer and his projects", async () => {
    const { ctx, db } = portal.accounts;
    const userId = newUuid();
    await db.read((tx) =>
      tx.query("insert into auth_user (project_id, id, created_at, updated_at, standard_attributes) values ($1, $2, now(), now(), $3)", [
        ctx.project.id,
        userId,
        { email: "dev@example.com", name: "Dev" },
      ]),
    );
    const headers = await portal.developer(userId);
    const id = newProjectId();
    await call(headers, "POST", "projects", { id });
    expect((await call(headers, "GET", "viewer")).json()).toEqual({ id: userId, email: "dev@example.com", formatted_name: "Dev", project_quota: null, project_owner_count: 1 });
    expect((await call(headers, "GET", "projects")).json()).toMatchObject({ projects: [{ id, role: "owner" }], total_count: 1 });
  });

  it("edits the configuration", async () => {
    const { headers, id } = await withProject();
    const detail = (await call(headers, "GET", `projects/${id}`)).json<{ files: { "authgear.yaml": { content: string; checksum: string } } }>();
    const { content, checksum } = detail.files["authgear.yaml"];
    const bad = `${content}session: {lifetime_seconds: -1}\n`;
    expect((await call(headers, "POST", `projects/${id}/config/validate`, { content: bad })).json()).toMatchObject({
      causes: [{ location: "/session/lifetime_seconds", kind: "minimum" }],
    });
    expect((await call(headers, "PUT", `projects/${id}/config`, { content: bad, checksum })).json()).toMatchObject({
      error: { reason: "ValidationFailed", message: "invalid authgear.yaml", info: { causes: [{ location: "/session/lifetime_seconds" }] } },
    });
    const good = `${content}session: {lifetime_seconds: 900}\n`;
    const saved = await call(headers, "PUT", `projects/${id}/config`, { content: good, checksum });
    expect([saved.statusCode, saved.json<{ content: string }>().content]).toEqual([200, good]);
    expect((await call(headers, "PUT", `projects/${id}/config`, { content, checksum })).json()).toMatchObject({
      error: { reason: "ResourceUpdateConflict", code: 403, info: { path: "authgear.yaml" } },
    });
  });

  it("lists the users of the project", async () => {
    const { headers, id } = await withProject();
    const { db } = portal.accounts;
    for (const name of ["a", "b", "c"])
      await db.read((tx) =>
        tx.query("insert into auth_user (project_id, id, created_at, updated_at, standard_attributes) values ($1, $2, now(), now(), $3)", [id, newUuid(), { name }]),
      );
    const page = (await call(headers, "GET", `projects/${id}/users?offset=0&limit=2`)).json<{ users: object[]; total_count: number }>();
    expect([page.users.length, page.total_count]).toEqual([2, 3]);
    expect((await call(headers, "GET", `projects/${id}/users?limit=x`)).statusCode).toBe(400);
  });

  it("shows of a user what the project does not hide from the portal, the project's own attributes by their names", async () => {
    const { headers, id } = await withProject();
    const level = (portal_ui: string) => ({ access_control: { end_user: "hidden", bearer: "hidden", portal_ui } });
    const attributes = [
      { id: "0000", pointer: "/hobby", type: "string", ...level("readonly") },
      { id: "0001", pointer: "/note", type: "string", ...level("hidden") },
      { id: "0002", pointer: "/rank", type: "string" },
    ];
    const user_profile = { standard_attributes: { access_control: [{ pointer: "/gender", ...level("hidden") }] }, custom_attributes: { attributes } };
    const { content, checksum } = (await call(headers, "GET", `projects/${id}`)).json().files["authgear.yaml"];
    const saved = await call(headers, "PUT", `projects/${id}/config`, { content: `${content}user_profile: ${JSON.stringify(user_profile)}\n`, checksum });
    expect(saved.statusCode).toBe(200);
    const kept = [
      { given_name: "Ann", gender: "x", nickname: "A" },
      { "0000": "chess", "0001": "secret", "0002": "first", gone: 1 },
    ];
    await portal.accounts.db.read((tx) =>
      tx.query("insert into auth_user (project_id, id, created_at, updated_at, standard_attributes, custom_attributes) values ($1, $2, now(), now(), $3, $4)", [
        id,
        newUuid(),
        ...kept,
      ]),
    );
    const { users } = (await call(headers, "GET", `projects/${id}/users`)).json<{ users: object[] }>();
    expect(users).toMatchObject([{ standard_attributes: { given_name: "Ann" }, custom_attributes: { hobby: "chess", rank: "first" } }]);
    expect(JSON.stringify(users)).not.toMatch(/secret|nickname|gender|gone/);
  });

  it("finds users by the index of user search, 50 at most, and nobody of another project", async () => {
    const [{ headers, id }, other] = [await withProject(), await withProject()];
    const { db, ctx } = portal.accounts;
    const nest = await testModule([UserSearchModule]);
    const people =
      "insert into auth_user (project_id, id, created_at, updated_at, standard_attributes) select $1, gen_random_uuid(), t, t, $3 from generate_series(1, $2::int) n cross join lateral (select '2026-01-01'::timestamptz + n * interval '1 minute' as t) x returning id";
    const add = async (project: string, { users, name }: { users: number; name: string }) => {
      const ids = (await db.read((tx) => tx.query<{ id: string }>(people, [project, users, { name }]))).map((row) => row.id);
      await nest.get(PostgresqlUserIndex).reindex({ ...ctx, project: { ...ctx.project, id: asProjectId(project) } }, ids);
      return ids;
    };
    const ada = await add(id, { users: 55, name: "Ada King" });
    const [grace] = await add(id, { users: 1, name: "Grace Hopper" });
    await add(other.id, { users: 2, name: "Ada Other" });
    const find = async (query: string) => {
      const { users, total_count } = (await call(headers, "GET", `projects/${id}/users?${query}`)).json<{ users: { id: string }[]; total_count: number }>();
      return [users.map((user) => user.id), total_count];
    };
    const newest = ada.toReversed();
    expect(await find("search=ada")).toEqual([newest.slice(0, 20), 50]);
    expect(await find("search=ada&offset=40&limit=20")).toEqual([newest.slice(40, 50), 50]);
    expect(await find("search=HOPPER")).toEqual([[grace], 1]);
    expect(await find(`search=${grace}`)).toEqual([[grace], 1]);
    expect(await find("search=nobody")).toEqual([[], 0]);
    await nest.close();
  });

  it("lists the audit log, searched by user, recipient or event", async () => {
    const { headers, id } = await withProject();
    const { db } = portal.accounts;
    const userId = newUuid();
    const lines = [
      ["a", "user.created", userId, {}],
      ["b", "email.sent", null, { payload: { recipient: "a@example.com" } }],
      ["c", "user.created", newUuid(), {}],
    ];
    for (const line of lines)
      await db.read((tx) => tx.query("insert into audit_log (project_id, id, created_at, activity_type, user_id, data) values ($1, $2, now(), $3, $4, $5)", [id, ...line]));
    const list = async (query: string) => {
      const body = (await call(headers, "GET", `projects/${id}/audit-logs?${query}`)).json<{ audit_logs: { id: string }[]; total_count: number }>();
      return [
        body.audit_logs
          .map((line) => line.id)
          .sort()
          .join(),
        body.total_count,
      ];
    };
    expect([await list("limit=2&offset=2"), await list(`search=${userId}`), await list("search=a%40example.com"), await list("search=user.created")]).toEqual([
      [expect.any(String), 3],
      ["a", 1],
      ["b", 1],
      ["a,c", 2],
    ]);
  });

  it("lists web hook deliveries with their attempts and sends one again", async () => {
    const { headers, id } = await withProject();
    const { db } = portal.accounts;
    await db.transaction(async (tx) => {
      await tx.query(
        "insert into webhook_delivery (project_id, id, event_id, event_type, handler_url, event, status, attempts, attempts_left) values ($1, 'd1', 'e1', 'user.created', 'https://hook.example/x', '{}', 'failed', 1, 0)",
        [id],
      );
      await tx.query("insert into webhook_attempt (project_id, delivery_id, attempt, started_at, duration_ms, status_code) values ($1, 'd1', 1, now(), 12, 500)", [id]);
    });
    const body = (await call(headers, "GET", `projects/${id}/webhook-deliveries`)).json();
    expect(body).toMatchObject({
      webhook_deliveries: [
        {
          id: "d1",
          event_id: "e1",
          event_type: "user.created",
          handler_url: "https://hook.example/x",
          status: "failed",
          attempts: [{ attempt: 1, duration_ms: 12, status_code: 500, error: null }],
        },
      ],
      total_count: 1,
    });
    const replayed = await call(headers, "POST", `projects/${id}/webhook-deliveries/d1/replay`, {});
    expect([replayed.statusCode, replayed.json()]).toMatchObject([200, { id: "d1", status: "pending" }]);
    expect((await call(headers, "POST", `projects/${id}/webhook-deliveries/nosuch/replay`, {})).statusCode).toBe(404);
  });

  it("threat: a developer reaches a project that is not his", async () => {
    const { id } = await withProject();
    const stranger = await portal.developer();
    for (const [method, path] of projectRoutes) {
      const [theirs, nobodys] = [await call(stranger, method, `projects/${id}${path}`), await call(stranger, method, `projects/nosuch${path}`)];
      expect([path, theirs.statusCode, theirs.json()]).toEqual([path, 404, nobodys.json()]);
    }
  });

  it("threat: names that PostgreSQL cannot look for, of projects and what is in them", async () => {
    const { headers, id } = await withProject();
    const answers = await Promise.all([
      ...(["GET", "DELETE"] as const).map((method) => portal.http.inject({ method, url: "/operator/v1/projects/a%00b", headers: portal.operator })),
      portal.http.inject({ method: "POST", url: "/operator/v1/projects/%00/admin-token", headers: portal.operator }),
      call(headers, "GET", "projects/%00"),
      call(headers, "DELETE", `projects/${id}/collaborators/%00`),
      call(headers, "POST", `projects/${id}/webhook-deliveries/%00/replay`),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 404));
  });

  it("threat: forged, foreign, expired and misused access tokens", async () => {
    const other = await testProject();
    const origin = other.project.config.http.public_origin;
    const now = Math.floor(Date.now() / 1000);
    const foreignKey = other.project.secrets.oauth?.keys[0];
    const sameKid = { ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }), kid: portal.accounts.project.secrets.oauth?.keys[0]?.kid };
    const attempts: Record<string, Record<string, string>> = {
      "no token": {},
      "not a token": { authorization: "Bearer x" },
      "operator token": portal.operator,
      "token of another project": await portal.developer(undefined, { key: foreignKey, iss: origin, aud: [origin] }),
      "foreign key with our claims": await portal.developer(undefined, { key: foreignKey }),
      "forged key with our kid": await portal.developer(undefined, { key: sameKid }),
      "wrong audience": await portal.developer(undefined, { aud: ["https://other.example"] }),
      "wrong issuer": await portal.developer(undefined, { iss: "https://other.example" }),
      expired: await portal.developer(undefined, { exp: now - 1 }),
      "without expiry": await portal.developer(undefined, { exp: undefined }),
      "another client": await portal.developer(undefined, { client_id: "other" }),
      "an ID token": await portal.developer(undefined, { typ: "JWT" }),
      "no user": await portal.developer(undefined, { sub: undefined }),
      "an injected user id": await portal.developer("' or 1=1"),
    };
    const unsigned = `${Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url")}.${(await portal.developer()).authorization.split(".")[1]}.`;
    attempts["algorithm none"] = { authorization: `Bearer ${unsigned}` };
    for (const [name, headers] of Object.entries(attempts)) {
      const answer = await call(headers, "GET", "projects");
      expect([name, answer.statusCode, answer.json()]).toMatchObject([name, 401, { error: { reason: "Unauthenticated" } }]);
    }
    expect((await call(await portal.developer(), "GET", "projects")).statusCode).toBe(200);
  });
});
