import type { ApiErrorJson } from "@gatehouse/platform-errors-core";
import { randomString } from "@gatehouse/platform-ids";
import type { RedisClient, RedisConnection } from "@gatehouse/platform-redis";

/** What became of a message that somebody waits for. */
export interface MessageReply {
  id: string;
  sent: boolean;
  /** Why not, where a client may know. */
  error?: ApiErrorJson;
}

/** Where an answer goes: a Redis list, and its name there. */
export interface ReplyAddress {
  list: string;
  id: string;
}

type Waiting = (reply: MessageReply | undefined) => void;

/** Answers that came too late for their reader are gone after this time. */
const KEEP_SECONDS = 120;
const BLOCK_SECONDS = 1;
const PAUSE_MS = 200;

/** Gives the answer to a process that waits for it. */
export async function answer(redis: RedisConnection, { list, id }: ReplyAddress, outcome: Omit<MessageReply, "id">): Promise<void> {
  const reply: MessageReply = { id, ...outcome };
  await redis.client.multi().rpush(list, JSON.stringify(reply)).expire(list, KEEP_SECONDS).exec();
}

/** Answers to this process: one list, and one connection that blocks on it for as long as anybody waits. A list, unlike a subscription, loses nothing when the connection breaks. */
export class MessageReplies {
  private readonly list = `message-replies:${randomString(24)}`;
  private readonly waiting = new Map<string, Waiting>();
  private connection: RedisClient | undefined;
  private reading = false;
  private closed = false;

  constructor(private readonly redis: RedisConnection) {}

  /** The address to give to whoever answers, and the answer; undefined when there is none within `timeoutMs`. */
  expect(id: string, timeoutMs: number): { address: ReplyAddress; reply: Promise<MessageReply | undefined> } {
    const reply = new Promise<MessageReply | undefined>((resolve) => {
      const timer = setTimeout(() => this.settle(id, undefined), timeoutMs);
      this.waiting.set(id, (answered) => {
        clearTimeout(timer);
        resolve(answered);
      });
    });
    void this.read();
    return { address: { list: this.list, id }, reply };
  }

  /** Nobody waits for this answer any more. */
  forget(id: string): void {
    this.settle(id, undefined);
  }

  close(): void {
    this.closed = true;
    for (const id of [...this.waiting.keys()]) this.settle(id, undefined);
    this.connection?.disconnect();
  }

  private settle(id: string, reply: MessageReply | undefined): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    waiting?.(reply);
  }

  private async read(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    this.connection ??= this.open();
    while (this.waiting.size > 0 && !this.closed) {
      try {
        const [, text] = (await this.connection.blpop(this.list, BLOCK_SECONDS)) ?? [];
        const reply = text === undefined ? undefined : (JSON.parse(text) as MessageReply);
        if (reply) this.settle(reply.id, reply);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
    this.reading = false;
  }

  private open(): RedisClient {
    const connection = this.redis.client.duplicate({ maxRetriesPerRequest: null });
    connection.on("error", () => undefined);
    return connection;
  }
}
