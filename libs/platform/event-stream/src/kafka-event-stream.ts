import { type Consumer, type EachBatchPayload, Kafka, logLevel, type Producer } from "kafkajs";
import type { EventStream, StreamRecord, StreamSubscriber, StreamSubscription } from "./event-stream.js";
import { handleUntilDone } from "./retry-batch.js";

/** Kafka as the carrier of events. */
export interface KafkaEventStreamOptions {
  /** host:port of each broker. */
  brokers: readonly string[];
  topic: string;
  /** Partitions of the topic when this makes it; 12. */
  partitions?: number;
  /** Milliseconds after which a silent member's partitions go to others; 30 s. */
  sessionTimeoutMs?: number;
}

/** The event stream on one Kafka topic; the record's key picks the partition. */
export class KafkaEventStream implements EventStream {
  private readonly kafka: Kafka;
  private producer: Promise<Producer> | undefined;
  private topicMade: Promise<void> | undefined;
  private readonly subscriptions: StreamSubscription[] = [];

  constructor(private readonly options: KafkaEventStreamOptions) {
    this.kafka = new Kafka({ clientId: "gatehouse", brokers: [...options.brokers], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 100, retries: 8 } });
  }

  async publish(records: readonly StreamRecord[]): Promise<void> {
    if (records.length === 0) return;
    const producer = await this.openProducer();
    await producer.send({ topic: this.options.topic, acks: -1, messages: records.map(({ key, value }) => ({ key, value })) });
  }

  async subscribe(subscriber: StreamSubscriber): Promise<StreamSubscription> {
    await this.makeTopic();
    const sessionTimeout = this.options.sessionTimeoutMs ?? 30_000;
    const consumer = this.kafka.consumer({
      groupId: `${this.options.topic}-${subscriber.group}`,
      sessionTimeout,
      heartbeatInterval: sessionTimeout / 10,
      rebalanceTimeout: 10_000,
      maxWaitTimeInMs: 500,
      retry: { restartOnFailure: async () => true },
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => subscriber.failed?.(payload.error));
    const ended = new AbortController();
    await consumer.connect();
    await consumer.subscribe({ topic: this.options.topic, fromBeginning: true });
    await consumer.run({ eachBatchAutoResolve: false, eachBatch: (payload) => takeBatch(subscriber, payload, ended.signal) });
    const subscription = { close: () => leave(consumer, ended) };
    this.subscriptions.push(subscription);
    return subscription;
  }

  async close(): Promise<void> {
    await Promise.all(this.subscriptions.splice(0).map((subscription) => subscription.close()));
    const producer = await this.producer?.catch(() => undefined);
    await producer?.disconnect();
  }

  private openProducer(): Promise<Producer> {
    this.producer ??= this.connectProducer().catch((error: unknown) => {
      this.producer = undefined; // the next publish tries again
      throw error;
    });
    return this.producer;
  }

  private async connectProducer(): Promise<Producer> {
    await this.makeTopic();
    const producer = this.kafka.producer({ allowAutoTopicCreation: true, maxInFlightRequests: 1 });
    await producer.connect();
    return producer;
  }

  /** Makes the topic where the cluster lets us; a cluster whose operator makes topics himself, or makes them on first use, is fine too. */
  private makeTopic(): Promise<void> {
    this.topicMade ??= (async () => {
      const admin = this.kafka.admin({ retry: { retries: 2 } });
      try {
        await admin.connect();
        await admin.createTopics({ waitForLeaders: false, topics: [{ topic: this.options.topic, numPartitions: this.options.partitions ?? 12 }] });
      } catch {
        // publishing or subscribing reports what really is wrong
      } finally {
        await admin.disconnect().catch(() => undefined);
      }
    })();
    return this.topicMade;
  }
}

async function takeBatch(subscriber: StreamSubscriber, payload: EachBatchPayload, signal: AbortSignal): Promise<void> {
  const { batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, isRunning, isStale } = payload;
  if (!isRunning() || isStale() || signal.aborted) return;
  const records = batch.messages.map((message) => ({ key: message.key?.toString() ?? "", value: message.value?.toString() ?? "" }));
  if (!(await handleUntilDone(subscriber, records, { signal, beat: heartbeat }))) return;
  resolveOffset(batch.lastOffset());
  await commitOffsetsIfNecessary();
}

async function leave(consumer: Consumer, ended: AbortController): Promise<void> {
  if (ended.signal.aborted) return;
  ended.abort();
  await consumer.stop();
  await consumer.disconnect();
}
