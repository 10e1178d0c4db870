import { createConfig, lintFromString } from "@redocly/openapi-core";
import { newUuid } from "@gatehouse/platform-ids";
import { testProject } from "@gatehouse/platform-testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations } from "../src/http/operator/operations.js";
import { operatorControllers } from "../src/portal-app.module.js";
import { newProjectId, type TestPortal, testPortal } from "./portal.fixture.js";

let portal: TestPortal;
const config = (id: string): string => `id: ${id}\nhttp: {public_origin: 'http://${id}.localhost:3000'}\n`;
const routes = operations.map(({ method, path }) => ({ method: method.toUpperCase() as "GET", url: path.replace("{projectId}", "nosuch") }));

describe("operator API", () => {
  beforeAll(async () => {
    portal = await testPortal();
  });
  afterAll(() => portal.close());
  const call = (method: "GET" | "PUT" | "POST" | "DELETE", path: string, payload?: object) =>
    portal.http.inject({ method, url: `/operator/v1/${path}`, headers: portal.operator, ...(payload ? { payload } : {}) });

  it("creates, replaces, exports, lists and deletes a project", async () => {
    const id = newProjectId();
    const created = await call("PUT", `projects/${id}`, { files: { "authgear.yaml": config(id) } });
    expect([created.statusCode, created.json()]).toMatchObject([201, { id, created: true, endpoints: { public_origin: `http://${id}.localhost:3000` } }]);
    expect((await call("PUT", `projects/${id}`, { files: { "authgear.yaml": config(id) } })).statusCode).toBe(200);
    const exported = (await call("GET", `projects/${id}`)).json<{ files: Record<string, string> }>();
    expect(Object.keys(exported.files)).toEqual(["authgear.secrets.yaml", "authgear.yaml"]);
    const page = (await call("GET", "projects?limit=1")).json<{ projects: object[]; next_cursor: string }>();
    expect([page.projects.length, typeof page.next_cursor]).toEqual([1, "string"]);
    const minted = (await call("POST", `projects/${id}/admin-token`)).json<{ token: string; expires_in: number }>();
    expect([minted.token.split(".").length, minted.expires_in]).toEqual([3, 300]);
    const deleted = await call("DELETE", `projects/${id}`);
    expect([deleted.statusCode, deleted.body]).toEqual([204, ""]);
    expect((await call("GET", `projects/${id}`)).json()).toEqual({ error: { name: "NotFound", reason: "ProjectNotFound", message: "project not found", code: 404 } });
  });

  it("refuses invalid files with the causes", async () => {
    const id = newProjectId();
    const answer = await call("PUT", `projects/${id}`, { files: { "authgear.yaml": `${config(id)}session: {lifetime_seconds: -1}\n` } });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      400,
      {
        error: {
          name: "Invalid",
          reason: "ValidationFailed",
          message: "invalid configuration",
          code: 400,
          info: { causes: [{ location: "/session/lifetime_seconds", kind: "minimum", details: { actual: -1, minimum: 0 } }] },
        },
      },
    ]);
    expect((await call("GET", `projects/${id}`)).statusCode).toBe(404);
  });

  it.each([
    ["no body", undefined],
    ["files of a wrong type", { files: [] }],
    ["a file of a wrong type", { files: { "authgear.yaml": 1 } }],
    ["base64 of a wrong type", { files: { "authgear.yaml": { base64: 1 } } }],
  ])("answers 400 ValidationFailed to %s", async (_case, body) => {
    const answer = await call("PUT", `projects/${newProjectId()}`, body as object);
    expect([answer.statusCode, answer.json<{ error: { reason: string } }>().error.reason]).toEqual([400, "ValidationFailed"]);
  });

  it("refuses new message templates to a project that may not have its own, and keeps subjects out of its translations", async () => {
    const path = `projects/${newProjectId()}`;
    const publish = (files: Record<string, string>) => call("PUT", path, { files: { "authgear.yaml": config(path.slice(9)), ...files } });
    const features = { "authgear.features.yaml": "messaging:\n  template_customization_disabled: true\n" };
    const template = { "templates/en/messages/verification_sms.txt": "{{ .Code }}" };
    const translations = { "templates/en/translation.json": '{"app.name":"Acme","email.verification.subject":"{Code}"}' };
    expect((await publish(template)).statusCode).toBe(201);
    expect((await publish({ ...features, ...template, ...translations })).statusCode).toBe(200);
    const { files } = (await call("GET", path)).json<{ files: Record<string, string> }>();
    expect(files["templates/en/messages/verification_sms.txt"]).toBe("{{ .Code }}");
    expect(JSON.parse(files["templates/en/translation.json"] ?? "")).toEqual({ "app.name": "Acme" });
    const refused = await publish({ ...features, "templates/en/messages/verification_sms.txt": "Own {{ .Code }}" });
    expect([refused.statusCode, refused.json<{ error: { reason: string } }>().error.reason]).toEqual([400, "ValidationFailed"]);
  });

  it("answers InvalidJSON, unknown routes and wrong methods in the shape of the specification", async () => {
    const broken = await portal.http.inject({
      method: "PUT",
      url: `/operator/v1/projects/${newProjectId()}`,
      headers: { ...portal.operator, "content-type": "application/json" },
      payload: '{"files":',
    });
    expect([broken.statusCode, broken.json<{ error: { reason: string } }>().error.reason]).toEqual([400, "InvalidJSON"]);
    for (const answer of [await call("GET", "nothing"), await call("POST", "projects")])
      expect([answer.statusCode, answer.json()]).toMatchObject([404, { error: { name: "NotFound", code: 404 } }]);
  });

  it.each(["limit=0", "limit=x", "cursor=!!!"])("answers 400 to a bad page: %s", async (query) => expect((await call("GET", `projects?${query}`)).statusCode).toBe(400));

  it("signs a user in for tests: cookies, and tokens of a client", async () => {
    const { project, db } = await testProject({
      config: { oauth: { clients: [{ client_id: "app", name: "App", x_application_type: "native", redirect_uris: ["com.example://cb"] }] } },
    });
    const userId = newUuid();
    await db.read((tx) => tx.query("insert into auth_user (project_id, id, created_at, updated_at) values ($1, $2, now(), now())", [project.id, userId]));
    const path = `projects/${project.id}/testkit/sessions`;
    const plain = await call("POST", path, { user_id: userId });
    expect([plain.statusCode, Object.keys(plain.json())]).toEqual([200, ["cookies"]]);
    const session = (await call("POST", path, { user_id: userId, client_id: "app" })).json<{
      cookies: { name: string; value: string }[];
      access_token: string;
      refresh_token: string;
    }>();
    expect(session.cookies[0]).toEqual({ name: expect.stringContaining("session"), value: expect.any(String) });
    expect([typeof session.access_token, typeof session.refresh_token]).toEqual(["string", "string"]);
    const refusals = await Promise.all(
      [{ user_id: newUuid() }, { user_id: "x" }, {}, { user_id: userId, client_id: "other" }].map(
        async (body) => (await call("POST", path, body)).json<{ error: { reason: string } }>().error.reason,
      ),
    );
    expect(refusals).toEqual(["UserNotFound", "UserNotFound", "ValidationFailed", "BadRequest"]);
  });

  it("shows the messages kept for a project, newest first, to the operator and to its developers", async () => {
    const { project, db } = await testProject();
    for (const [minute, code] of [
      ["00", "111111"],
      ["01", "222222"],
    ])
      await db.read((tx) =>
        tx.query(
          "insert into inbox_message (project_id, id, channel, recipient, template, body, code, created_at) values ($1, $2, 'email', 'a@example.com', 'verification_email', 'Hello', $3, $4)",
          [project.id, newUuid(), code, `2026-01-01T00:${minute}:00Z`],
        ),
      );
    const { messages } = (await call("GET", `projects/${project.id}/inbox`)).json<{ messages: Record<string, unknown>[] }>();
    expect(messages).toMatchObject([
      { code: "222222", to: "a@example.com", channel: "email", template: "verification_email", subject: null, body: "Hello", link: null, created_at: "2026-01-01T00:01:00.000Z" },
      { code: "111111" },
    ]);
    const userId = newUuid();
    await db.read((tx) => tx.query("insert into project_collaborator (project_id, user_id, role) values ($1, $2, 'editor')", [project.id, userId]));
    const answer = await portal.http.inject({ method: "GET", url: `/api/v1/projects/${project.id}/inbox`, headers: await portal.developer(userId) });
    expect(answer.json()).toMatchObject({ messages: [{ code: "222222", recipient: "a@example.com" }, {}] });
  });

  it("threat: test sessions and the inbox on a production deployment", async () => {
    const production = await testPortal({ devMode: false });
    const { project } = await testProject();
    for (const [method, path] of [
      ["POST", "testkit/sessions"],
      ["GET", "inbox"],
    ] as const) {
      const answer = await production.http.inject({
        method,
        url: `/operator/v1/projects/${project.id}/${path}`,
        headers: portal.operator,
        ...(method === "POST" ? { payload: { user_id: newUuid() } } : {}),
      });
      expect([path, answer.statusCode]).toEqual([path, 404]);
    }
    await production.close();
  });

  it("threat: calling without the operator's token", async () => {
    const token = portal.operator.authorization.slice("Bearer ".length);
    const developer = (await portal.developer()).authorization;
    const attempts = [undefined, "", "Bearer", "Bearer ", `Bearer ${token}x`, `Bearer ${token.slice(0, -1)}`, `Basic ${token}`, token, developer, `Bearer ${token.toUpperCase()}`];
    for (const { method, url } of routes)
      for (const authorization of attempts) {
        const answer = await portal.http.inject({ method, url, headers: authorization === undefined ? {} : { authorization } });
        expect([method, url, authorization, answer.statusCode, answer.json<{ error: { name: string } }>().error.name]).toEqual([method, url, authorization, 401, "Unauthorized"]);
      }
  });

  it("threat: a deployment without an operator token lets nobody in", async () => {
    const closed = await testPortal({ operatorToken: "" });
    for (const authorization of ["Bearer ", "Bearer undefined", "Bearer"])
      expect((await closed.http.inject({ method: "GET", url: "/operator/v1/projects", headers: { authorization } })).statusCode).toBe(401);
    await closed.close();
  });

  it("serves an OpenAPI document that is valid and describes every route", async () => {
    const answer = await portal.http.inject({ method: "GET", url: "/operator/v1/openapi.json" });
    const problems = await lintFromString({ source: answer.body, config: await createConfig({ extends: ["spec"] }) });
    expect(problems.filter(({ severity }) => severity === "error").map(({ message, location }) => [message, location[0]?.pointer])).toEqual([]);
    for (const { method, url } of routes) expect([url, portal.http.hasRoute({ method, url: url.replace("nosuch", ":projectId") })]).toEqual([url, true]);
    const methods = ["GET", "POST", "PUT", "DELETE"];
    const served = operatorControllers.flatMap((controller) =>
      Object.getOwnPropertyNames(controller.prototype)
        .map((name) => controller.prototype[name as never] as object)
        .filter((handler) => Reflect.hasMetadata("method", handler))
        .map((handler) =>
          `${methods[Reflect.getMetadata("method", handler) as number]} /${Reflect.getMetadata("path", controller)}/${Reflect.getMetadata("path", handler)}`
            .replace(/\/+$/, "")
            .replaceAll("//", "/")
            .replace(":projectId", "{projectId}"),
        ),
    );
    expect(served.sort()).toEqual(operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort());
  });
});
