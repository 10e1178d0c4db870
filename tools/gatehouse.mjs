#!/usr/bin/env node
// The `gatehouse` program from source: npm run gatehouse -- <command>
import { spawn } from "node:child_process";
import { ensureInstalled, onPinnedNode } from "./setup/install.mjs";
import { main } from "./setup/say.mjs";

await main(async () => {
  await ensureInstalled();
  await onPinnedNode();
  const { buildServer } = await import("./setup/build.mjs");
  const program = await buildServer();
  const child = spawn(process.execPath, ["--enable-source-maps", program, ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => process.exit(code ?? 1));
});
