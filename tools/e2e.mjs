#!/usr/bin/env node
// End-to-end: starts the whole platform on throw-away data, as `npm start` does, and runs e2e/. Options: --browser adds the journeys in Chromium;
// any other argument goes to vitest: a part of a file's name, or -t with a part of a test's name. E2E_SCREENSHOTS names a folder for pictures of the hosted pages.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startFakeTurnstile } from "./setup/fake-turnstile.mjs";
import { ensureInstalled, onPinnedNode } from "./setup/install.mjs";
import { startPlatform } from "./setup/platform.mjs";
import { closeRun, readReport } from "./setup/report.mjs";
import { main, root, say } from "./setup/say.mjs";

const browser = process.argv.includes("--browser");
const forVitest = process.argv.slice(2).filter((argument) => argument !== "--browser");

function vitest(report, env) {
  const args = [
    path.join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--config",
    "vitest.e2e.config.ts",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...forVitest,
  ];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", "inherit", "inherit"] });
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

await main(async () => {
  await ensureInstalled();
  await onPinnedNode();
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-e2e-"));
  chmodSync(dir, 0o755);
  const turnstile = await startFakeTurnstile();
  const platform = await startPlatform({ home: path.join(dir, "home"), env: { E2E_BOT_PROTECTION_CLOUDFLARE_ENDPOINT: turnstile.url } });
  const report = path.join(dir, "report.json");
  let code = 1;
  try {
    code = await vitest(report, { ...platform.env, E2E_BROWSER: browser ? "1" : "" });
  } finally {
    await platform.stop();
    turnstile.close();
  }
  const result = readReport(report, code);
  if (result.failed > 0) say(`The platform's output:\n${platform.output().slice(-4000)}`);
  rmSync(dir, { recursive: true, force: true });
  closeRun(result);
});
