import { randomUUID } from "node:crypto";
import type { RedisClient } from "@gatehouse/platform-redis";
import type { EventStream, StreamRecord, StreamSubscriber, StreamSubscription } from "./event-stream.js";
import { RedisSubscription } from "./redis-subscription.js";

/** Redis Streams as the carrier of events. */
export interface RedisEventStreamOptions {
  /** Shared client; each subscription opens one connection more. */
  client: RedisClient;
  /** Key of the stream. */
  stream: string;
  /** Milliseconds after which an entry that a member took and did not finish goes to another one; 60 s. */
  claimAfterMs?: number;
}

const TRIM_EVERY_MS = 30_000;
/** Entries are dropped once every group has finished them, or after three days. */
const KEEP_MS = 3 * 24 * 3600_000;

const fieldsOf = (flat: unknown[]): Record<string, unknown> => Object.fromEntries(Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]));
const order = (a: string, b: string): number => {
  const [ams = "0", aseq = "0"] = a.split("-");
  const [bms = "0", bseq = "0"] = b.split("-");
  return Number(BigInt(ams) - BigInt(bms)) || Number(BigInt(aseq) - BigInt(bseq));
};

/** The event stream on Redis Streams with consumer groups. */
export class RedisEventStream implements EventStream {
  private readonly subscriptions: RedisSubscription[] = [];
  private trimmedAt = 0;

  constructor(private readonly options: RedisEventStreamOptions) {}

  async publish(records: readonly StreamRecord[]): Promise<void> {
    if (records.length === 0) return;
    const { client, stream } = this.options;
    const pipeline = client.pipeline();
    for (const { key, value } of records) pipeline.xadd(stream, "*", "k", key, "v", value);
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    await this.trim();
  }

  async subscribe(subscriber: StreamSubscriber): Promise<StreamSubscription> {
    const { client, stream, claimAfterMs = 60_000 } = this.options;
    const subscription = new RedisSubscription({ client, stream, claimAfterMs, consumer: randomUUID() }, subscriber);
    await subscription.start();
    this.subscriptions.push(subscription);
    return subscription;
  }

  async close(): Promise<void> {
    await Promise.all(this.subscriptions.splice(0).map((subscription) => subscription.close()));
  }

  /** Drops what every group has finished. Failing only means that more is kept for a while. */
  private async trim(): Promise<void> {
    const now = Date.now();
    if (now - this.trimmedAt < TRIM_EVERY_MS) return;
    this.trimmedAt = now;
    await this.trimFinished(now).catch(() => undefined);
  }

  private async trimFinished(now: number): Promise<void> {
    const { client, stream } = this.options;
    const oldest = `${now - KEEP_MS}-0`;
    const groups = (await client.xinfo("GROUPS", stream)) as unknown[][];
    const needed = await Promise.all(
      groups.map(async (flat) => {
        const group = fieldsOf(flat);
        if (Number(group.pending) === 0) return String(group["last-delivered-id"]);
        const summary = (await client.xpending(stream, String(group.name))) as unknown[];
        return String(summary[1]);
      }),
    );
    const floor = needed.sort(order)[0] ?? oldest;
    await client.xtrim(stream, "MINID", "~", order(floor, oldest) > 0 ? floor : oldest);
  }
}
