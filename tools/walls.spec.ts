import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "..");
const skipped = /(^|\/)(node_modules|dist|test)(\/|$)|\.spec\.ts$/;

/** One planted violation: the file, its text, and the rule that must refuse it. */
interface Planted {
  sin: string;
  file: string;
  text: string;
  rule: string;
}

const boundaries = "@nx/enforce-module-boundaries";
const lines = (count: number, line: string) => Array.from({ length: count }, () => line).join("\n");
const importOf = (name: string) => `import * as planted from "${name}";\nexport const seen = planted;\n`;
const shelf = (sin: string, lib: string, name: string): Planted => ({ sin, file: `${lib}/src/planted-${sin.replaceAll(/\W+/g, "-")}.ts`, text: importOf(name), rule: boundaries });
const local = (rule: string, file: string, text: string): Planted => ({ sin: rule, file, text, rule });

const sins: Planted[] = [
  shelf("feature imports feature", "libs/features/oauth", "@gatehouse/feature-resolver"),
  shelf("record imports feature", "libs/records/users", "@gatehouse/feature-oauth"),
  shelf("record imports record", "libs/records/users", "@gatehouse/record-sessions"),
  shelf("service imports record", "libs/services/rate-limit", "@gatehouse/record-users"),
  shelf("domain imports service", "libs/domain/user", "@gatehouse/service-rate-limit"),
  shelf("domain imports technology", "libs/domain/user", "@gatehouse/platform-redis"),
  shelf("platform imports domain", "libs/platform/ids", "@gatehouse/domain-user"),
  shelf("domain imports Nest", "libs/domain/user", "@nestjs/common"),
  shelf("feature imports fastify", "libs/features/oauth", "fastify"),
  shelf("app imports typeorm", "apps/auth", "typeorm"),
  shelf("app imports app", "apps/auth", "@gatehouse/app-admin"),
  shelf("web imports server package", "apps/portal-web", "ioredis"),
  shelf("relative path into another library", "libs/records/users", "../../sessions/src/index.js"),
  local("gatehouse/access-declared", "apps/auth/src/planted-access.ts", "declare const Controller: any, Get: any;\n@Controller()\nexport class Door {\n  @Get()\n  open() {}\n}\n"),
  local("gatehouse/context-first", "libs/records/users/src/planted.store.ts", "export class PlantedStore {\n  byId(tx: unknown, ctx: unknown) {\n    return [tx, ctx];\n  }\n}\n"),
  local("gatehouse/documented-exports", "libs/domain/jobs/src/index.ts", 'export { planted } from "./planted-bare.js";\n'),
  local(
    "gatehouse/no-async-store-reads",
    "libs/features/oauth/src/planted-async.ts",
    'import { AsyncLocalStorage } from "node:async_hooks";\nexport const local = new AsyncLocalStorage();\n',
  ),
  local("gatehouse/no-banned-names", "libs/features/oauth/src/planted-name.ts", "export class TokenManager {}\n"),
  local("gatehouse/no-module-state", "libs/features/oauth/src/planted-state.ts", "export const seen = new Map<string, string>();\n"),
  local("gatehouse/no-orm-shortcuts", "libs/features/oauth/src/planted-orm.ts", "export const keep = (manager: { save(x: unknown): void }) => manager.save({});\n"),
  local("gatehouse/few-parameters", "libs/features/oauth/src/planted-parameters.ts", "export const sum = (a: number, b: number, c: number, d: number) => a + b + c + d;\n"),
  local("max-lines", "libs/features/oauth/src/planted-long.ts", lines(301, "// a line")),
  local("max-lines-per-function", "libs/features/oauth/src/planted-function.ts", `export function long() {\n${lines(60, "  Math.random();")}\n}\n`),
];

const cruised: Planted[] = [
  local("domain-is-pure", "libs/domain/user/src/planted-node.ts", 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;\n'),
  local("no-cycles", "libs/domain/user/src/planted-left.ts", 'import { right } from "./planted-right.js";\nexport const left = () => right;\n'),
  local("no-deep-imports", "libs/records/users/src/planted-deep.ts", 'export { deep } from "../../sessions/src/planted-target.js";\n'),
];

const extras: [string, string][] = [
  ["libs/domain/jobs/src/planted-bare.ts", "export const planted = 1;\n"],
  ["libs/domain/user/src/planted-right.ts", 'import { left } from "./planted-left.js";\nexport const right = () => left;\n'],
  ["libs/records/sessions/src/planted-target.ts", "export const deep = 1;\n"],
  ["libs/features/oauth/src/planted-innocent.ts", 'import { defineError } from "@gatehouse/platform-errors-core";\nexport const made = defineError;\n'],
];

let copy = "";
const found = new Map<string, Set<string>>();

const note = (file: string, rule: string) => {
  const name = path.relative(copy, path.resolve(copy, file));
  found.set(name, (found.get(name) ?? new Set()).add(rule));
};

function node(args: string[]): string {
  const env = { ...process.env, NX_DAEMON: "false", NX_WORKSPACE_ROOT_PATH: copy };
  return spawnSync(process.execPath, args, { cwd: copy, env, encoding: "utf8", maxBuffer: 1 << 28 }).stdout;
}

/** npm packages come from the real folder; our own libraries must be those of the copy. */
function linkPackages() {
  mkdirSync(path.join(copy, "node_modules/@gatehouse"), { recursive: true });
  for (const name of readdirSync(path.join(root, "node_modules")))
    if (name !== "@gatehouse") symlinkSync(path.join(root, "node_modules", name), path.join(copy, "node_modules", name));
  for (const name of readdirSync(path.join(root, "node_modules/@gatehouse"))) {
    const target = path.relative(root, realpathSync(path.join(root, "node_modules/@gatehouse", name)));
    symlinkSync(path.join(copy, target), path.join(copy, "node_modules/@gatehouse", name));
  }
}

beforeAll(() => {
  copy = realpathSync(mkdtempSync(path.join(tmpdir(), "gatehouse-walls-")));
  for (const name of [
    "apps",
    "libs",
    "tools",
    "package.json",
    "package-lock.json",
    "nx.json",
    ".nxignore",
    "eslint.config.mjs",
    ".dependency-cruiser.cjs",
    "tsconfig.json",
    "tsconfig.base.json",
  ])
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true, filter: (source) => !skipped.test(path.relative(root, source)) });
  linkPackages();
  for (const [file, text] of [...[...sins, ...cruised].map(({ file, text }) => [file, text] as [string, string]), ...extras]) {
    mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
    writeFileSync(path.join(copy, file), text);
  }
  node(["--input-type=module", "-e", 'const { createProjectGraphAsync } = await import("@nx/devkit"); await createProjectGraphAsync();']);
  const files = [...sins.map(({ file }) => file), "libs/features/oauth/src/planted-innocent.ts"];
  const linted = JSON.parse(node(["node_modules/eslint/bin/eslint.js", "--format=json", ...files])) as { filePath: string; messages: { ruleId: string }[] }[];
  for (const { filePath, messages } of linted) for (const { ruleId } of messages) note(filePath, ruleId);
  const out = node([
    "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
    "--config",
    ".dependency-cruiser.cjs",
    "--output-type",
    "json",
    ...cruised.map(({ file }) => file),
  ]);
  const { summary } = JSON.parse(out) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  for (const { from, rule } of summary.violations) note(from, rule.name);
}, 120_000);

afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe("the walls refuse", () => {
  it.each([...sins, ...cruised])("$sin", ({ file, rule }) => {
    expect([...(found.get(file) ?? [])]).toContain(rule);
  });

  it("and leave an innocent file alone", () => {
    expect(found.get("libs/features/oauth/src/planted-innocent.ts")).toBeUndefined();
  });
});
