import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Stop, readText, root, step } from "./say.mjs";

const skip = new Set(["node_modules", "dist", "test", ".gatehouse"]);

function* filesUnder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (skip.has(entry.name)) continue;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(file);
    else if (!/\.(spec\.tsx?|md)$/.test(entry.name)) yield file;
  }
}

/** Hash over the contents of all source files below these paths. */
export function sourceHash(...places) {
  const hash = createHash("sha256");
  for (const place of places) {
    const full = path.join(root, place);
    if (!existsSync(full)) continue;
    const files = readdirOrFile(full);
    for (const file of files) hash.update(path.relative(root, file)).update("\0").update(readFileSync(file));
  }
  return hash.digest("hex");
}

function* readdirOrFile(full) {
  if (path.extname(full)) yield full;
  else yield* filesUnder(full);
}

function vite(args, env) {
  return new Promise((resolve, reject) => {
    let output = "";
    const child = spawn(process.execPath, [path.join(root, "node_modules/vite/bin/vite.js"), "build", ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Stop(`The build failed:\n${output.trim()}`))));
  });
}

async function cached({ title, out, hash, build }) {
  const stamp = path.join(root, out, ".source-hash");
  if (readText(stamp) === hash) return;
  await step(title, build);
  writeFileSync(stamp, hash);
}

/** Bundles one server program into `out/main.mjs` unless nothing changed; answers the file. */
export async function buildServer(entry = "apps/cli/src/main.ts", out = "dist/server") {
  const hash = sourceHash(
    "apps/auth",
    "apps/admin",
    "apps/hooks",
    "apps/portal",
    "apps/cli",
    "libs",
    "package-lock.json",
    "tools/vite.server.config.ts",
    "tools/vite-browser-bundle.ts",
    entry,
  );
  await cached({ title: "Building the services", out, hash, build: () => vite(["--config", "tools/vite.server.config.ts"], { GATEHOUSE_ENTRY: entry, GATEHOUSE_OUT: out }) });
  return path.join(root, out, "main.mjs");
}

/** Builds the portal front end unless nothing changed; answers its folder, or "" when this clone has none. */
export async function buildPortalWeb(out = "dist/portal-web") {
  const config = ["apps/portal-web/vite.config.ts", "apps/portal-web/vite.config.mts"].find((file) => existsSync(path.join(root, file)));
  if (!config) return "";
  const hash = sourceHash("apps/portal-web", "libs/domain", "package-lock.json");
  const args = ["apps/portal-web", "--config", config, "--outDir", path.join(root, out), "--emptyOutDir"];
  await cached({ title: "Building the portal", out, hash, build: () => vite(args, {}) });
  return path.join(root, out);
}
