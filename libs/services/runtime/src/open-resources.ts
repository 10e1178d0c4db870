import { availableParallelism } from "node:os";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import type { EnvConfig } from "@gatehouse/platform-env";
import { Database } from "@gatehouse/platform-postgres";
import { openRedis, RedisConnection } from "@gatehouse/platform-redis";
import { createLogger, type Logger } from "@gatehouse/platform-telemetry";

/** What a process opens once and closes last. */
export interface Resources {
  env: EnvConfig;
  db: Database;
  redis: RedisConnection;
  hasher: PasswordHasher;
  log: Logger;
  close(): Promise<void>;
}

/** Opens the database, Redis and the hashing pool. Throws when the database does not answer. */
export async function openResources(env: EnvConfig, service: string): Promise<Resources> {
  const log = createLogger({ level: env.logLevel, service });
  const db = await Database.connect({ url: env.databaseUrl, poolSize: env.databasePoolSize, applicationName: `gatehouse-${service}` });
  const redis = new RedisConnection(openRedis(env.redisUrl));
  const hasher = new PasswordHasher({ concurrency: env.passwordHashConcurrency || Math.max(1, availableParallelism() - 1) });
  return {
    env,
    db,
    redis,
    hasher,
    log,
    close: async () => {
      await hasher.close();
      redis.client.disconnect();
      await db.close();
    },
  };
}
