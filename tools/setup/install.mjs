import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Stop, readText, root, step } from "./say.mjs";

const stamp = path.join(root, "node_modules/.gatehouse-lock");
const pinnedNode = path.join(root, "node_modules/node/bin/node");

const lockHash = () =>
  createHash("sha256")
    .update(readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");

/** `npm install --no-save` rather than `npm ci`: the lock file may lack the optional packages of other platforms, which `npm ci` refuses. */
function npmInstall() {
  return new Promise((resolve, reject) => {
    const npm = spawn("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
    npm.on("error", () => reject(new Stop("npm was not found; install Node.js 20 or newer together with npm, then run this again.")));
    npm.on("exit", (code) => (code === 0 ? resolve() : reject(new Stop(`npm install failed with exit code ${code}; its message is above.`))));
  });
}

const runs = (binary) => existsSync(binary) && spawnSync(binary, ["--version"]).status === 0;

/** The `node` package fetches its binary in an install script; npm may have been told to skip scripts, so it is run here when the binary is missing. */
function ensurePinnedNode() {
  if (runs(pinnedNode)) return;
  const folder = path.join(root, "node_modules/node");
  const done = spawnSync("npm", ["rebuild", "node", "--foreground-scripts", "--ignore-scripts=false"], { cwd: root, stdio: ["inherit", 2, 2] });
  if (done.status === 0 && runs(pinnedNode)) return;
  const script = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")).scripts?.preinstall ?? "node installArchSpecificPackage";
  spawnSync("sh", ["-c", script], { cwd: folder, stdio: ["inherit", 2, 2] });
  if (!runs(pinnedNode)) throw new Stop("Node.js 24 could not be installed through npm (package `node`); check the network, then run `npm install` again.");
}

/** Installs the npm packages when they are missing or the lock file changed. */
export async function ensureInstalled() {
  const hash = lockHash();
  if (readText(stamp) === hash && existsSync(pinnedNode)) return;
  const present = existsSync(path.join(root, "node_modules/.package-lock.json"));
  const newerLock = readText(stamp) !== undefined;
  if (!present || newerLock) await step("Installing npm packages (a few minutes the first time)", npmInstall);
  ensurePinnedNode();
  writeFileSync(stamp, hash);
}

/** Set in a process, and in all that it starts, once it has left the session of the terminal. */
export const OWN_SESSION = "GATEHOUSE_OWN_SESSION";

/**
 * Starts this script again on the pinned Node 24 and ends with its exit code; returns only when already there. `ownSession`: in a session of its own, so that Ctrl-C
 * reaches what the script starts only through the script. All of it then shares one session: the scheduler of a Linux desktop shares the processors out among sessions
 * (autogroup, sched(7)), and a thread of low priority gives way within its own only.
 */
export async function onPinnedNode({ ownSession = false } = {}) {
  const leave = ownSession && !process.env[OWN_SESSION];
  if (process.versions.node.startsWith("24.") && !leave) return;
  const env = leave ? { ...process.env, [OWN_SESSION]: "true" } : process.env;
  const child = spawn(pinnedNode, process.argv.slice(1), { stdio: "inherit", detached: leave, env });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status, signal) => resolve(status ?? (signal === "SIGINT" ? 130 : 143)));
  });
  process.exit(code);
}
