/** Delivery of events to web hooks. */
export { HooksModule } from "./hooks.module.js";
/** The consumer group `hooks`. */
export { FanOutEvents } from "./use-cases/fan-out-events.js";
/** What a worker does with a queued delivery. */
export { HandleDeliveryJob } from "./use-cases/handle-delivery-job.js";
/** Deliveries with their attempts. */
export { type DeliveryWithAttempts, ListDeliveries } from "./use-cases/list-deliveries.js";
/** Sends one delivery again. */
export { ReplayDelivery } from "./use-cases/replay-delivery.js";
/** Sends many deliveries again. */
export { ReplayDeliveries } from "./use-cases/replay-deliveries.js";
/** Finds deliveries whose job was lost. */
export { SweepDeliveries } from "./use-cases/sweep-deliveries.js";
/** A delivery, its attempts and filters. */
export type { DeliveryFilter, DeliveryStatus, WebhookAttempt, WebhookDelivery } from "./store/webhook-delivery.store.js";
