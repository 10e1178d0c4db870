import { retryDelay, webhookDeliveryJob } from "@gatehouse/domain-jobs";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { OutboundClient } from "@gatehouse/platform-outbound";
import { Database } from "@gatehouse/platform-postgres";
import { webhookCall } from "@gatehouse/service-blocking-hooks";
import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { DeliveryQueue } from "../delivery-queue.js";
import { type DeliveryStatus, type WebhookDelivery, WebhookDeliveryStore } from "../store/webhook-delivery.store.js";

const TIMEOUT_MS = 60_000;
/** Longer than an attempt can take; after it the sweep may start another. */
const LEASE_MS = TIMEOUT_MS + 30_000;

interface Result {
  statusCode: number | null;
  /** Null when it was delivered. */
  error: string | null;
  /** Whether another attempt cannot do better. */
  final?: boolean;
}

/** Makes one attempt of a delivery and records it; queues the next one or gives up. */
@Injectable()
export class DeliverWebhook implements OnApplicationShutdown {
  private readonly outbound: OutboundClient;

  constructor(
    private readonly db: Database,
    env: EnvConfig,
    private readonly store: WebhookDeliveryStore,
    private readonly queue: DeliveryQueue,
  ) {
    this.outbound = new OutboundClient({ allowLoopback: env.devMode });
  }

  /** The delivery's status afterwards; undefined when there was nothing to do (delivered, given up, not due, or taken by another worker). */
  async run(ctx: ProjectContext, deliveryId: string): Promise<DeliveryStatus | undefined> {
    const delivery = await this.db.read((tx) => this.store.take(ctx, tx, { id: deliveryId, leaseMs: LEASE_MS }));
    if (!delivery) return undefined;
    const startedAt = ctx.now();
    const begun = performance.now();
    const result = await this.attempt(ctx, delivery);
    const attempt = {
      deliveryId,
      attempt: delivery.attempts + 1,
      startedAt,
      durationMs: Math.round(performance.now() - begun),
      statusCode: result.statusCode,
      error: result.error,
    };
    const delay = result.error === null || result.final ? undefined : nextDelay(delivery);
    const status = result.error === null ? "delivered" : delay === undefined ? "dead" : "pending";
    await this.db.read((tx) => this.store.record(ctx, tx, { attempt, status, nextAttemptAt: new Date(ctx.now().getTime() + (delay ?? 0)) }));
    if (delay !== undefined) await this.queue.add([{ projectId: ctx.project.id, deliveryId, attempts: attempt.attempt, delay }]);
    if (status === "dead")
      ctx.log.error({ delivery: deliveryId, event: delivery.eventType, url: delivery.url, error: result.error }, "A web hook was given up; it can be replayed.");
    return status;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.outbound.close();
  }

  private async attempt(ctx: ProjectContext, delivery: WebhookDelivery): Promise<Result> {
    if (!delivery.url.startsWith("http:") && !delivery.url.startsWith("https:")) return { statusCode: null, error: "no runner for hook scripts is available", final: true };
    try {
      const { status } = await this.outbound.send(webhookCall(ctx, { url: delivery.url, timeoutMs: TIMEOUT_MS }, delivery.event));
      return { statusCode: status, error: status >= 200 && status < 300 ? null : `the receiver answered ${status}` };
    } catch (error) {
      return { statusCode: null, error: (error as Error).message };
    }
  }
}

/** Milliseconds before the next attempt of this round; undefined when the round is over. */
function nextDelay(delivery: WebhookDelivery): number | undefined {
  const inRound = webhookDeliveryJob.attempts - delivery.attemptsLeft + 1;
  return retryDelay(webhookDeliveryJob, inRound);
}
