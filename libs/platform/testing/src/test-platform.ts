import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { inject } from "vitest";
import pg from "pg";
import { type EnvConfig, readEnv } from "@gatehouse/platform-env";
import type { Database } from "@gatehouse/platform-postgres";
import type { RedisConnection } from "@gatehouse/platform-redis";
import { openResources, type Resources } from "@gatehouse/service-runtime";

/** The resources a service test runs on: a database of this worker alone, and the shared Redis. */
export interface TestPlatform {
  env: EnvConfig;
  db: Database;
  redis: RedisConnection;
  resources: Resources;
}

/** A port for the stand-in of the bot protection providers, which a test starts there. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

let opened: Promise<TestPlatform> | undefined;

async function cloneDatabase(server: string): Promise<string> {
  const template = (inject as (key: string) => string)("gatehouseTemplate");
  const run = (inject as (key: string) => string)("gatehouseRun");
  const name = `${run}_${Math.random().toString(36).slice(2, 10)}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query("select pg_advisory_lock(7111)");
  await client.query(`create database ${name} template ${template}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function open(): Promise<TestPlatform> {
  const providerPort = await freePort();
  const databaseUrl = await cloneDatabase(process.env.TEST_DATABASE_URL as string);
  const env = readEnv({
    DATABASE_URL: databaseUrl,
    REDIS_URL: process.env.TEST_REDIS_URL,
    DEV_MODE: "true",
    LOG_LEVEL: "error",
    GATEHOUSE_OPERATOR_TOKEN: "test-operator-token",
    GATEHOUSE_DEFAULT_PROJECT: "",
    DATABASE_CONFIG_MAX_OPEN_CONN: "20",
    // Limits of the whole deployment would count every run on a Redis that stays.
    RATE_LIMITS_EMAIL_PER_TARGET: "",
    RATE_LIMITS_SMS_PER_TARGET: "",
    KAFKA_BROKERS: process.env.KAFKA_BROKERS,
    GATEHOUSE_OBJECT_STORE_DIR: path.join(tmpdir(), (inject as (key: string) => string)("gatehouseRun")),
    E2E_BOT_PROTECTION_CLOUDFLARE_ENDPOINT: `http://127.0.0.1:${providerPort}/cloudflare`,
    E2E_BOT_PROTECTION_RECAPTCHAV2_ENDPOINT: `http://127.0.0.1:${providerPort}/recaptchav2`,
    E2E_WHATSAPP_CLOUD_API_ENDPOINT: `http://127.0.0.1:${providerPort}/whatsapp`,
  });
  const resources = await openResources(env, "test");
  return { env, db: resources.db, redis: resources.redis, resources };
}

/** The platform of this worker, opened once and kept for all its test files. */
export function testPlatform(): Promise<TestPlatform> {
  opened ??= open();
  return opened;
}
