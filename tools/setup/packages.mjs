import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import { say } from "./say.mjs";

/** Full path of the first of these programs on PATH. */
export function onPath(...names) {
  for (const name of names)
    for (const dir of (process.env.PATH ?? "").split(path.delimiter)) {
      const file = path.join(dir, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {}
    }
  return undefined;
}

/** As root on Debian: installs packages with apt. Says what it does; true when apt succeeded. */
export function aptInstall(...packages) {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  say(`Installing ${packages.join(", ")} with apt ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = ["-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=120"];
  const install = () =>
    spawnSync("apt-get", [...options, "install", "-y", "-qq", "--no-install-recommends", ...packages], { env, stdio: ["ignore", "ignore", "ignore"], timeout: 300_000 }).status ===
    0;
  if (install()) return true;
  spawnSync("apt-get", [...options, "update", "-qq"], { env, stdio: "ignore", timeout: 300_000 });
  return install();
}
