import { notFound } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { DeliveryQueue } from "../delivery-queue.js";
import { type WebhookDelivery, WebhookDeliveryStore } from "../store/webhook-delivery.store.js";

/** Sends a delivery again, whatever became of it; the receiver sees the same event id. */
@Injectable()
export class ReplayDelivery {
  constructor(
    private readonly db: Database,
    private readonly store: WebhookDeliveryStore,
    private readonly queue: DeliveryQueue,
  ) {}

  /** The delivery, pending again with a full round of attempts. Throws NotFound for an unknown id. */
  async run(ctx: ProjectContext, input: { id: string }): Promise<WebhookDelivery> {
    const delivery = await this.db.read((tx) => this.store.restart(ctx, tx, input.id));
    if (!delivery) throw notFound();
    await this.queue.add([{ projectId: ctx.project.id, deliveryId: delivery.id, attempts: delivery.attempts, replayedAt: ctx.now() }]);
    return delivery;
  }
}
