#!/usr/bin/env node
// Throw-away PostgreSQL and Redis on fixed ports in the foreground, for running vitest by hand.
import path from "node:path";
import { ensureInstalled, onPinnedNode } from "./setup/install.mjs";
import { startPostgres } from "./setup/postgres.mjs";
import { startRedis } from "./setup/redis.mjs";
import { main, root, say } from "./setup/say.mjs";

await main(async () => {
  await ensureInstalled();
  await onPinnedNode();
  const dir = path.join(root, ".gatehouse/services");
  const [postgres, redis] = await Promise.all([
    startPostgres({ port: 15432, dir: path.join(dir, "postgres"), durable: false }),
    startRedis({ port: 16379, dir: path.join(dir, "redis") }),
  ]);
  console.log(`export TEST_DATABASE_URL=${postgres.url("postgres")}\nexport TEST_REDIS_URL=${redis.url}`);
  say("Running; Ctrl-C stops both.");
  await new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, resolve);
    setInterval(() => {}, 1 << 30);
  });
  await Promise.all([redis.stop(), postgres.stop()]);
  process.exit(0);
});
