import { beforeAll, describe, expect, it } from "vitest";
import { HandleExportJob } from "@gatehouse/feature-user-export";
import { HandleImportJob } from "@gatehouse/feature-user-import";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { type AdminClient, adminClient, tokenOf } from "./admin-client.js";

let service: AdminClient["service"];
beforeAll(async () => {
  ({ service } = await adminClient());
});

const IMPORT = "/_api/admin/users/import";
const EXPORT = "/_api/admin/users/export";

async function call(target: TestProject, url: string, more: { payload?: unknown; contentType?: string; token?: string } = {}) {
  const { payload, contentType = "application/json", token } = more;
  const answer = await service.fastify.inject({
    method: payload === undefined ? "GET" : "POST",
    url,
    headers: { host: target.host, authorization: `Bearer ${token ?? (await tokenOf(target))}`, ...(payload === undefined ? {} : { "content-type": contentType }) },
    ...(payload === undefined ? {} : { payload: typeof payload === "string" ? payload : JSON.stringify(payload) }),
  });
  return { status: answer.statusCode, body: answer.body, headers: answer.headers, ...(String(answer.headers["content-type"]).includes("json") ? answer.json() : {}) };
}
const runImport = async (target: TestProject, id: string, tasks = 1) => {
  for (let i = 0; i < tasks; i += 1) await service.nest.get(HandleImportJob, { strict: false }).run({ project_id: target.project.id, job_id: id }, target.ctx.log);
};

describe("POST /_api/admin/users/import", () => {
  it("takes records and tells what became of them once all are done", async () => {
    const target = await testProject();
    const records = Array.from({ length: 101 }, (_, i) => ({ email: `u${i}@example.com` }));
    const started = await call(target, IMPORT, { payload: { identifier: "email", records } });
    expect(started).toMatchObject({ status: 200, result: { id: expect.stringMatching(/^userimport_[0-9A-HJKMNP-TV-Z]{32}$/), created_at: expect.any(String), status: "pending" } });
    expect(Object.keys(started.result)).toEqual(["id", "created_at", "status"]);
    await runImport(target, started.result.id);
    expect((await call(target, `${IMPORT}/${started.result.id}`)).result).toEqual(started.result);
    await runImport(target, started.result.id);
    const { result } = await call(target, `${IMPORT}/${started.result.id}`);
    expect(result).toMatchObject({ status: "completed", completed_at: expect.any(String), summary: { total: 101, inserted: 101, updated: 0, skipped: 0, failed: 0 } });
    expect(result.details.map(({ index }: { index: number }) => index)).toEqual(records.map((_, i) => i));
    expect(result.details[100]).toEqual({ index: 100, record: { email: "u100@example.com" }, outcome: "inserted", user_id: expect.any(String) });
  });

  it("refuses a body of 500,001 bytes and takes one of 500,000", async () => {
    const target = await testProject();
    const body = (size: number) => JSON.stringify({ identifier: "email", records: [{ email: "a@example.com" }] }).padEnd(size);
    expect(await call(target, IMPORT, { payload: body(500_001) })).toMatchObject({
      status: 413,
      error: { name: "RequestEntityTooLarge", reason: "JSONTooLarge", info: { limit: 500_000 } },
    });
    expect((await call(target, IMPORT, { payload: body(500_000) })).status).toBe(200);
  });

  it.each<[string, { payload: unknown; contentType?: string }, number, object]>([
    ["GraphQL", { payload: "{}", contentType: "application/graphql" }, 400, { reason: "BadRequest", message: "request content type is invalid" }],
    ["broken JSON", { payload: '{"identifier": "email", "records": [' }, 400, { reason: "InvalidJSON", info: { byte_offset: expect.any(Number) } }],
    ["no records", { payload: { identifier: "email", records: [] } }, 400, { reason: "ValidationFailed", info: { causes: [{ location: "/records", kind: "minItems" }] } }],
    [
      "records that are none",
      { payload: { identifier: "email", records: ["a"] } },
      400,
      { reason: "ValidationFailed", info: { causes: [{ location: "/records/0", kind: "type" }] } },
    ],
    ["no identifier", { payload: { records: [{}] } }, 400, { reason: "ValidationFailed", info: { causes: [{ kind: "required" }] } }],
    [
      "an unknown identifier",
      { payload: { identifier: "sub", records: [{}] } },
      400,
      { reason: "ValidationFailed", info: { causes: [{ location: "/identifier", kind: "enum" }] } },
    ],
    ["an unknown member", { payload: { identifier: "email", records: [{}], x: 1 } }, 400, { reason: "ValidationFailed", info: { causes: [{ location: "/x", kind: "" }] } }],
    ["a list", { payload: [] }, 400, { reason: "ValidationFailed" }],
  ])("refuses %s", async (_name, request, status, error) => {
    expect(await call(await testProject(), IMPORT, request)).toMatchObject({ status, error });
  });

  it("refuses text with 415 and strangers with 403", async () => {
    const [target, other] = [await testProject(), await testProject()];
    expect((await call(target, IMPORT, { payload: "{}", contentType: "text/plain" })).status).toBe(415);
    const stranger = { payload: { identifier: "email", records: [{ email: "a@example.com" }] }, token: await tokenOf(other) };
    expect(await call(target, IMPORT, stranger)).toMatchObject({ status: 403, body: "Forbidden\n" });
  });

  it("counts records against the project's limits", async () => {
    const target = await testProject({ features: { admin_api: { user_import_usage: { enabled: true, period: "day", quota: 2 } } } });
    const records = (count: number) => Array.from({ length: count }, (_, i) => ({ email: `u${i}@example.com` }));
    expect(await call(target, IMPORT, { payload: { identifier: "email", records: records(3) } })).toMatchObject({
      status: 429,
      error: { name: "TooManyRequest", reason: "UsageLimitExceeded", info: { name: "UserImport", usage_name: "user_import", period: "day" } },
    });
    expect((await call(target, IMPORT, { payload: { identifier: "email", records: records(2) } })).status).toBe(200);
  });
});

describe("POST /_api/admin/users/export", () => {
  it("writes a file that a link fetches for a minute; a new request gives a new link", async () => {
    const target = await testProject();
    const started = await call(target, EXPORT, { payload: { format: "csv", csv: { fields: [{ pointer: "/email", field_name: "e" }] } } });
    expect(started).toMatchObject({ status: 200, result: { status: "pending", request: { format: "csv", csv: { fields: [{ pointer: "/email", field_name: "e" }] } } } });
    const { id } = started.result;
    await service.nest.get(HandleExportJob, { strict: false }).run({ project_id: target.project.id, task_id: id }, target.ctx.log);
    const { result } = await call(target, `${EXPORT}/${id}`);
    expect(result).toMatchObject({ id, status: "completed", completed_at: expect.any(String), download_url: expect.stringContaining(`http://${target.host}/_api/admin/files/`) });
    const link = new URL(result.download_url);
    const get = (url: string, host = target.host) => service.fastify.inject({ method: "GET", url, headers: { host } });
    const file = await get(link.pathname + link.search);
    expect([file.statusCode, file.body, file.headers["content-type"]]).toEqual([200, "e\n", "text/csv"]);
    expect(file.headers["content-disposition"]).toContain(`attachment; filename="${target.project.id}-${id}-`);
    expect(file.headers["cache-control"]).toBe("no-store");
    link.searchParams.set("expires", String(Math.floor(Date.now() / 1000) - 1));
    expect(await get(link.pathname + link.search)).toMatchObject({ statusCode: 403, body: "Forbidden\n" });
    expect((await get("/_api/admin/files/../graphql")).statusCode).toBe(403);
    expect((await get(new URL(result.download_url).pathname)).statusCode).toBe(403);
    const other = await testProject();
    expect((await get(result.download_url.replace(`http://${target.host}`, ""), other.host)).statusCode).toBe(403);
    expect(await call(other, `${EXPORT}/${id}`)).toMatchObject({ status: 404, error: { name: "NotFound", reason: "TaskNotFound" } });
  });

  it("refuses names that occur twice, unknown forms and other content types", async () => {
    const target = await testProject();
    const fields = [
      { pointer: "/email", field_name: "x" },
      { pointer: "/name", field_name: "x" },
    ];
    expect(await call(target, EXPORT, { payload: { format: "csv", csv: { fields } } })).toMatchObject({
      status: 400,
      error: { reason: "UserExportNonUniqueFieldNames", info: { field_names: ["x"] } },
    });
    expect(await call(target, EXPORT, { payload: { format: "xml" } })).toMatchObject({ status: 400, error: { reason: "ValidationFailed" } });
    expect(await call(target, EXPORT, { payload: "{}", contentType: "application/graphql" })).toMatchObject({ status: 400, error: { reason: "BadRequest" } });
  });

  it.each(["userexport_0", `userimport_${"0".repeat(32)}`, "..%2F..", "%00"])("does not find %s", async (id) => {
    const target = await testProject();
    expect(await call(target, `${EXPORT}/${id}`)).toMatchObject({ status: 404, error: { reason: "TaskNotFound" } });
    expect(await call(target, `${IMPORT}/${id}`)).toMatchObject({ status: 404, error: { reason: "TaskNotFound" } });
  });
});
