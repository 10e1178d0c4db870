import type { RedisConnection } from "@gatehouse/platform-redis";

/** Which queue, and where. */
export interface QueueOptions {
  name: string;
  redis: RedisConnection;
  /** The deployment's database: deployments that share a Redis server do not share queues. */
  databaseUrl: string;
}

/** Name of the deployment inside a Redis or Kafka server: its database's name. */
export function deploymentName(databaseUrl: string): string {
  return new URL(databaseUrl).pathname.slice(1).replaceAll(/[^\w-]/g, "_") || "gatehouse";
}

/** Prefix of the queue's keys; the braces keep a queue on one cluster slot. */
export function queuePrefix(databaseUrl: string): string {
  return `{gatehouse-jobs-${deploymentName(databaseUrl)}}`;
}
