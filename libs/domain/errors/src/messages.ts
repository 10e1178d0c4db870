import { defineError } from "@gatehouse/platform-errors-core";

/** WhatsApp messages cannot be sent: no provider is configured. */
export const noAvailableWhatsappClient = defineError({
  name: "BadRequest",
  reason: "NoAvailableWhatsappClient",
  message: "no available whatsapp client",
  cause: "The project has no secret of the WhatsApp API it uses.",
  remedy: "Add `whatsapp.cloud-api` or `whatsapp.on-premises` to authgear.secrets.yaml, or use another channel.",
});
/** Nobody has this number on WhatsApp. */
export const invalidWhatsappUser = defineError({
  name: "BadRequest",
  reason: "InvalidWhatsappUser",
  message: "invalid whatsapp user",
  cause: "The number is not on WhatsApp.",
  remedy: "Use another channel.",
});
/** WhatsApp could not hand a message over. */
export const whatsappUndeliverable = defineError({
  name: "BadRequest",
  reason: "WhatsappUndeliverable",
  message: "whatsapp message undeliverable",
  cause: "WhatsApp cannot deliver to the number.",
  remedy: "Use another channel.",
});
/** WhatsApp reported that a message failed. */
export const unexpectedWhatsappMessageStatus = defineError({
  name: "InternalError",
  reason: "UnexpectedWhatsappMessageStatusError",
  message: "unexpected whatsapp message status",
  cause: "WhatsApp took the message and reported later that it failed.",
  remedy: "Send again, or use another channel.",
});
/** WhatsApp did not report on a message in time. */
export const whatsappCallbackTimeout = defineError({
  name: "InternalError",
  reason: "WhatsappMessageStatusCallbackTimeout",
  message: "timeout waiting for whatsapp message status callback",
  cause: "There was no news of a message within `messaging.whatsapp.message_sent_callback_timeout`.",
  remedy: "Check that the web hook `/whatsapp/webhook` is subscribed to; use another channel.",
});
/** A code could not be delivered, for a reason that is not shown. */
export const otpDeliveryUnexpected = defineError({
  name: "InternalError",
  reason: "OTPDeliveryUnexpectedError",
  message: "unexpected error in delivering the one-time password",
  cause: "The provider or the platform failed; the log has the cause.",
  remedy: "Send again, or use another channel.",
});
