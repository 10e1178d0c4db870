import { webhookDeliveryJob } from "@gatehouse/domain-jobs";
import type { EventEnvelope } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { toJsonb } from "@gatehouse/platform-outbox";
import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";

/** `pending` until it is delivered or given up. */
export type DeliveryStatus = "pending" | "delivered" | "dead";

/** One event on its way to one web hook. */
export interface WebhookDelivery {
  /** `<event id>.<index of the handler>`. */
  id: string;
  eventId: string;
  eventType: string;
  url: string;
  event: EventEnvelope;
  status: DeliveryStatus;
  /** Attempts so far. */
  attempts: number;
  /** Attempts before it is given up. */
  attemptsLeft: number;
  /** When the next attempt is due; means nothing once delivered or dead. */
  nextAttemptAt: Date;
  createdAt: Date;
  updatedAt: Date;
}

/** One attempt. */
export interface WebhookAttempt {
  deliveryId: string;
  /** From 1. */
  attempt: number;
  startedAt: Date;
  durationMs: number;
  /** Null when no answer came. */
  statusCode: number | null;
  /** Null when it was delivered. */
  error: string | null;
}

/** Which deliveries; absent members do not restrict. */
export interface DeliveryFilter {
  status?: DeliveryStatus;
  eventType?: string;
  from?: Date;
  to?: Date;
}

const COLUMNS = `id, event_id as "eventId", event_type as "eventType", handler_url as url, event, status, attempts, attempts_left as "attemptsLeft", next_attempt_at as "nextAttemptAt", created_at as "createdAt", updated_at as "updatedAt"`;
const FILTER =
  "project_id = $1 and ($2::text is null or status = $2) and ($3::text is null or event_type = $3) and ($4::timestamptz is null or created_at >= $4) and ($5::timestamptz is null or created_at < $5)";
const filterValues = (ctx: ProjectContext, filter: DeliveryFilter): unknown[] => [
  ctx.project.id,
  filter.status ?? null,
  filter.eventType ?? null,
  filter.from ?? null,
  filter.to ?? null,
];

/** Tables `webhook_delivery` and `webhook_attempt`. */
@Injectable()
export class WebhookDeliveryStore {
  /** Adds pending deliveries; those that are there already are left alone. */
  async insert(ctx: ProjectContext, tx: Tx, deliveries: readonly Pick<WebhookDelivery, "id" | "url" | "event">[]): Promise<void> {
    await tx.query(
      `insert into webhook_delivery (project_id, id, event_id, event_type, handler_url, event, attempts_left, next_attempt_at, created_at, updated_at)
       select $1, d.id, d.event_id, d.type, d.url, d.event::jsonb, $7, $8, $8, $8
       from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as d(id, event_id, type, url, event)
       on conflict (project_id, id) do nothing`,
      [
        ctx.project.id,
        deliveries.map(({ id }) => id),
        deliveries.map(({ event }) => event.id),
        deliveries.map(({ event }) => event.type),
        deliveries.map(({ url }) => url),
        deliveries.map(({ event }) => toJsonb(event)),
        webhookDeliveryJob.attempts,
        ctx.now(),
      ],
    );
  }

  /** Takes a pending delivery that is due for `leaseMs`: nobody else attempts it meanwhile. Undefined when there is nothing to do. */
  async take(ctx: ProjectContext, tx: Tx, input: { id: string; leaseMs: number }): Promise<WebhookDelivery | undefined> {
    const now = ctx.now();
    return tx.queryOne<WebhookDelivery>(
      `update webhook_delivery set next_attempt_at = $4 where project_id = $1 and id = $2 and status = 'pending' and next_attempt_at <= $3 returning ${COLUMNS}`,
      [ctx.project.id, input.id, now, new Date(now.getTime() + input.leaseMs)],
    );
  }

  /** Records an attempt and what follows from it, in one statement. */
  async record(ctx: ProjectContext, tx: Tx, input: { attempt: WebhookAttempt; status: DeliveryStatus; nextAttemptAt: Date }): Promise<void> {
    const { attempt } = input;
    await tx.query(
      `with attempt as (
         insert into webhook_attempt (project_id, delivery_id, attempt, started_at, duration_ms, status_code, error) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (project_id, delivery_id, attempt) do nothing
       )
       update webhook_delivery set attempts = $3, attempts_left = greatest(attempts_left - 1, 0), status = $8, next_attempt_at = $9, updated_at = $10 where project_id = $1 and id = $2`,
      [ctx.project.id, attempt.deliveryId, attempt.attempt, attempt.startedAt, attempt.durationMs, attempt.statusCode, attempt.error, input.status, input.nextAttemptAt, ctx.now()],
    );
  }

  /** Newest first. */
  async list(ctx: ProjectContext, tx: Tx, query: { filter: DeliveryFilter; limit: number; offset: number }): Promise<WebhookDelivery[]> {
    return tx.query<WebhookDelivery>(`select ${COLUMNS} from webhook_delivery where ${FILTER} order by created_at desc, id desc limit $6 offset $7`, [
      ...filterValues(ctx, query.filter),
      query.limit,
      query.offset,
    ]);
  }

  async count(ctx: ProjectContext, tx: Tx, filter: DeliveryFilter): Promise<number> {
    const row = await tx.queryOne<{ n: string }>(`select count(*) as n from webhook_delivery where ${FILTER}`, filterValues(ctx, filter));
    return Number(row?.n ?? 0);
  }

  /** Attempts of some deliveries, in order. */
  async attempts(ctx: ProjectContext, tx: Tx, deliveryIds: readonly string[]): Promise<WebhookAttempt[]> {
    return tx.query<WebhookAttempt>(
      `select delivery_id as "deliveryId", attempt, started_at as "startedAt", duration_ms as "durationMs", status_code as "statusCode", error
       from webhook_attempt where project_id = $1 and delivery_id = any($2) order by delivery_id, attempt`,
      [ctx.project.id, deliveryIds],
    );
  }

  /** Makes a delivery pending again, due now, with new attempts. Undefined when there is none of this id. */
  async restart(ctx: ProjectContext, tx: Tx, id: string): Promise<WebhookDelivery | undefined> {
    return tx.queryOne<WebhookDelivery>(
      `update webhook_delivery set status = 'pending', attempts_left = $3, next_attempt_at = $4, updated_at = $4 where project_id = $1 and id = $2 returning ${COLUMNS}`,
      [ctx.project.id, id, webhookDeliveryJob.attempts, ctx.now()],
    );
  }

  /** The same for all of a filter, at most a thousand; oldest first. */
  async restartAll(ctx: ProjectContext, tx: Tx, filter: DeliveryFilter): Promise<WebhookDelivery[]> {
    return tx.query<WebhookDelivery>(
      `update webhook_delivery set status = 'pending', attempts_left = $6, next_attempt_at = $7, updated_at = $7
       where project_id = $1 and id in (select id from webhook_delivery where ${FILTER} order by created_at limit 1000) returning ${COLUMNS}`,
      [...filterValues(ctx, filter), webhookDeliveryJob.attempts, ctx.now()],
    );
  }
}
