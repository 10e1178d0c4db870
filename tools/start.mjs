#!/usr/bin/env node
// `npm start`: everything a developer needs, in one command. Options: --fresh wipes the data of this clone first.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ensureInstalled, onPinnedNode } from "./setup/install.mjs";
import { Stop, main, root, step } from "./setup/say.mjs";

const home = path.resolve(process.env.GATEHOUSE_HOME || path.join(root, ".gatehouse"));

function portBase() {
  const base = Number(process.env.PORT_BASE || 3000);
  if (!Number.isInteger(base) || base < 1024 || base > 60000) throw new Stop(`PORT_BASE must be a whole number from 1024 to 60000, not "${process.env.PORT_BASE}".`);
  return base;
}

function operatorToken() {
  if (process.env.GATEHOUSE_OPERATOR_TOKEN) return process.env.GATEHOUSE_OPERATOR_TOKEN;
  const file = path.join(home, "operator-token");
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}

async function startStores(base) {
  const { ensureDatabase, startPostgres } = await import("./setup/postgres.mjs");
  const { startRedis } = await import("./setup/redis.mjs");
  const results = await Promise.allSettled([
    startPostgres({ port: base + 1432, dir: path.join(home, "postgres"), durable: true }),
    startRedis({ port: base + 1379, dir: path.join(home, "redis"), appendonly: true }),
  ]);
  const running = results.filter((r) => r.status === "fulfilled").map((r) => r.value);
  const stop = async () => {
    for (const store of running.toReversed()) await store.stop();
  };
  const failed = results.find((r) => r.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const [postgres, redis] = running;
  await ensureDatabase(postgres, "gatehouse");
  return { databaseUrl: postgres.localUrl("gatehouse"), redisUrl: redis.localUrl, stop };
}

/** Every port must be free before anything starts, so that the message names the port and nothing is half up. */
async function checkPorts(base) {
  const { answers } = await import("./setup/processes.mjs");
  for (const port of [base, base + 3])
    if (await answers(port)) throw new Stop(`Port ${port} is taken; stop what uses it, or choose other ports, for example PORT_BASE=${base + 100} npm start.`);
}

async function built() {
  const { buildPortalWeb, buildServer } = await import("./setup/build.mjs");
  const [program, portalWeb] = await Promise.all([buildServer(), buildPortalWeb()]);
  return { program, portalWeb };
}

function run(program, env, stop) {
  const child = spawn(process.execPath, ["--enable-source-maps", program, "dev"], { cwd: root, stdio: ["ignore", "inherit", "inherit"], env });
  let asked = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => {
      asked += 1;
      child.kill(asked > 1 ? "SIGKILL" : "SIGTERM");
    });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", async (code, signal) => {
      await step("Stopping PostgreSQL and Redis", stop);
      resolve(asked > 0 ? 0 : (code ?? (signal ? 1 : 0)));
    });
  });
}

await main(async () => {
  const base = portBase();
  await ensureInstalled();
  await onPinnedNode({ ownSession: true });
  await checkPorts(base);
  if (process.argv.includes("--fresh")) {
    const { wipe } = await import("./setup/wipe.mjs");
    await wipe(home);
  }
  mkdirSync(home, { recursive: true });
  let stores;
  const [storesResult, buildResult] = await Promise.allSettled([startStores(base).then((s) => (stores = s)), built()]);
  const failed = [storesResult, buildResult].find((r) => r.status === "rejected");
  if (failed) {
    await stores?.stop();
    throw failed.reason;
  }
  const { program, portalWeb } = buildResult.value;
  const env = {
    DEV_MODE: "true",
    ...process.env,
    PORT_BASE: String(base),
    DATABASE_URL: stores.databaseUrl,
    REDIS_URL: stores.redisUrl,
    PORTAL_WEB_DIR: portalWeb,
    GATEHOUSE_OPERATOR_TOKEN: operatorToken(),
    GATEHOUSE_OBJECT_STORE_DIR: process.env.GATEHOUSE_OBJECT_STORE_DIR || path.join(home, "objects"),
    GATEHOUSE_MIGRATIONS_DIR: path.join(root, "db/migrations"),
  };
  process.exit(await run(program, env, stores.stop));
});
