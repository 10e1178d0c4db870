#!/usr/bin/env node
// `npm run lint`: Biome, ESLint (shelves and our own rules), dependency-cruiser (cycles, node: modules in domain).
import { spawnSync } from "node:child_process";
import path from "node:path";
import { ensureInstalled, onPinnedNode } from "./setup/install.mjs";
import { main, root } from "./setup/say.mjs";

const fix = process.argv.includes("--fix");
const linters = [
  { name: "format and lint (Biome)", file: "node_modules/@biomejs/biome/bin/biome", args: ["check", "--log-level=warn", ...(fix ? ["--write"] : [])] },
  { name: "shelves and rules (ESLint)", file: "node_modules/eslint/bin/eslint.js", args: [".", "--max-warnings=0", "--no-warn-ignored", ...(fix ? ["--fix"] : [])] },
  { name: "cycles (dependency-cruiser)", file: "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs", args: ["--config", ".dependency-cruiser.cjs", "libs", "apps"] },
];

/** Comments that switch a size limit off; the whole repository may have ten. */
function limitExceptions() {
  const found = spawnSync("git", ["grep", "-nE", "eslint-disable.*(max-lines|few-parameters)", "--", "apps", "libs"], { cwd: root, encoding: "utf8" });
  return found.stdout.split("\n").filter(Boolean);
}

/** The boundary rule reads the project graph that Nx keeps; without a fresh one it would judge yesterday's libraries. */
async function refreshGraph() {
  process.env.NX_DAEMON = "false";
  const { createProjectGraphAsync } = await import("@nx/devkit");
  await createProjectGraphAsync({ exitOnError: true });
}

await main(async () => {
  await ensureInstalled();
  await onPinnedNode();
  await refreshGraph();
  let failed = 0;
  for (const { name, file, args } of linters) {
    console.log(`- ${name}`);
    const env = { ...process.env, NX_DAEMON: "false" };
    if (spawnSync(process.execPath, [path.join(root, file), ...args], { cwd: root, stdio: "inherit", env }).status !== 0) failed += 1;
  }
  const exceptions = limitExceptions();
  if (exceptions.length > 10) {
    failed += 1;
    console.log(`- ${exceptions.length} exceptions from the size limits; ten are allowed:\n  ${exceptions.join("\n  ")}`);
  }
  console.log(`${linters.length + 1 - failed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
});
