import type { RedisClient } from "@gatehouse/platform-redis";
import type { StreamRecord, StreamSubscriber, StreamSubscription } from "./event-stream.js";
import { handleUntilDone, pause, pauseBefore } from "./retry-batch.js";

/** Where a member of a group reads. */
export interface RedisMember {
  client: RedisClient;
  stream: string;
  consumer: string;
  claimAfterMs: number;
}

interface Entry extends StreamRecord {
  id: string;
}

const BATCH = 200;
const LONGEST_BLOCK_MS = 5_000;

/** Entries of a reply; one that was trimmed away has no fields and is only acknowledged. */
function toEntries(raw: unknown): Entry[] {
  return ((raw ?? []) as [string, string[] | null][]).filter(Boolean).map(([id, fields]) => ({ id, key: fields?.[1] ?? "", value: fields?.[3] ?? "" }));
}

/** One member of a consumer group: claims what others left behind, reads what is new, acknowledges what is handled. */
export class RedisSubscription implements StreamSubscription {
  private readonly reader: RedisClient;
  private readonly ended = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private claimedAt = 0;

  constructor(
    private readonly member: RedisMember,
    private readonly subscriber: StreamSubscriber,
  ) {
    this.reader = member.client.duplicate({ maxRetriesPerRequest: null });
    this.reader.on("error", () => undefined);
  }

  async start(): Promise<void> {
    await this.createGroup();
    this.running = this.run();
  }

  async close(): Promise<void> {
    if (this.ended.signal.aborted) return this.running;
    this.ended.abort();
    this.reader.disconnect();
    await this.running;
    await this.leave().catch(() => undefined);
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.ended.signal.aborted; ) {
      try {
        await this.work(await this.claim());
        await this.work(await this.read());
        failures = 0;
      } catch (error) {
        if (this.ended.signal.aborted) return;
        failures += 1;
        this.subscriber.failed?.(error);
        await pause(pauseBefore(failures), this.ended.signal);
        if ((error as Error).message.startsWith("NOGROUP")) await this.createGroup().catch(() => undefined); // Redis lost its data
      }
    }
  }

  private async read(): Promise<Entry[]> {
    const { stream, consumer, claimAfterMs } = this.member;
    const reply = (await this.reader.xreadgroup(
      "GROUP",
      this.subscriber.group,
      consumer,
      "COUNT",
      BATCH,
      "BLOCK",
      Math.min(LONGEST_BLOCK_MS, Math.ceil(claimAfterMs / 4)),
      "STREAMS",
      stream,
      ">",
    )) as [string, unknown][] | null;
    return toEntries(reply?.[0]?.[1]);
  }

  private async claim(): Promise<Entry[]> {
    const { client, stream, consumer, claimAfterMs } = this.member;
    if (Date.now() - this.claimedAt < claimAfterMs / 4) return [];
    this.claimedAt = Date.now();
    const reply = (await client.xautoclaim(stream, this.subscriber.group, consumer, claimAfterMs, "0-0", "COUNT", BATCH)) as unknown[];
    return toEntries(reply[1]);
  }

  private async work(entries: Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const records = entries.filter((entry) => entry.value !== "").map(({ key, value }) => ({ key, value }));
    const done = records.length === 0 || (await handleUntilDone(this.subscriber, records, { signal: this.ended.signal }));
    if (done) await this.member.client.xack(this.member.stream, this.subscriber.group, ...entries.map((entry) => entry.id));
  }

  private async createGroup(): Promise<void> {
    try {
      await this.member.client.xgroup("CREATE", this.member.stream, this.subscriber.group, "0", "MKSTREAM");
    } catch (error) {
      if ((error as Error).message.startsWith("BUSYGROUP")) return;
      throw error;
    }
    await this.subscriber.created?.();
  }

  /** Forgets this member, unless it leaves work behind that another one must claim. */
  private async leave(): Promise<void> {
    const { client, stream, consumer } = this.member;
    const mine = (await client.xpending(stream, this.subscriber.group, "-", "+", 1, consumer)) as unknown[];
    if (mine.length === 0) await client.xgroup("DELCONSUMER", stream, this.subscriber.group, consumer);
  }
}
