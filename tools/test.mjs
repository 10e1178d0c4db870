#!/usr/bin/env node
// `npm test`: unit, service and contract tests on throw-away services. Further arguments go to vitest.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureInstalled, onPinnedNode } from "./setup/install.mjs";
import { closeRun, readReport } from "./setup/report.mjs";
import { main, root, say, step } from "./setup/say.mjs";

/** `kcat` brings the mock Kafka cluster for the contract suite. */
async function ensureKcat() {
  const { aptInstall, onPath } = await import("./setup/packages.mjs");
  if (process.env.KAFKA_BROKERS || onPath("kcat", "kafkacat")) return;
  if (!aptInstall("kcat")) say("kcat is missing and could not be installed: the Kafka contract suite needs it (or KAFKA_BROKERS) and will fail.");
}

/** `slapd` is the directory that sign-in with LDAP is tested against; `openssl` makes its certificate. */
async function ensureSlapd() {
  const { aptInstall, onPath } = await import("./setup/packages.mjs");
  if (existsSync("/usr/sbin/slapd") && onPath("openssl")) return;
  if (!aptInstall("slapd", "openssl")) say("slapd (OpenLDAP) or openssl is missing and could not be installed: the tests of sign-in with LDAP need them and will fail.");
}

async function services(dir) {
  if (process.env.TEST_DATABASE_URL && process.env.TEST_REDIS_URL) return { env: {}, stop: async () => {} };
  const [{ startPostgres }, { startRedis }, { freePort }] = await Promise.all([import("./setup/postgres.mjs"), import("./setup/redis.mjs"), import("./setup/processes.mjs")]);
  const postgres = await startPostgres({ port: await freePort(), dir: path.join(dir, "postgres"), durable: false });
  const redis = await startRedis({ port: await freePort(), dir: path.join(dir, "redis") }).catch(async (error) => {
    await postgres.stop();
    throw error;
  });
  const stop = () => Promise.all([postgres.stop(), redis.stop()]);
  return { env: { TEST_DATABASE_URL: postgres.url("postgres"), TEST_REDIS_URL: redis.url }, stop };
}

function vitest(report, env) {
  const args = [path.join(root, "node_modules/vitest/vitest.mjs"), "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...process.argv.slice(2)];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", "inherit", "inherit"] });
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

await main(async () => {
  await ensureInstalled();
  await onPinnedNode();
  await ensureKcat();
  await ensureSlapd();
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-test-"));
  const { chmodSync } = await import("node:fs");
  chmodSync(dir, 0o755);
  const { env, stop } = await step("Starting PostgreSQL and Redis for the tests", () => services(dir));
  const report = path.join(dir, "report.json");
  let code = 1;
  try {
    code = await vitest(report, env);
  } finally {
    await stop();
  }
  const result = readReport(report, code);
  rmSync(dir, { recursive: true, force: true });
  closeRun(result);
});
