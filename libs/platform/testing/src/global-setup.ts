import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";

const migrations = path.resolve("db/migrations");

/** Makes the migrated template database that each worker clones; it is rebuilt only when a migration changes. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server || !process.env.TEST_REDIS_URL) throw new Error("Service tests need TEST_DATABASE_URL and TEST_REDIS_URL; `npm test` sets them.");
  const files = readdirSync(migrations)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  const sql = files.map((name) => readFileSync(path.join(migrations, name), "utf8"));
  const template = `gatehouse_template_${createHash("sha256").update(sql.join("\0")).digest("hex").slice(0, 12)}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    await admin.query("select pg_advisory_lock(7110)");
    if ((await admin.query("select 1 from pg_database where datname = $1", [template])).rowCount === 0) {
      const building = `${template}_building`;
      await admin.query(`drop database if exists ${building}`);
      await admin.query(`create database ${building}`);
      const url = new URL(server);
      url.pathname = `/${building}`;
      const client = new pg.Client({ connectionString: url.href });
      await client.connect();
      for (const text of sql) await client.query(text);
      await client.end();
      await admin.query(`alter database ${building} rename to ${template}`);
    }
  } finally {
    await admin.query("select pg_advisory_unlock(7110)");
    await admin.end();
  }
  const run = `gatehouse_run_${process.pid}_${Date.now().toString(36)}`;
  (project as unknown as { provide(key: string, value: string): void }).provide("gatehouseTemplate", template);
  (project as unknown as { provide(key: string, value: string): void }).provide("gatehouseRun", run);
  return async () => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    const { rows } = await client.query("select datname from pg_database where datname like $1", [`${run}%`]);
    for (const row of rows) await client.query(`drop database if exists ${row.datname} with (force)`);
    await client.end();
    rmSync(path.join(tmpdir(), run), { recursive: true, force: true });
  };
}
