import type { EnvConfig } from "@gatehouse/platform-env";

/** Secrets of the deployment: every project gets them below its own file (spec: project configuration §6.2). */
export function deploymentSecrets(env: Pick<EnvConfig, "databaseUrl" | "redisUrl">): { key: string; data: unknown }[] {
  return [
    { key: "db", data: { database_url: env.databaseUrl } },
    { key: "redis", data: { redis_url: env.redisUrl } },
  ];
}
