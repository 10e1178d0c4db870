/** The port to whatever carries events to their consumers. */
export type { EventStream, StreamRecord, StreamSubscriber, StreamSubscription } from "./event-stream.js";
/** The driver for Redis Streams. */
export { RedisEventStream, type RedisEventStreamOptions } from "./redis-event-stream.js";
/** The driver for Kafka. */
export { KafkaEventStream, type KafkaEventStreamOptions } from "./kafka-event-stream.js";
