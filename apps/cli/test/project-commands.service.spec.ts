import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createPortalService } from "@gatehouse/app-portal";
import type { HttpService } from "@gatehouse/platform-http";
import { testPlatform } from "@gatehouse/platform-testing";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { addProjectCommands } from "../src/commands/project.js";
import { writeProjectFolder } from "../src/services/project-folder.js";

let portal: HttpService;
let origin: string;
let printed: string[] = [];

async function gatehouse(...args: string[]): Promise<string> {
  printed = [];
  const program = new Command("gatehouse").exitOverride();
  addProjectCommands(program);
  await program.parseAsync(["project", ...args, "--portal", origin], { from: "user" });
  return printed.join("\n");
}

function folderOf(id: string, more = ""): string {
  const folder = mkdtempSync(path.join(tmpdir(), "project-"));
  writeFileSync(path.join(folder, "authgear.yaml"), `id: ${id}\nhttp: {public_origin: 'http://${id}.localhost:3000'}\n${more}`);
  mkdirSync(path.join(folder, "static/en"), { recursive: true });
  writeFileSync(path.join(folder, "static/en/app_logo.png"), Buffer.from("\x89PNG\r\n\x1a\n\xff\x00", "latin1"));
  writeFileSync(path.join(folder, ".hidden"), "x");
  return folder;
}

describe("gatehouse project", () => {
  beforeAll(async () => {
    const { resources } = await testPlatform();
    portal = await createPortalService(resources);
    origin = await portal.listen({ host: "127.0.0.1", port: 0 });
  });
  afterAll(() => portal.close());
  beforeEach(async () => {
    vi.stubEnv("GATEHOUSE_OPERATOR_TOKEN", (await testPlatform()).env.operatorToken);
    vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it("applies, lists, exports and deletes a project", async () => {
    const id = `k${randomBytes(6).toString("hex")}`;
    const folder = folderOf(id);
    expect(await gatehouse("apply", folder)).toMatch(new RegExp(`^created ${id} `));
    expect(await gatehouse("apply", folder)).toMatch(new RegExp(`^replaced ${id} `));
    expect(await gatehouse("list")).toContain(`${id.padEnd(32)} http://${id}.localhost:3000`);
    const copy = path.join(folder, "copy");
    expect(await gatehouse("export", id, copy)).toBe(`wrote 3 files to ${copy}`);
    expect(readFileSync(path.join(copy, "static/en/app_logo.png"))).toEqual(readFileSync(path.join(folder, "static/en/app_logo.png")));
    expect(statSync(path.join(copy, "authgear.secrets.yaml")).mode & 0o777).toBe(0o600);
    await expect(gatehouse("delete", id)).rejects.toThrow("--yes");
    expect(await gatehouse("delete", id, "--yes")).toBe(`deleted ${id}`);
    await expect(gatehouse("export", id, copy)).rejects.toThrow("project not found");
  });

  it("prints each cause of a refusal on a line", async () => {
    const folder = folderOf(`k${randomBytes(6).toString("hex")}`, "session: {lifetime_seconds: -1}\nnonsense: 1\n");
    await expect(gatehouse("apply", folder)).rejects.toThrow(/^invalid configuration \(ValidationFailed\)\n {2}\/nonsense: unknown key\n {2}\/session\/lifetime_seconds: minimum/);
  });

  it("says what to do when the token is missing or the portal is away", async () => {
    vi.stubEnv("GATEHOUSE_OPERATOR_TOKEN", "");
    vi.stubEnv("GATEHOUSE_HOME", "/nowhere");
    await expect(gatehouse("list")).rejects.toThrow("GATEHOUSE_OPERATOR_TOKEN is not set");
    vi.stubEnv("GATEHOUSE_OPERATOR_TOKEN", "x");
    await expect(gatehouse("list")).rejects.toThrow("operator token required");
    const away = origin;
    origin = "http://127.0.0.1:1";
    await expect(gatehouse("list").finally(() => (origin = away))).rejects.toThrow("does not answer");
  });

  it("threat: an export that writes outside its folder", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "project-"));
    await expect(writeProjectFolder(path.join(folder, "in"), { "../out.txt": "x" })).rejects.toThrow("leads out of");
  });
});
