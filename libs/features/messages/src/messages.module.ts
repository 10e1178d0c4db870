import { Module } from "@nestjs/common";
import { ONE_TIME_CODE_REPORTS } from "@gatehouse/record-one-time-codes";
import { InboxStore } from "./store/inbox.store.js";
import { DeliverMessage } from "./use-cases/deliver-message.js";
import { DeliveryNews } from "./use-cases/delivery-news.js";
import { HandleMessageJob } from "./use-cases/handle-message-job.js";
import { HandleWhatsappCallback } from "./use-cases/handle-whatsapp-callback.js";
import { ListInbox } from "./use-cases/list-inbox.js";
import { SendUsageAlerts } from "./use-cases/send-usage-alerts.js";
import { WhatsappSender } from "./whatsapp/whatsapp-sender.js";

/** Delivery of queued messages, and the development inbox. */
@Module({
  providers: [...ONE_TIME_CODE_REPORTS, InboxStore, WhatsappSender, DeliveryNews, DeliverMessage, HandleMessageJob, SendUsageAlerts, ListInbox],
  exports: [HandleMessageJob, SendUsageAlerts, ListInbox],
})
export class MessagesModule {}

/** What providers tell of messages later. */
@Module({ providers: [...ONE_TIME_CODE_REPORTS, HandleWhatsappCallback], exports: [HandleWhatsappCallback] })
export class MessageCallbacksModule {}
