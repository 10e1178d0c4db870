import { randomBytes } from "node:crypto";
import { parse } from "yaml";
import { octKeyBytes } from "@gatehouse/platform-crypto";
import { type TestModule, testModule, testPlatform, testProject } from "@gatehouse/platform-testing";
import { ObjectStores } from "@gatehouse/platform-object-store";
import { ProjectRegistry } from "@gatehouse/service-project-registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DeleteProject, GetProject, ListProjects, ProjectsModule, PutProject } from "../src/index.js";

let module: TestModule;
const newId = (): string => `p${randomBytes(6).toString("hex")}`;
const config = (id: string, more = ""): string => `# written by hand\nid: ${id}\nhttp:\n  public_origin: http://${id}.localhost:3000 # comment\n${more}`;
const refused = (work: Promise<unknown>): Promise<{ reason: string; info?: { causes?: { location: string }[] } }> =>
  work.then(
    () => ({ reason: "accepted" }),
    (error) => error,
  );

interface SecretsFile {
  secrets: { key: string; data: { keys: { kid: string; kty: string }[]; items: { client_id: string; keys: { kty: string; k: string }[] }[] } }[];
}

describe("putting projects", () => {
  beforeAll(async () => {
    module = await testModule([ProjectsModule]);
  });
  afterAll(() => module.close());
  const put = (id: string, files: Record<string, string | { base64: string }>) => module.get(PutProject).run({ id, files });
  const get = (id: string) => module.get(GetProject).run(id);
  const secretsOf = async (id: string) => parse((await get(id)).files["authgear.secrets.yaml"] as string) as SecretsFile;

  it("creates a project from authgear.yaml alone: text kept as written, keys generated", async () => {
    const id = newId();
    const result = await put(id, { "authgear.yaml": config(id) });
    expect(result).toMatchObject({ id, created: true, endpoints: { issuer: `http://${id}.localhost:3000`, admin_api: `http://${id}.localhost:3000/_api/admin/graphql` } });
    const exported = await get(id);
    expect(exported.files["authgear.yaml"]).toBe(config(id));
    const { secrets } = await secretsOf(id);
    expect(Object.fromEntries(secrets.map(({ key, data }) => [key, data.keys[0]?.kty]))).toEqual({
      "admin-api.auth": "RSA",
      oauth: "RSA",
      csrf: "oct",
      webhook: "oct",
      images: "oct",
    });
    expect((await module.get(ProjectRegistry).byHost(`${id}.localhost`))?.id).toBe(id);
  });

  it("changes no key when the same files are put again, with or without the exported secrets", async () => {
    const id = newId();
    await put(id, { "authgear.yaml": config(id) });
    const before = await secretsOf(id);
    await put(id, { "authgear.yaml": config(id) });
    await put(id, (await get(id)).files);
    await put(id, { "authgear.yaml": config(id), "authgear.secrets.yaml": "secrets: []" });
    expect((await secretsOf(id)).secrets.map(({ data }) => data.keys[0]?.kid).sort()).toEqual(before.secrets.map(({ data }) => data.keys[0]?.kid).sort());
  });

  it("generates a readable secret for each confidential client and keeps it", async () => {
    const id = newId();
    const clients = "oauth:\n  clients:\n    - {client_id: app, name: App, x_application_type: confidential, client_name: App, redirect_uris: ['http://localhost/cb']}\n";
    await put(id, { "authgear.yaml": config(id, clients) });
    const secretOf = async () => (await secretsOf(id)).secrets.find(({ key }) => key === "oauth.client_secrets")?.data.items[0];
    const first = await secretOf();
    expect(octKeyBytes(first?.keys[0] as never).toString()).toMatch(/^[A-Za-z0-9]{43}$/);
    await put(id, { "authgear.yaml": config(id, clients) });
    expect(await secretOf()).toEqual(first);
  });

  it("keeps comments of a given secrets file while adding what it lacks", async () => {
    const id = newId();
    await put(id, { "authgear.yaml": config(id), "authgear.secrets.yaml": "# ours\nsecrets:\n- key: csrf # mine\n  data: {keys: [{kid: k1, kty: oct, k: AAAA}]}\n" });
    const text = (await get(id)).files["authgear.secrets.yaml"] as string;
    expect(text).toMatch(/^# ours\nsecrets:[\s\S]*key: csrf # mine[\s\S]*key: oauth/);
  });

  it.each([
    ["a wrong value", (id: string) => ({ "authgear.yaml": config(id, "session: {lifetime_seconds: -1}\n") }), "ValidationFailed"],
    ["an unknown key", (id: string) => ({ "authgear.yaml": config(id, "sesion: {}\n") }), "ValidationFailed"],
    ["broken secrets", (id: string) => ({ "authgear.yaml": config(id), "authgear.secrets.yaml": "secrets: [{key: nonsense, data: {}}]" }), "ValidationFailed"],
    ["the id of another project", () => ({ "authgear.yaml": config("another") }), "ValidationFailed"],
    ["an unknown path", (id: string) => ({ "authgear.yaml": config(id), "etc/passwd": "x" }), "UnknownResource"],
    ["a file too large", (id: string) => ({ "authgear.yaml": config(id), "reserved_name.txt": "x".repeat(200_000) }), "ResourceTooLarge"],
    ["bad base64", (id: string) => ({ "authgear.yaml": config(id), "reserved_name.txt": { base64: "@@@" } }), "ValidationFailed"],
    ["no authgear.yaml", () => ({ "reserved_name.txt": "x" }), "ValidationFailed"],
  ])("changes nothing when the files have %s", async (_case, files, reason) => {
    const id = newId();
    await put(id, { "authgear.yaml": config(id) });
    const before = await get(id);
    expect((await refused(put(id, files(id)))).reason).toBe(reason);
    expect(await get(id)).toEqual(before);
    const fresh = newId();
    expect((await refused(put(fresh, files(fresh)))).reason).toBe(reason);
    expect((await refused(get(fresh))).reason).toBe("ProjectNotFound");
  });

  it("removes files that are no longer given", async () => {
    const id = newId();
    await put(id, { "authgear.yaml": config(id), "reserved_name.txt": { base64: Buffer.from([255, 254]).toString("base64") } });
    expect((await get(id)).files["reserved_name.txt"]).toEqual({ base64: "//4=" });
    await put(id, { "authgear.yaml": config(id) });
    expect(Object.keys((await get(id)).files)).toEqual(["authgear.secrets.yaml", "authgear.yaml"]);
  });

  it("threat: taking over the host of another project", async () => {
    const [victim, thief] = [newId(), newId()];
    const host = `login-${victim}.example`;
    await put(victim, { "authgear.yaml": `id: ${victim}\nhttp: {public_origin: 'https://${host}'}` });
    expect((await refused(put(thief, { "authgear.yaml": `id: ${thief}\nhttp: {public_origin: 'https://${host}'}` }))).reason).toBe("DuplicatedDomain");
    expect((await refused(put(thief, { "authgear.yaml": `id: ${thief}\nhttp: {public_origin: 'https://${victim}.localhost'}` }))).reason).toBe("DuplicatedDomain");
    expect((await module.get(ProjectRegistry).byHost(host))?.id).toBe(victim);
  });

  it("counts every one of several puts that run at the same time", async () => {
    const id = newId();
    await put(id, { "authgear.yaml": config(id) });
    const results = await Promise.allSettled(Array.from({ length: 4 }, (_, i) => put(id, { "authgear.yaml": config(id, `session: {lifetime_seconds: ${i + 100}}\n`) })));
    const done = results.filter((result) => result.status === "fulfilled");
    expect(done.length).toBeGreaterThan(0);
    expect((await get(id)).version).toBe(1 + done.length);
  });

  it("lists in pages without gaps", async () => {
    const ids = [newId(), newId(), newId()];
    for (const id of ids) await put(id, { "authgear.yaml": config(id) });
    const seen: string[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await module.get(ListProjects).run({ cursor, limit: 2 });
      expect(page.projects.length).toBeLessThanOrEqual(2);
      seen.push(...page.projects.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toEqual(expect.arrayContaining(ids));
    expect((await refused(module.get(ListProjects).run({ cursor: "%%%" }))).reason).toBe("BadRequest");
  });

  it("deletes every row and key of a project and nothing of another", async () => {
    const { db, redis } = await testPlatform();
    const [gone, stays] = [await testProject(), await testProject()];
    for (const { ctx } of [gone, stays]) {
      await db.transaction(async (tx) => {
        await tx.query("insert into auth_user (project_id, id, created_at, updated_at) values ($1, $2, now(), now())", [ctx.project.id, ctx.newId()]);
        await tx.query("insert into audit_log (project_id, id, created_at, activity_type, data) values ($1, 'a', now(), 'x', '{}')", [ctx.project.id]);
        await tx.query("insert into outbox (project_id, type, payload, context) values ($1, 'x', '{}', '{}')", [ctx.project.id]);
      });
      await redis.client.set(`app:{${ctx.project.id}}:x:1`, "1");
    }
    const store = module.get(ObjectStores).userExport;
    for (const { ctx } of [gone, stays]) await store?.put(ctx, { key: "a/b", body: Buffer.from("x"), contentType: "text/plain" });
    await module.get(DeleteProject).run(gone.project.id);
    const objects = await Promise.all([gone, stays].map(({ ctx }) => store?.get(ctx, "a/b")));
    expect(objects.map((object) => object !== undefined)).toEqual([false, true]);
    objects[1]?.body.destroy();
    const left = (id: string) =>
      db.read(async (tx) =>
        Number(
          (
            await tx.queryOne<{ n: string }>(
              "select (select count(*) from auth_user where project_id = $1) + (select count(*) from audit_log where project_id = $1) + (select count(*) from outbox where project_id = $1) + (select count(*) from project_file where project_id = $1) as n",
              [id],
            )
          )?.n,
        ),
      );
    expect([await left(gone.project.id), await left(stays.project.id)]).toEqual([0, 5]);
    expect([await redis.client.exists(`app:{${gone.project.id}}:x:1`), await redis.client.exists(`app:{${stays.project.id}}:x:1`)]).toEqual([0, 1]);
    expect(await module.get(ProjectRegistry).byHost(gone.host)).toBeUndefined();
    expect((await refused(module.get(DeleteProject).run(gone.project.id))).reason).toBe("ProjectNotFound");
  });
});
