import { readEnv } from "@gatehouse/platform-env";
import { applyMigrations, Database, pendingMigrations } from "@gatehouse/platform-postgres";

async function withDatabase<T>(work: (db: Database, directory: string) => Promise<T>): Promise<T> {
  const env = readEnv(process.env);
  const db = await Database.connect({ url: env.databaseUrl, poolSize: 1, applicationName: "gatehouse-migrate" });
  try {
    return await work(db, env.migrationsDir);
  } finally {
    await db.close();
  }
}

/** `gatehouse migrate up`: applies what is pending and prints each name. */
export async function migrateUp(): Promise<void> {
  const applied = await withDatabase(applyMigrations);
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length === 0) console.log("nothing to apply");
}

/** `gatehouse migrate status`: prints what is pending; exit code 1 when something is. */
export async function migrateStatus(): Promise<void> {
  const pending = await withDatabase(pendingMigrations);
  for (const name of pending) console.log(`pending ${name}`);
  if (pending.length > 0) process.exitCode = 1;
  else console.log("up to date");
}
