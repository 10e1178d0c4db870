import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createAdminService } from "@gatehouse/app-admin";
import { createHooksService } from "@gatehouse/app-hooks";
import { createPortalService } from "@gatehouse/app-portal";
import type { HttpService } from "@gatehouse/platform-http";
import { testPlatform } from "@gatehouse/platform-testing";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { addProjectCommands } from "../src/commands/project.js";
import { addUserCommands } from "../src/commands/users.js";

let services: HttpService[];
let portal: string;
let admin: string;
let printed: string[] = [];
let complained: string[] = [];
const folder = mkdtempSync(path.join(tmpdir(), "users-"));

async function gatehouse(...args: string[]): Promise<string> {
  [printed, complained] = [[], []];
  const program = new Command("gatehouse").exitOverride();
  addProjectCommands(program);
  addUserCommands(program);
  await program.parseAsync([...args, "--portal", portal], { from: "user" });
  return printed.join("\n");
}
async function newProject(): Promise<string> {
  const id = `k${randomBytes(6).toString("hex")}`;
  const project = mkdtempSync(path.join(tmpdir(), "project-"));
  writeFileSync(path.join(project, "authgear.yaml"), `id: ${id}\nhttp: {public_origin: 'http://${id}.localhost:3000'}\n`);
  await gatehouse("project", "apply", project);
  return id;
}
function fileOf(name: string, records: unknown[]): string {
  const file = path.join(folder, name);
  writeFileSync(file, records.map((record) => JSON.stringify(record)).join("\n"));
  return file;
}
const users = (command: string, id: string, ...more: string[]) => gatehouse("users", command, ...more, "--project", id, "--admin", admin);

describe("gatehouse users", () => {
  beforeAll(async () => {
    const { resources } = await testPlatform();
    services = [await createPortalService(resources), await createAdminService(resources), await createHooksService(resources)];
    portal = (await services[0]?.listen({ host: "127.0.0.1", port: 0 })) as string;
    admin = (await services[1]?.listen({ host: "127.0.0.1", port: 0 })) as string;
  });
  afterAll(async () => {
    for (const service of services) await service.close();
  });
  beforeEach(async () => {
    vi.stubEnv("GATEHOUSE_OPERATOR_TOKEN", (await testPlatform()).env.operatorToken);
    vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
    vi.spyOn(console, "error").mockImplementation((line: string) => void complained.push(line));
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    process.exitCode = undefined;
  });

  it("imports a file over several requests, then exports it", async () => {
    const id = await newProject();
    const filler = "x".repeat(2000);
    const file = fileOf(
      "users.ndjson",
      Array.from({ length: 500 }, (_, i) => ({ email: `u${i}@example.com`, name: `${i} ${filler}` })),
    );
    expect(await users("import", id, file)).toMatch(/^500 records in \d+\.\d s: 500 inserted, 0 updated, 0 skipped, 0 failed$/);
    expect(process.exitCode).toBeUndefined();
    expect(await users("import", id, file)).toMatch(/0 inserted, 0 updated, 500 skipped, 0 failed$/);
    const output = path.join(folder, "out.csv");
    expect(await users("export", id, "--format", "csv", "--field", "/email", "--output", output)).toBe(`wrote ${output}`);
    const [header, ...lines] = readFileSync(output, "utf8").trim().split("\n");
    expect([header, new Set(lines).size, lines.length]).toEqual(["email", 500, 500]);
    expect(statSync(output).mode & 0o077).toBe(0);
  }, 60_000);

  it("tells which records failed, by their place in the file, without their secrets", async () => {
    const id = await newProject();
    const filler = "x".repeat(300_000);
    const file = fileOf("bad.ndjson", [
      { email: "a@example.com", name: filler },
      { email: "b@example.com", name: filler },
      { email: "nope", password: { type: "bcrypt", password_hash: "s3cret" } },
    ]);
    const report = path.join(folder, "report.ndjson");
    expect(await users("import", id, file, "--report", report)).toMatch(/^3 records .* 2 inserted, 0 updated, 0 skipped, 1 failed$/);
    expect(complained).toEqual(["record 2: invalid login ID (ValidationFailed)"]);
    expect(process.exitCode).toBe(1);
    const reported = readFileSync(report, "utf8");
    expect(JSON.parse(reported)).toMatchObject({ index: 2, outcome: "failed", record: { email: "nope" } });
    expect(reported).not.toContain("s3cret");
  }, 60_000);

  it("says what is wrong: no project, no file, a refusal, no server", async () => {
    const id = await newProject();
    const file = fileOf("one.ndjson", [{ email: "a@example.com" }]);
    await expect(users("import", "nobody", file)).rejects.toThrow("project not found");
    await expect(users("import", id, path.join(folder, "none"))).rejects.toThrow("There is no file");
    await expect(users("export", id, "--format", "csv", "--field", "email")).rejects.toThrow(/ValidationFailed/);
    await expect(gatehouse("users", "import", file, "--project", id, "--admin", "http://127.0.0.1:1")).rejects.toThrow(/The Admin API at http:\/\/127\.0\.0\.1:1 does not answer/);
  });
});
