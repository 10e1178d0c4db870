#!/usr/bin/env node
// Runs a program of node_modules on the pinned Node: node tools/run.mjs <file> [arguments]
import { spawnSync } from "node:child_process";
import { ensureInstalled, onPinnedNode } from "./setup/install.mjs";
import { main, root } from "./setup/say.mjs";

await main(async () => {
  await ensureInstalled();
  await onPinnedNode();
  process.exit(spawnSync(process.execPath, process.argv.slice(2), { cwd: root, stdio: "inherit" }).status ?? 1);
});
