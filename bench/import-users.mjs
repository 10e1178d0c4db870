#!/usr/bin/env node
// How long an import of many users takes, and the memory of the worker meanwhile; then their export. Own PostgreSQL (durable) and Redis, one process for each service.
// Options: --users=N (100000), --out=folder of the build (dist/server). Every process runs as an operator starts it, without settings of the engine.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { chmodSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { once } from "node:events";
import { buildServer } from "../tools/setup/build.mjs";
import { ensureInstalled, onPinnedNode } from "../tools/setup/install.mjs";
import { ensureDatabase, startPostgres } from "../tools/setup/postgres.mjs";
import { freePort } from "../tools/setup/processes.mjs";
import { startRedis } from "../tools/setup/redis.mjs";
import { main, root, step, Stop } from "../tools/setup/say.mjs";

const option = (name, fallback) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;
const PROJECT = "import";
const HASH = "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

const recordOf = (i) => ({
  email: `user-${i}@example.com`,
  email_verified: true,
  phone_number: `+8529${String(1_000_000 + i).padStart(7, "0")}`,
  preferred_username: `user_${i}`,
  given_name: "Ada",
  family_name: `Lovelace ${i}`,
  address: { country: "GB", locality: "London" },
  custom_attributes: { plan: "basic" },
  password: { type: "bcrypt", password_hash: HASH },
});

async function writeRecords(file, count) {
  const out = createWriteStream(file);
  for (let i = 0; i < count; i += 1) if (!out.write(`${JSON.stringify(recordOf(i))}\n`)) await once(out, "drain");
  out.end();
  await once(out, "finish");
}

/** Highest resident memory of a process so far, in MB. */
const peakOf = (pid) => Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024);

function run(program, args, env) {
  const child = spawn(process.execPath, [program, ...args], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let [output, peak] = ["", 0];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const timer = setInterval(() => {
    try {
      peak = peakOf(child.pid);
    } catch {}
  }, 200);
  return new Promise((resolve, reject) =>
    child.on("exit", (code) => {
      clearInterval(timer);
      code === 0 ? resolve({ output, peak }) : reject(new Stop(`gatehouse ${args.join(" ")} ended with ${code}:\n${output}`));
    }),
  );
}

async function startService(program, name, env) {
  const child = spawn(process.execPath, [program, "start", name], { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => String(chunk).includes("listens on") && resolve());
    child.on("exit", () => reject(new Stop(`The service ${name} did not start.`)));
  });
  return child;
}

function writeProject(folder, origin) {
  mkdirSync(folder, { recursive: true });
  const attributes = "user_profile: {custom_attributes: {attributes: [{id: '0000', pointer: /plan, type: string}]}}\n";
  const loginIds = "identity: {login_id: {keys: [{type: email}, {type: phone}, {type: username}]}}\n";
  writeFileSync(path.join(folder, "authgear.yaml"), `id: ${PROJECT}\nhttp: {public_origin: '${origin}'}\n${loginIds}${attributes}`);
}

async function measure(dir, users) {
  const [postgresPort, redisPort, adminPort, portalPort, hooksPort] = [await freePort(), await freePort(), await freePort(), await freePort(), await freePort()];
  const program = await buildServer("apps/cli/src/main.ts", option("out", "dist/server"));
  const stores = await Promise.all([
    startPostgres({ port: postgresPort, dir: path.join(dir, "postgres"), durable: true }),
    startRedis({ port: redisPort, dir: path.join(dir, "redis") }),
  ]);
  const services = [];
  try {
    const [postgres, redis] = stores;
    await ensureDatabase(postgres, "gatehouse");
    const env = {
      PATH: process.env.PATH,
      LOG_LEVEL: "error",
      DATABASE_URL: postgres.url("gatehouse"),
      REDIS_URL: redis.url,
      GATEHOUSE_MIGRATIONS_DIR: path.join(root, "db/migrations"),
      GATEHOUSE_OPERATOR_TOKEN: "operator-token-of-the-measurement",
      GATEHOUSE_OBJECT_STORE_DIR: path.join(dir, "objects"),
      SEARCH_IMPLEMENTATION: "none",
      ADMIN_LISTEN_ADDR: `127.0.0.1:${adminPort}`,
      PORTAL_LISTEN_ADDR: `127.0.0.1:${portalPort}`,
      HOOKS_LISTEN_ADDR: `127.0.0.1:${hooksPort}`,
    };
    await run(program, ["migrate", "up"], env);
    for (const name of ["portal", "admin", "hooks"]) services.push(await startService(program, name, env));
    const [, admin, worker] = services;
    const at = ["--portal", `http://127.0.0.1:${portalPort}`];
    writeProject(path.join(dir, "project"), `http://${PROJECT}.localhost:${adminPort}`);
    await run(program, ["project", "apply", path.join(dir, "project"), ...at], env);
    const file = path.join(dir, "users.ndjson");
    await step(`Writing ${users} records`, () => writeRecords(file, users));
    const before = peakOf(worker.pid);
    const timed = async (...args) => {
      const started = performance.now();
      const { output, peak } = await run(program, ["users", ...args, "--project", PROJECT, ...at], env);
      return {
        seconds: (performance.now() - started) / 1000,
        cli_peak_mb: peak,
        worker_peak_mb: peakOf(worker.pid),
        admin_peak_mb: peakOf(admin.pid),
        last: output.trim().split("\n").at(-1),
      };
    };
    const imported = await step("Importing", () => timed("import", file));
    const target = path.join(dir, "out.ndjson");
    const exported = await step("Exporting", () => timed("export", "--output", target));
    return { node: process.version, cpus: cpus().length, users, worker_mb_before: before, imported, exported, exported_mb: Math.round(statSync(target).size / 1_000_000) };
  } finally {
    for (const service of services) service.kill("SIGTERM");
    await Promise.all(services.map((service) => once(service, "exit")));
    for (const store of stores.toReversed()) await store.stop();
  }
}

await main(async () => {
  await ensureInstalled();
  await onPinnedNode();
  const users = Math.min(1_000_000, Math.max(1, Number(option("users", "100000"))));
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-import-"));
  chmodSync(dir, 0o755);
  try {
    console.log(JSON.stringify(await measure(dir, users), null, 2));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
