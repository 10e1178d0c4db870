/** Hands messages to the worker that delivers them. */
export { type HandOver, MessageQueue } from "./message-queue.js";
/** Answers to who waits for a message. */
export { answer, type MessageReply, type ReplyAddress } from "./message-replies.js";
/** Names of messages, by their templates. */
export { type MessageName, messageName } from "./message-name.js";
/** Who sends a project's SMS. */
export { type DeploymentSms, type SmsProvider, smsProvider } from "./sms-provider.js";
/** A message to one recipient. */
export { type OutgoingMessage, SECONDS_TO_WAIT } from "./outgoing-message.js";
