import { Module } from "@nestjs/common";
import { DeliveryQueue } from "./delivery-queue.js";
import { OverdueDeliveries } from "./store/overdue-deliveries.read.js";
import { WebhookDeliveryStore } from "./store/webhook-delivery.store.js";
import { DeliverWebhook } from "./use-cases/deliver-webhook.js";
import { FanOutEvents } from "./use-cases/fan-out-events.js";
import { HandleDeliveryJob } from "./use-cases/handle-delivery-job.js";
import { ListDeliveries } from "./use-cases/list-deliveries.js";
import { ReplayDeliveries } from "./use-cases/replay-deliveries.js";
import { ReplayDelivery } from "./use-cases/replay-delivery.js";
import { SweepDeliveries } from "./use-cases/sweep-deliveries.js";

const useCases = [FanOutEvents, HandleDeliveryJob, ListDeliveries, ReplayDelivery, ReplayDeliveries, SweepDeliveries];

/** Delivery of events to web hooks. */
@Module({ providers: [WebhookDeliveryStore, OverdueDeliveries, DeliveryQueue, DeliverWebhook, ...useCases], exports: useCases })
export class HooksModule {}
