import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "@gatehouse/platform-postgres";
import type { RedisClient } from "@gatehouse/platform-redis";
import { OUTBOX_WAKE_CHANNEL } from "./append-events.js";

/** A row on its way out. */
export interface RelayedRow {
  seq: number;
  projectId: string;
  userId: string | null;
  type: string;
  payload: Record<string, unknown>;
  context: Record<string, unknown>;
}

/** What a relay moves, and where to. */
export interface OutboxRelayOptions {
  db: Database;
  /** Shared client; the relay opens one connection more to be woken. */
  redis: RedisClient;
  /** Stores the rows for their consumers; rows are marked dispatched only after it resolved. It may get the same row again. */
  publish(rows: readonly RelayedRow[]): Promise<void>;
  failed(error: unknown): void;
  /** Milliseconds between looks when nobody wakes the relay; 1 s. */
  pollMs?: number;
  /** Least milliseconds between the beginnings of two looks: under load, the rows that come meanwhile go together, with one durable commit; 100 ms. */
  apartMs?: number;
}

interface OutboxSql {
  seq: string;
  project_id: string;
  user_id: string | null;
  type: string;
  payload: Record<string, unknown>;
  context: Record<string, unknown>;
}

const BATCH = 200;
const RELAY_LOCK = 0x6f75_7462; // "outb": one relay at a time keeps the order
const PURGE_EVERY_MS = 3600_000;
const PURGE_BATCH = 5_000;

/** Moves committed outbox rows to the event stream, in order, at least once. Several may run; one works at a time. */
export class OutboxRelay {
  private readonly subscriber: RedisClient;
  private timer: NodeJS.Timeout | undefined;
  private readonly stopping = new AbortController();
  private draining: Promise<void> | undefined;
  private again = false;
  private purgedAt = Date.now();

  constructor(private readonly options: OutboxRelayOptions) {
    this.subscriber = options.redis.duplicate({ maxRetriesPerRequest: null });
    this.subscriber.on("error", () => undefined);
  }

  /** Begins to look for rows: now, whenever it is woken, and each second. */
  start(): void {
    this.subscriber.on("message", () => this.wake());
    this.subscriber.subscribe(OUTBOX_WAKE_CHANNEL).catch((error: unknown) => {
      if (!this.stopped) this.options.failed(error);
    });
    this.timer = setInterval(() => this.wake(), this.options.pollMs ?? 1_000);
    this.timer.unref();
    this.wake();
  }

  /** Stops after the batch at work. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.timer);
    this.subscriber.disconnect();
    await this.draining;
  }

  /** Publishes one batch; how many rows it took. */
  async relayBatch(): Promise<number> {
    return this.options.db.transaction(async (tx) => {
      const lock = await tx.queryOne<{ got: boolean }>("select pg_try_advisory_xact_lock($1) as got", [RELAY_LOCK]);
      if (!lock?.got) return 0;
      const rows = await tx.query<OutboxSql>(
        "select seq, project_id, user_id, type, payload, context from outbox where dispatched_at is null order by seq limit $1 for update skip locked",
        [BATCH],
      );
      if (rows.length === 0) return 0;
      await this.options.publish(
        rows.map((row) => ({ seq: Number(row.seq), projectId: row.project_id, userId: row.user_id, type: row.type, payload: row.payload, context: row.context })),
      );
      await tx.query("update outbox set dispatched_at = now() where seq = any($1::bigint[])", [rows.map((row) => row.seq)]);
      return rows.length;
    });
  }

  /** Publishes again what was dispatched in the last `ms` milliseconds: the stream may have lost it. Consumers know events they have seen. How many rows. */
  async republish(ms: number): Promise<number> {
    const rows = await this.options.db.read((tx) =>
      tx.query("update outbox set dispatched_at = null where dispatched_at > now() - $1 * interval '1 millisecond' returning seq", [ms]),
    );
    this.wake();
    return rows.length;
  }

  /** Drops rows that were dispatched more than a day ago. */
  async purge(): Promise<void> {
    for (let deleted = PURGE_BATCH; deleted === PURGE_BATCH; ) {
      const rows = await this.options.db.read((tx) =>
        tx.query("delete from outbox where seq in (select seq from outbox where dispatched_at < now() - interval '1 day' order by dispatched_at limit $1) returning seq", [
          PURGE_BATCH,
        ]),
      );
      deleted = rows.length;
    }
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private wake(): void {
    if (this.stopped) return;
    if (this.draining) {
      this.again = true;
      return;
    }
    const next = delay(this.options.apartMs ?? 100, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    this.draining = this.drain()
      .catch(this.options.failed)
      .then(() => next)
      .finally(() => {
        this.draining = undefined;
        if (this.again) {
          this.again = false;
          this.wake();
        }
      });
  }

  private async drain(): Promise<void> {
    const some = await this.options.db.read((tx) => tx.queryOne<{ some: boolean }>("select exists (select 1 from outbox where dispatched_at is null) as some"));
    if (some?.some) while (!this.stopped && (await this.relayBatch()) === BATCH);
    if (Date.now() - this.purgedAt < PURGE_EVERY_MS) return;
    this.purgedAt = Date.now();
    await this.purge();
  }
}
