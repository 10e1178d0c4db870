import type { EnvConfig } from "@gatehouse/platform-env";
import { type EventStream, KafkaEventStream, RedisEventStream } from "@gatehouse/platform-event-stream";
import { deploymentName } from "@gatehouse/platform-queue";
import type { RedisConnection } from "@gatehouse/platform-redis";

/** The event stream of EVENT_STREAM. Its name holds the database's, so that deployments on one server stay apart. */
export function openEventStream(env: EnvConfig, redis: RedisConnection): EventStream {
  const deployment = deploymentName(env.databaseUrl);
  if (env.eventStream === "kafka") return new KafkaEventStream({ brokers: env.kafkaBrokers, topic: `gatehouse-events-${deployment}` });
  return new RedisEventStream({ client: redis.client, stream: `gatehouse:events:${deployment}` });
}
