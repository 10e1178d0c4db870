#!/usr/bin/env node
// `npm run verify`: types, lint, generated docs, tests, HTTP end-to-end. Options: --browser adds the browser journeys.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { ensureInstalled, onPinnedNode } from "./setup/install.mjs";
import { marks } from "./setup/report.mjs";
import { main, root } from "./setup/say.mjs";

const checks = [
  { name: "types", args: ["node_modules/typescript7/bin/tsc", "--noEmit", "-p", "tsconfig.json"] },
  { name: "lint", args: ["tools/lint.mjs"] },
  { name: "docs", args: ["tools/docs.mjs", "--check"] },
  { name: "tests", args: ["tools/test.mjs"] },
  { name: "end-to-end", args: ["tools/e2e.mjs", ...(process.argv.includes("--browser") ? ["--browser"] : [])] },
];

/** Runs one check, shows its output, and reads its last line "N passed, N failed"; without one the check itself counts. */
function run({ name, args }) {
  console.log(`\n== ${name}`);
  const started = Date.now();
  return new Promise((resolve) => {
    let tail = "";
    const child = spawn(
      process.execPath,
      args.map((a, i) => (i === 0 ? path.join(root, a) : a)),
      { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
    );
    child.stdout.on("data", (chunk) => {
      process.stdout.write(chunk);
      tail = (tail + chunk).slice(-20_000);
    });
    child.on("exit", (code) => {
      const match = /(\d+) passed, (\d+) failed\s*$/.exec(tail);
      const ok = code === 0;
      const passed = match ? Number(match[1]) : ok ? 1 : 0;
      const failed = match && Number(match[2]) > 0 ? Number(match[2]) : ok ? 0 : 1;
      const named = tail.split("\n").filter((line) => Object.values(marks).some((mark) => line.startsWith(mark)));
      resolve({ name, passed, failed, named, seconds: Math.round((Date.now() - started) / 1000) });
    });
  });
}

await main(async () => {
  await ensureInstalled();
  await onPinnedNode();
  const results = [];
  for (const check of checks.filter(({ args }) => existsSync(path.join(root, args[0])))) results.push(await run(check));
  console.log("\n== summary");
  for (const r of results) console.log(`${r.failed ? "FAILED" : "ok    "} ${r.name}: ${r.passed} passed, ${r.failed} failed (${r.seconds} s)`);
  for (const line of results.flatMap((r) => r.named)) console.log(line);
  const sum = (key) => results.reduce((total, r) => total + r[key], 0);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  process.exit(sum("failed") > 0 ? 1 : 0);
});
