/** Delivery of queued messages, and the development inbox. */
export { MessagesModule } from "./messages.module.js";
/** What a worker does with a queued message. */
export { HandleMessageJob, type QueuedMessage } from "./use-cases/handle-message-job.js";
/** What became of a message. */
export type { MessageOutcome } from "./use-cases/deliver-message.js";
/** Messages of the development inbox. */
export { ListInbox } from "./use-cases/list-inbox.js";
/** A message kept in the development inbox. */
export type { InboxMessage } from "./store/inbox.store.js";
