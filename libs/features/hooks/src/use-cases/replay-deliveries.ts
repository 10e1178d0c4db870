import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { DeliveryQueue } from "../delivery-queue.js";
import { type DeliveryFilter, WebhookDeliveryStore } from "../store/webhook-delivery.store.js";

/** Sends all deliveries of a filter again: those of a time range, or those that were given up. */
@Injectable()
export class ReplayDeliveries {
  constructor(
    private readonly db: Database,
    private readonly store: WebhookDeliveryStore,
    private readonly queue: DeliveryQueue,
  ) {}

  /** How many were restarted; at most a thousand in one call, oldest first. Without a status only those that were given up. */
  async run(ctx: ProjectContext, input: DeliveryFilter = {}): Promise<{ count: number }> {
    const deliveries = await this.db.read((tx) => this.store.restartAll(ctx, tx, { ...input, status: input.status ?? "dead" }));
    await this.queue.add(deliveries.map((delivery) => ({ projectId: ctx.project.id, deliveryId: delivery.id, attempts: delivery.attempts, replayedAt: ctx.now() })));
    return { count: deliveries.length };
  }
}
