import { defineEvent } from "./gatehouse-event.js";

/** An e-mail could not be sent. */
export const emailError = defineEvent<{ description: string; recipient: string }>({
  type: "email.error",
  triggeredBy: "user",
  payload: "description recipient",
  immediate: true,
  description: "An e-mail could not be sent.",
});
/** An e-mail was accepted by the provider. */
export const emailSent = defineEvent<{ sender: string; recipient: string; type: string }>({
  type: "email.sent",
  triggeredBy: "user",
  payload: "sender recipient type",
  immediate: true,
  description: "An e-mail was accepted by the provider.",
});
/** An e-mail was held back by test or development mode. */
export const emailSuppressed = defineEvent<{ description: string; recipient: string }>({
  type: "email.suppressed",
  triggeredBy: "user",
  payload: "description recipient",
  immediate: true,
  description: "An e-mail was held back by test or development mode.",
});
/** An SMS could not be sent. */
export const smsError = defineEvent<{ description: string; recipient: string }>({
  type: "sms.error",
  triggeredBy: "user",
  payload: "description recipient",
  immediate: true,
  description: "An SMS could not be sent.",
});
/** An SMS was accepted by the provider. */
export const smsSent = defineEvent<{ sender: string; recipient: string; type: string; is_not_counted_in_usage: boolean }>({
  type: "sms.sent",
  triggeredBy: "user",
  payload: "sender recipient type is_not_counted_in_usage",
  immediate: true,
  description: "An SMS was accepted by the provider.",
});
/** An SMS was held back by test or development mode. */
export const smsSuppressed = defineEvent<{ description: string; recipient: string }>({
  type: "sms.suppressed",
  triggeredBy: "user",
  payload: "description recipient",
  immediate: true,
  description: "An SMS was held back by test or development mode.",
});
/** A WhatsApp message could not be sent. */
export const whatsappError = defineEvent<{ description: string; recipient: string }>({
  type: "whatsapp.error",
  triggeredBy: "user",
  payload: "description recipient",
  immediate: true,
  description: "A WhatsApp message could not be sent.",
});
/** A code sent by WhatsApp was verified. */
export const whatsappOtpVerified = defineEvent<{ phone: string }>({
  type: "whatsapp.otp.verified",
  payload: "phone",
  triggeredBy: "user",
  description: "A code sent by WhatsApp was verified.",
});
/** A WhatsApp message was accepted by the provider. */
export const whatsappSent = defineEvent<{ recipient: string; type: string; is_not_counted_in_usage: boolean }>({
  type: "whatsapp.sent",
  triggeredBy: "user",
  payload: "recipient type is_not_counted_in_usage",
  immediate: true,
  description: "A WhatsApp message was accepted by the provider.",
});
/** A WhatsApp message was held back by test or development mode. */
export const whatsappSuppressed = defineEvent<{ description: string; recipient: string }>({
  type: "whatsapp.suppressed",
  triggeredBy: "user",
  payload: "description recipient",
  immediate: true,
  description: "A WhatsApp message was held back by test or development mode.",
});
