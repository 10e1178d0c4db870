import { Injectable } from "@nestjs/common";
import { buildEventContext, type GatehouseEvent } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { appendEvents, OUTBOX_WAKE_CHANNEL } from "@gatehouse/platform-outbox";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { RedisConnection } from "@gatehouse/platform-redis";

/** Where use cases leave their non-blocking events. */
@Injectable()
export class EventOutbox {
  constructor(
    private readonly db: Database,
    private readonly redis: RedisConnection,
  ) {}

  /** Appends events to the caller's transaction, in one statement: they exist exactly when it commits. Wakes the relay after the commit. Throws for a blocking event. */
  async append(ctx: ProjectContext, tx: Tx, events: readonly GatehouseEvent[]): Promise<void> {
    if (events.length === 0) return;
    const rows = events.map((event) => {
      if (event.blocking) throw new Error(`${event.type} is a blocking event: it is asked, not recorded.`);
      return { userId: event.userId, type: event.type, payload: event.payload, context: buildEventContext(ctx, event) };
    });
    await appendEvents(tx, ctx.project.id, rows);
    tx.afterCommit(() => {
      this.redis.client.publish(OUTBOX_WAKE_CHANNEL, "").catch(() => undefined); // the relay also looks each second
    });
  }

  /** Appends events on their own connection at once: for failures and refusals that a rollback must not undo. */
  async appendNow(ctx: ProjectContext, events: readonly GatehouseEvent[]): Promise<void> {
    if (events.length > 0) await this.db.read((tx) => this.append(ctx, tx, events));
  }
}
