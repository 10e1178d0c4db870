import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AuditLogModule, RecordEvents } from "@gatehouse/feature-audit-log";
import { eventId } from "@gatehouse/domain-events";
import { generateSigningJwk, publicJwk } from "@gatehouse/platform-crypto";
import { testModule, testPlatform, testProject, type TestModule, type TestProject } from "@gatehouse/platform-testing";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { AuditCommandFailed, exportAuditLog, verifyAuditLog } from "../src/commands/audit.js";

let nest: TestModule;
let folder: string;
beforeAll(async () => {
  nest = await testModule([AuditLogModule]);
  folder = await mkdtemp(path.join(tmpdir(), "audit-"));
});
afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
let seq = 0;
async function events({ ctx }: TestProject, n: number): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1000);
  const context = { timestamp, user_id: null, triggered_by: "user", audit_context: {}, preferred_languages: [], language: "en", geo_location_code: null, app_id: ctx.project.id };
  const records = Array.from({ length: n }, () => {
    seq += 1;
    return { value: JSON.stringify({ id: eventId(seq), seq, type: "user.created", payload: {}, context }) };
  });
  await nest.get(RecordEvents).run(records, quiet);
}

async function exported(project: TestProject, env: Record<string, string> = {}): Promise<string[]> {
  const { env: platform } = await testPlatform();
  const settings = { DATABASE_URL: platform.databaseUrl, REDIS_URL: platform.redisUrl, LOG_LEVEL: "error", ...env };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const lines: string[] = [];
  await exportAuditLog(project.project.id, (text) => void lines.push(text));
  return lines;
}
async function file(name: string, text: string): Promise<string> {
  const at = path.join(folder, name);
  await writeFile(at, text);
  return at;
}
async function verified(lines: readonly string[], options: Parameters<typeof verifyAuditLog>[1] = {}): Promise<{ said: string; exitCode: unknown }> {
  const said: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
  process.exitCode = undefined;
  await verifyAuditLog(await file(`${Math.random()}.ndjson`, lines.join("")), options);
  return { said: said.join("\n"), exitCode: process.exitCode };
}

describe("gatehouse audit", () => {
  it("exports a log that verifies, and says by its exit code what was done to it", async () => {
    const project = await testProject();
    await events(project, 4);
    const lines = await exported(project);
    expect(lines).toHaveLength(6);
    expect(await verified(lines)).toMatchObject({ said: expect.stringContaining("the log is intact"), exitCode: undefined });
    const forged = await verified(lines.map((line, index) => (index === 2 ? line.replace('"user_id":null', '"user_id":"x"') : line)));
    expect(forged).toMatchObject({ said: expect.stringContaining("CHANGED: row 2"), exitCode: 1 });
    expect(await verified(lines.filter((_, index) => index !== 3))).toMatchObject({ said: expect.stringContaining("REMOVED: row 3 was removed"), exitCode: 1 });
    expect(await verified(lines.filter((line) => !line.includes('"kind":"checkpoint"')))).toMatchObject({
      said: expect.stringContaining("CHECKPOINT: no checkpoint is left"),
      exitCode: 1,
    });
    expect(await verified(await exported(await testProject()))).toMatchObject({ said: expect.stringContaining("the log is intact"), exitCode: undefined });
  });

  it("signs with the deployment's key, which can be pinned", async () => {
    const project = await testProject();
    await events(project, 2);
    const [key, other] = [await generateSigningJwk("EdDSA"), await generateSigningJwk("EdDSA")];
    const lines = await exported(project, { GATEHOUSE_AUDIT_LOG_SIGNING_KEY: JSON.stringify(key) });
    expect(lines.join("")).not.toContain(String(key.d));
    const pin = await file("key.json", JSON.stringify({ keys: [publicJwk(key)] }));
    expect((await verified(lines, { key: pin })).exitCode).toBeUndefined();
    await events(project, 1);
    const mixed = await exported(project, { GATEHOUSE_AUDIT_LOG_SIGNING_KEY: JSON.stringify(other) });
    expect((await verified(mixed)).exitCode).toBeUndefined();
    const both = await file("both.json", JSON.stringify({ keys: [publicJwk(key), publicJwk(other)] }));
    expect((await verified(mixed, { key: both })).exitCode).toBeUndefined();
    expect((await verified(mixed, { key: pin })).exitCode).toBe(1);
    const wrong = await file("other.json", JSON.stringify(publicJwk(other)));
    expect(await verified(lines, { key: wrong })).toMatchObject({ said: expect.stringContaining("CHECKPOINT: checkpoint 1 is not signed by a known key"), exitCode: 1 });
  });

  it("threat: an end that was cut off with its checkpoint is found with an earlier export", async () => {
    const project = await testProject();
    await events(project, 3);
    const earlier = await file("earlier.ndjson", (await exported(project)).join(""));
    await project.db.read((tx) => tx.query("delete from audit_log where project_id = $1", [project.project.id]));
    await project.db.read((tx) => tx.query("delete from audit_checkpoint where project_id = $1", [project.project.id]));
    await project.db.read((tx) => tx.query("delete from audit_chain where project_id = $1", [project.project.id]));
    const lines = await exported(project);
    expect((await verified(lines)).exitCode).toBeUndefined();
    expect(await verified(lines, { since: earlier })).toMatchObject({ said: expect.stringContaining("checkpoints of the earlier export are missing"), exitCode: 1 });
  });

  it("says what it cannot use", async () => {
    const project = await testProject();
    const lines = await exported(project);
    await expect(exported({ ...project, project: { ...project.project, id: "nobody" as never } })).rejects.toThrow(AuditCommandFailed);
    await expect(verified(lines, { key: await file("oct.json", '{"kty":"oct","k":"AA"}') })).rejects.toThrow("no file with public keys");
    await expect(verified(lines, { since: await file("none.ndjson", "") })).rejects.toThrow("holds no checkpoint");
    await expect(verifyAuditLog(path.join(folder, "missing"))).rejects.toThrow("cannot be read");
    await expect(exported(project, { GATEHOUSE_AUDIT_LOG_SIGNING_KEY: '{"kty":"oct","k":"c2VjcmV0","kid":"1"}' })).rejects.toThrow("must be a private JWK");
  });
});
