import { chmodSync, mkdirSync } from "node:fs";
import path from "node:path";
import { aptInstall, onPath } from "./packages.mjs";
import { answers, lastLines, startServer, stopLeftover, until } from "./processes.mjs";
import { Stop } from "./say.mjs";

const find = () => onPath("redis-server", "valkey-server");

/** The Redis (or Valkey) program of this machine; installed by apt where that is possible. */
export function ensureRedis() {
  const found = find() ?? (aptInstall("redis-server") ? find() : undefined);
  if (found) return found;
  throw new Stop("Redis is missing: install it (`apt install redis-server`, `dnf install valkey` or `brew install redis`), then run this again.");
}

/** Starts Redis on a local port with its data in `dir`; `appendonly` makes it durable. `localUrl` goes through its socket where it has one. */
export async function startRedis({ port, dir, appendonly = false }) {
  const command = ensureRedis();
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, 0o700);
  await stopLeftover(path.join(dir, "redis.pid"), "-server");
  if (await answers(port)) throw new Stop(`Port ${port} is taken, so Redis cannot start; stop what uses it or set PORT_BASE to another number.`);
  const durable = appendonly ? ["--appendonly", "yes", "--appendfsync", "everysec"] : ["--appendonly", "no"];
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, "--save", "", "--maxmemory-policy", "noeviction", ...durable];
  // A socket of the file system, where its path is not too long: it costs less than half of a loopback connection.
  const socket = path.join(dir, "redis.sock");
  const local = Buffer.byteLength(socket) <= 103;
  if (local) args.push("--unixsocket", socket, "--unixsocketperm", "700");
  const server = startServer({ command, args, dir, name: "redis" });
  if (!(await until(() => answers(port), server, 20_000))) {
    await server.stop("SIGTERM");
    throw new Stop(`Redis did not start on port ${port}: ${lastLines(server.log)}`);
  }
  const url = `redis://127.0.0.1:${port}/0`;
  return { url, localUrl: local ? `unix://${socket}` : url, pid: server.child.pid, stop: () => server.stop("SIGTERM") };
}
