import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { dataFolder } from "./postgres.mjs";
import { stopLeftover } from "./processes.mjs";

/** Removes the data of this clone; servers it left behind are stopped first. */
export async function wipe(home) {
  await stopLeftover(path.join(home, "postgres/postgres.pid"), "bin/postgres");
  await stopLeftover(path.join(home, "redis/redis.pid"), "-server");
  const moved = dataFolder(path.join(home, "postgres"));
  for (const name of ["postgres", "redis", "objects", "operator-token"]) rmSync(path.join(home, name), { recursive: true, force: true });
  if (existsSync(moved)) rmSync(moved, { recursive: true, force: true });
}
