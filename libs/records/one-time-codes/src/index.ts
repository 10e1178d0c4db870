/** What codes are bound to and how they travel. */
export type { AcceptedCode, CodePurpose, CodeTarget, OtpChannel, OtpForm, OtpRequest, SentCode } from "./code-target.js";
/** Telling clients of flow runs to read again. */
export { FlowChannel } from "./flow-channel.js";
/** Sending and checking codes and links. */
export { OneTimePasswords, type OtpStatus } from "./one-time-passwords.js";
/** What modules list to have one-time passwords, or to tell of their messages. */
export { ONE_TIME_CODE_PROVIDERS, ONE_TIME_CODE_REPORTS } from "./providers.js";
/** The door every message goes through. */
export { type SendOptions, SendMessage } from "./send-message.js";
/** Test mode of messages. */
export { isSuppressed, isSuppressedByProject } from "./test-mode.js";
/** News of messages, for those who send them. */
export { CodeStore, type Delivery, type DeliveryStatus } from "./code.store.js";
/** Which code a WhatsApp message carried. */
export { type WhatsappMessageId, WhatsappMessageStore } from "./whatsapp-message.store.js";
