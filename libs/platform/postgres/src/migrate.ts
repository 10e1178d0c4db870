import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Database } from "./database.js";

const LOCK = 0x6761_7465; // "gate": one migrator at a time

async function migrationFiles(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
}

/** Names of the migrations that have not been applied yet. */
export async function pendingMigrations(db: Database, directory: string): Promise<string[]> {
  const files = await migrationFiles(directory);
  return db.read(async (tx) => {
    const exists = await tx.queryOne("select to_regclass('schema_migration') as name");
    if (!exists?.name) return files;
    const applied = new Set((await tx.query<{ name: string }>("select name from schema_migration")).map((row) => row.name));
    return files.filter((name) => !applied.has(name));
  });
}

/** Applies the ordered SQL files of `directory` that have not been applied, all in one transaction. Returns their names. */
export async function applyMigrations(db: Database, directory: string): Promise<string[]> {
  return db.transaction(async (tx) => {
    await tx.query("select pg_advisory_xact_lock($1)", [LOCK]);
    await tx.query("create table if not exists schema_migration (name text primary key, applied_at timestamptz not null default now())");
    const applied = new Set((await tx.query<{ name: string }>("select name from schema_migration")).map((row) => row.name));
    const pending = (await migrationFiles(directory)).filter((name) => !applied.has(name));
    for (const name of pending) {
      await tx.query(await readFile(path.join(directory, name), "utf8"));
      await tx.query("insert into schema_migration (name) values ($1)", [name]);
    }
    return pending;
  });
}
