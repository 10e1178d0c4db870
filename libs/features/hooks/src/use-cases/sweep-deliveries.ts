import { Injectable } from "@nestjs/common";
import { DeliveryQueue } from "../delivery-queue.js";
import { OverdueDeliveries } from "../store/overdue-deliveries.read.js";

const GRACE_MS = 20_000;

/** Queues pending deliveries whose job was lost, with Redis' data or with a worker. A delivery whose job still waits is left alone: jobs are named by attempt. */
@Injectable()
export class SweepDeliveries {
  constructor(
    private readonly overdue: OverdueDeliveries,
    private readonly queue: DeliveryQueue,
  ) {}

  /** How many were found overdue at `now`. */
  async run(now: Date): Promise<number> {
    const found = await this.overdue.list(new Date(now.getTime() - GRACE_MS));
    await this.queue.add(found.map(({ projectId, id, attempts }) => ({ projectId, deliveryId: id, attempts })));
    return found.length;
  }

  /** Drops finished deliveries after 30 days. */
  async purge(): Promise<void> {
    await this.overdue.purge();
  }
}
