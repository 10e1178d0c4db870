/** Hands messages to the worker that delivers them. */
export { MessageQueue } from "./message-queue.js";
/** A message to one recipient. */
export type { OutgoingMessage } from "./outgoing-message.js";
