/** Delivery of queued messages with the development inbox, and what providers tell of them later. */
export { MessageCallbacksModule, MessagesModule } from "./messages.module.js";
/** What a worker does with a queued message. */
export { HandleMessageJob, type QueuedMessage } from "./use-cases/handle-message-job.js";
/** Mails those who want to hear of usage limits. */
export { SendUsageAlerts } from "./use-cases/send-usage-alerts.js";
/** What became of a message. */
export type { MessageReport } from "./use-cases/delivery-news.js";
/** Messages of the development inbox. */
export { ListInbox } from "./use-cases/list-inbox.js";
/** A message kept in the development inbox. */
export type { InboxMessage } from "./store/inbox.store.js";
/** What WhatsApp tells of messages it took. */
export { type CallbackAnswer, HandleWhatsappCallback } from "./use-cases/handle-whatsapp-callback.js";
