import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { type DeliveryFilter, type WebhookAttempt, type WebhookDelivery, WebhookDeliveryStore } from "../store/webhook-delivery.store.js";

/** A delivery with its attempts. */
export interface DeliveryWithAttempts extends WebhookDelivery {
  log: WebhookAttempt[];
}

const PAGE = 20;
const LARGEST_PAGE = 100;

/** Deliveries of a project, newest first, each with its attempts. */
@Injectable()
export class ListDeliveries {
  constructor(
    private readonly db: Database,
    private readonly store: WebhookDeliveryStore,
  ) {}

  /** One page of at most 100, and how many there are in all. */
  async run(ctx: ProjectContext, input: DeliveryFilter & { limit?: number; offset?: number } = {}): Promise<{ deliveries: DeliveryWithAttempts[]; totalCount: number }> {
    const { limit = PAGE, offset = 0, ...filter } = input;
    return this.db.read(async (tx) => {
      const deliveries = await this.store.list(ctx, tx, { filter, limit: Math.max(0, Math.min(limit, LARGEST_PAGE)), offset: Math.max(0, offset) });
      const totalCount = await this.store.count(ctx, tx, filter);
      const attempts = await this.store.attempts(
        ctx,
        tx,
        deliveries.map(({ id }) => id),
      );
      return { totalCount, deliveries: deliveries.map((delivery) => ({ ...delivery, log: attempts.filter(({ deliveryId }) => deliveryId === delivery.id) })) };
    });
  }
}
