import { beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { ProjectRegistry } from "@gatehouse/service-project-registry";
import { HandleImportJob, SweepImports } from "../src/index.js";
import { ImportClient, makeKeys } from "./import-client.js";

let client: ImportClient;
beforeAll(async () => {
  client = await ImportClient.open();
});
/** Somebody takes an email address, on a connection of his own. */
const signUp = (target: TestProject, email: string) =>
  target.db.transaction(async (tx) => {
    const user = await tx.queryOne<{ id: string }>("insert into auth_user (project_id, id, created_at, updated_at) values ($1, gen_random_uuid(), now(), now()) returning id", [
      target.project.id,
    ]);
    await tx.query(
      `insert into identity (project_id, id, user_id, type, login_id_key, login_id_type, login_id, unique_key, claims, created_at, updated_at)
       values ($1, gen_random_uuid(), $2, 'login_id', 'email', 'email', $3, $3, $4, now(), now())`,
      [target.project.id, user?.id, email, { email }],
    );
  });
const emails = (count: number) => Array.from({ length: count }, (_, i) => ({ email: `u${i}@example.com` }));

describe("a worker that dies", () => {
  it("never applies a record twice: the import goes on where it stood", async () => {
    const target = await testProject();
    const records = [...emails(40), { email: "u3@example.com", name: "again" }, ...emails(50).slice(41)];
    const { id } = await client.start(target.ctx, { identifier: "email", upsert: true, records });
    // The first lot ends before the record that touches an earlier one; the worker dies in the second.
    let lots = 0;
    const dying = { ...target.ctx, log: { ...target.ctx.log, error: () => undefined }, newId: target.ctx.newId };
    const apply = client.tasks as unknown as { apply: { run: (...args: unknown[]) => Promise<unknown> } };
    const run = apply.apply.run;
    apply.apply.run = async (...args) => {
      lots += 1;
      const done = await run.apply(apply.apply, args);
      if (lots === 2) throw Object.assign(new Error("the connection is lost"), { code: "57P01" });
      return done;
    };
    await expect(client.tasks.run(dying, id)).rejects.toThrow("the connection is lost");
    apply.apply.run = run;
    expect(await client.users(target)).toBe(40);
    expect(await client.tasks.run(target.ctx, id)).toBeUndefined();
    const { details = [] } = await client.read(target.ctx, id);
    expect(details.map(({ index }) => index)).toEqual(records.map((_, i) => i));
    expect(details.filter(({ outcome }) => outcome === "inserted")).toHaveLength(49);
    expect(details[40]).toMatchObject({ outcome: "updated", user_id: details[3]?.user_id });
    expect(await client.users(target)).toBe(49);
  });

  it("two workers on one task share it without doing anything twice", async () => {
    const target = await testProject();
    const { id } = await client.start(target.ctx, { identifier: "email", records: emails(100) });
    await Promise.all([1, 2, 3].map(() => client.tasks.run(target.ctx, id)));
    const { details = [] } = await client.read(target.ctx, id);
    expect([details.length, new Set(details.map(({ outcome }) => outcome))]).toEqual([100, new Set(["inserted"])]);
    expect(await client.users(target)).toBe(100);
  });

  it("leaves an import to the sweep, which forgets those of yesterday", async () => {
    const target = await testProject();
    const { id } = await client.start(target.ctx, { identifier: "email", records: emails(1) });
    const sweep = client.module.get(SweepImports);
    const count = async () =>
      (await target.db.read((tx) => tx.queryOne<{ n: number }>("select count(*)::int as n from user_import_task where project_id = $1", [target.project.id])))?.n;
    expect(await sweep.run(new Date(Date.now() + 61_000))).toBeGreaterThan(0);
    expect(await count()).toBe(1);
    await sweep.run(new Date(Date.now() + 24 * 3600_000 + 1000));
    expect(await count()).toBe(0);
    await expect(client.read(target.ctx, id)).rejects.toMatchObject({ reason: "TaskNotFound" });
  });
});

describe("imports of another project", () => {
  it("are never found, and a job under a wrong project does nothing", async () => {
    const [mine, other] = [await testProject(), await testProject()];
    const { id } = await client.start(mine.ctx, { identifier: "email", records: emails(1) });
    await expect(client.read(other.ctx, id)).rejects.toMatchObject({ reason: "TaskNotFound" });
    await client.module.get(HandleImportJob).run({ project_id: other.project.id, job_id: id }, other.ctx.log);
    await client.module.get(HandleImportJob).run({ project_id: 1 }, other.ctx.log);
    expect([await client.users(mine), await client.users(other)]).toEqual([0, 0]);
    await client.module.get(HandleImportJob).run({ project_id: mine.project.id, job_id: id }, mine.ctx.log);
    expect([await client.users(mine), await client.users(other)]).toEqual([1, 0]);
    expect(await client.module.get(ProjectRegistry).byId(mine.project.id)).toBeDefined();
  });

  it("share no users, roles and login ids", async () => {
    const [mine, other] = [await testProject(), await testProject()];
    await makeKeys(other, { roles: ["r"] });
    await client.one(other.ctx, { email: "a@example.com", roles: ["r"] });
    expect(await client.one(mine.ctx, { email: "a@example.com", roles: ["r"] })).toMatchObject({ outcome: "failed", errors: [{ reason: "RoleUnknownKeys" }] });
    expect(await client.one(mine.ctx, { email: "a@example.com" }, { upsert: true })).toMatchObject({ outcome: "inserted" });
  });

  it.each(["", "x", "userimport_", `userimport_${"a".repeat(32)}`, `userimport_${"0".repeat(33)}`, "userimport_\0", `userexport_${"0".repeat(32)}`])(
    "an id that is none is not found: %j",
    async (id) => {
      const { ctx } = await testProject();
      await expect(client.read(ctx, id)).rejects.toMatchObject({ reason: "TaskNotFound" });
    },
  );
});

describe("hostile records", () => {
  it.each<[string, unknown]>([
    ["NUL in a value", { email: "a@example.com", name: "a\0b" }],
    ["NUL in the identifier", { email: "a\0@example.com" }],
    ["half a character", { email: "a@example.com", name: "\ud800" }],
    ["NUL in a key", { email: "a@example.com", address: { "a\0": "b" } }],
    ["NUL in a role", { email: "a@example.com", roles: ["a\0"] }],
    ["__proto__", JSON.parse('{"email": "a@example.com", "__proto__": {"disabled": true}}')],
    ["constructor", { email: "a@example.com", constructor: {} }],
    ["__proto__ inside", JSON.parse('{"email": "a@example.com", "mfa": {"__proto__": {"email": "x"}}}')],
    ["ten thousand roles", { email: "a@example.com", roles: Array.from({ length: 10_000 }, (_, i) => `r${i}`) }],
    ["a very long name", { email: `${"a".repeat(100_000)}@example.com` }],
    ["a list for a text", { email: ["a@example.com"] }],
    ["an object for roles", { email: "a@example.com", roles: { length: 1, 0: "r" } }],
    ["a day that is none", { email: "a@example.com", account_valid_from: "2030-02-31T99:00:00Z" }],
  ])("fail alone: %s", async (_name, record) => {
    const target = await testProject();
    const details = await client.run(target.ctx, {
      identifier: "email",
      records: [{ email: "before@example.com" }, record as Record<string, unknown>, { email: "after@example.com" }],
    });
    expect(details.map(({ outcome }) => outcome)).toEqual(["inserted", "failed", "inserted"]);
    expect(details[1]?.errors?.[0]?.code).toBeLessThan(500);
    expect(await client.users(target)).toBe(2);
  });

  it("__proto__ in custom attributes and addresses stays an ordinary name", async () => {
    const target = await testProject();
    const record = JSON.parse('{"email": "a@example.com", "custom_attributes": {"__proto__": {"x": 1}}, "address": {"__proto__": "y", "country": "GB"}}');
    const detail = await client.one(target.ctx, record);
    expect(detail.outcome).toBe("inserted");
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect((await client.facts(target, detail.user_id)).user.customAttributes).toEqual({});
  });

  it.each([
    ["nests too deep", `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`],
    ["has a number that nobody can hold", '{"altitude":[-1e400]}'],
  ])("what %s is refused before anything is kept", async (_what, address) => {
    const target = await testProject();
    const records = [{ email: "a@example.com" }, { email: "b@example.com", address: JSON.parse(address) as unknown }];
    await expect(client.start(target.ctx, { identifier: "email", records })).rejects.toMatchObject({
      reason: "ValidationFailed",
      info: { causes: [{ location: "/records/1" }] },
    });
    expect(await target.db.read((tx) => tx.query("select id from user_import_job where project_id = $1", [target.project.id]))).toEqual([]);
  });

  it("a hundred records over one user are applied in order", async () => {
    const target = await testProject();
    const records = Array.from({ length: 100 }, (_, i) => ({ email: "a@example.com", name: `n${i}` }));
    const details = await client.run(target.ctx, { identifier: "email", upsert: true, records });
    expect(new Set(details.slice(1).map(({ outcome }) => outcome))).toEqual(new Set(["updated"]));
    expect((await client.facts(target, details[0]?.user_id)).user.standardAttributes).toMatchObject({ name: "n99" });
  });

  it("a login id that somebody takes while the records are written fails its record alone", async () => {
    const target = await testProject();
    const { id } = await client.start(target.ctx, { identifier: "email", records: emails(5) });
    const lookups = (client.tasks as unknown as { apply: { lookups: { similar: (...args: unknown[]) => Promise<unknown> } } }).apply.lookups;
    const similar = lookups.similar;
    let looked = 0;
    lookups.similar = async (...args) => {
      const found = await similar.apply(lookups, args);
      looked += 1;
      if (looked === 1) await signUp(target, "u2@example.com");
      return found;
    };
    await client.tasks.run(target.ctx, id);
    lookups.similar = similar;
    const { details = [] } = await client.read(target.ctx, id);
    expect(details.map(({ outcome }) => outcome)).toEqual(["inserted", "inserted", "skipped", "inserted", "inserted"]);
    expect(await client.users(target)).toBe(5);
  });
});

describe("usage limits", () => {
  it("count records, refuse what would pass them, and give nothing away", async () => {
    const target = await testProject({ config: { usage: { limits: { user_import: [{ quota: 3, period: "day", action: "block" }] } } } });
    await client.start(target.ctx, { identifier: "email", records: emails(2) });
    await expect(client.start(target.ctx, { identifier: "email", records: emails(2) })).rejects.toMatchObject({
      reason: "UsageLimitExceeded",
      info: { name: "UserImport", usage_name: "user_import", period: "day" },
    });
    await client.start(target.ctx, { identifier: "email", records: emails(1) });
    expect(await target.db.read((tx) => tx.query("select id from user_import_job where project_id = $1", [target.project.id]))).toHaveLength(2);
  });
});

it("nothing personal goes to Redis", async () => {
  const target = await testProject();
  const secret = sha256Hex(target.project.id);
  await client.start(target.ctx, { identifier: "email", records: [{ email: `${secret}@example.com` }] });
  for await (const keys of target.redis.client.scanStream({ match: "*user-import*" }))
    for (const key of keys as string[]) {
      const type = await target.redis.client.type(key);
      const value = type === "hash" ? JSON.stringify(await target.redis.client.hgetall(key)) : type === "string" ? await target.redis.client.get(key) : "";
      expect(value).not.toContain(secret);
    }
});
