import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { OWN_SESSION } from "./install.mjs";

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Can a TCP connection be made to this local port? */
export function answers(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** A port nobody listens on now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The command line of a process, where the system shows it; tells a living process from a reused pid. */
function commandOf(pid) {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** Stops a process this clone left behind (after kill -9), recognised by its pid file and by `mark` in its command line. */
export async function stopLeftover(pidFile, mark) {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, "utf8"));
  if (pid > 1 && alive(pid) && commandOf(pid).includes(mark)) await stopPid(pid, "SIGINT");
  rmSync(pidFile, { force: true });
}

async function stopPid(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    return;
  }
  for (let i = 0; i < 200 && alive(pid); i++) await wait(50);
  if (alive(pid)) process.kill(pid, "SIGKILL");
}

/** Starts a server out of reach of the terminal, so that Ctrl-C comes to it only through us; output goes to a log file. */
export function startServer({ command, args, dir, name, options = {} }) {
  mkdirSync(dir, { recursive: true });
  const log = path.join(dir, `${name}.log`);
  const out = openSync(log, "a");
  const child = spawn(command, args, { stdio: ["ignore", out, out], detached: !process.env[OWN_SESSION], ...options });
  const state = { ended: false };
  child.on("exit", () => (state.ended = true));
  child.on("error", () => (state.ended = true));
  const pidFile = path.join(dir, `${name}.pid`);
  if (child.pid) writeFileSync(pidFile, String(child.pid));
  child.unref();
  const stop = async (signal) => {
    if (child.pid && !state.ended) await stopPid(child.pid, signal);
    rmSync(pidFile, { force: true });
  };
  return { child, log, stop, ended: () => state.ended };
}

/** Waits until `ready()` holds; false when the server ended or time ran out. */
export async function until(ready, server, ms) {
  for (const end = Date.now() + ms; Date.now() < end; await wait(40)) {
    if (server.ended()) return false;
    if (await ready()) return true;
  }
  return false;
}

export const lastLines = (file, n = 3) => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").slice(-n).join(" | ") : "");
