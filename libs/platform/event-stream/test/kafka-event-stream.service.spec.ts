import { afterAll, beforeAll } from "vitest";
import { KafkaEventStream } from "@gatehouse/platform-event-stream";
import { eventStreamContract } from "./event-stream.contract.js";
import { type KafkaBroker, startKafkaBroker } from "./kafka-broker.js";

let broker: KafkaBroker;
beforeAll(async () => {
  broker = await startKafkaBroker();
});
afterAll(() => broker.stop());

eventStreamContract("kafka", (topic) => new KafkaEventStream({ brokers: broker.brokers, topic, partitions: 3, sessionTimeoutMs: 6_000 }));
