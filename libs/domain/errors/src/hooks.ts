import { defineError } from "@gatehouse/platform-errors-core";

/** A blocking handler said no. */
export const hookDisallowed = defineError<{ event_type: string; reasons: { title: string; reason: string }[] } & Record<string, unknown>>({
  name: "Forbidden",
  reason: "HookDisallowed",
  message: "disallowed by hook event handler",
  info: { event_type: "the event", reasons: "one {title, reason}; what the handler left out is empty", FlowType: "type of the flow, in flows" },
  cause: "A blocking hook answered `is_allowed: false`.",
  remedy: "Show title and reason to the user.",
});
/** A blocking handler, or all of one event together, took too long. */
export const hookDeliveryTimeout = defineError<{ elapsed?: number; limit?: number }>({
  name: "InternalError",
  reason: "HookDeliveryTimeout",
  message: "webhook delivery timeout",
  info: { elapsed: "nanoseconds since the first handler was called, for the total", limit: "the total timeout in nanoseconds" },
  cause: "A hook did not answer within `hook.sync_hook_timeout_seconds` or `hook.sync_hook_total_timeout_seconds`.",
  remedy: "Make the hook faster or raise the timeouts.",
});
/** A blocking handler could not be called at all. */
export const hookDeliveryUnknownFailure = defineError({
  name: "InternalError",
  reason: "HookDeliveryUnknownFailure",
  message: "webhook delivery failed",
  cause: "The hook's host does not resolve, refuses the connection, or is an address hooks may not have.",
  remedy: "Check the hook's URL.",
});
/** A blocking handler answered what is not in the contract. */
export const hookInvalidResponse = defineError<{ status_code?: number; causes?: readonly unknown[]; parse_error?: string }>({
  name: "InternalError",
  reason: "HookInvalidResponse",
  message: "invalid response from hook",
  info: { status_code: "status outside 2xx", causes: "where the body breaks the schema", parse_error: "why the body is not JSON" },
  cause: "The hook's answer has a status outside 2xx (redirects are not followed) or a wrong body.",
  remedy: "Correct the hook.",
});
/** A hook removed or changed claims of a token. */
export const invalidJwtMutations = defineError<{ removed: string[]; changed: string[] }>({
  name: "Invalid",
  reason: "InvalidJWTMutations",
  message: "invalid JWT mutations",
  info: { removed: "claims left out", changed: "claims with another value" },
  cause: "A token hook may add claims only.",
  remedy: "Send back every claim of the event unchanged.",
});
/** Mail cannot be sent: no server is configured. */
export const noAvailableSmtpConfiguration = defineError({
  name: "InternalError",
  reason: "NoAvailableSMTPConfiguration",
  message: "no available SMTP configuration",
  cause: "Neither project nor deployment has the secret `mail.smtp`.",
  remedy: "Add `mail.smtp` to authgear.secrets.yaml.",
});
/** SMS cannot be sent: no provider is configured. */
export const noAvailableSmsClient = defineError({
  name: "InternalError",
  reason: "NoAvailableSMSClient",
  message: "no available SMS client",
  cause: "No SMS provider is configured.",
  remedy: "Configure an SMS gateway.",
});

/** What the SMS provider said beside the outcome. */
type SmsGatewayInfo = { ProviderErrorCode?: string; ProviderType?: string; ProviderName?: string; Description?: string };
const smsGatewayInfo = {
  ProviderErrorCode: "code of the provider",
  ProviderType: "kind of provider",
  ProviderName: "its name",
  Description: "what it said",
};
const smsMessage = "sms gateway send error";
/** The provider does not take the number. */
export const smsGatewayInvalidPhoneNumber = defineError<SmsGatewayInfo>({
  name: "BadRequest",
  reason: "SMSGatewayInvalidPhoneNumber",
  message: smsMessage,
  info: smsGatewayInfo,
  cause: "The number is no mobile number, or not in this form.",
  remedy: "Let the user correct it.",
});
/** The provider asks to slow down. */
export const smsGatewayRateLimited = defineError<SmsGatewayInfo>({
  name: "TooManyRequest",
  reason: "SMSGatewayRateLimited",
  message: smsMessage,
  info: smsGatewayInfo,
  cause: "The provider's own limit is reached.",
  remedy: "Wait, or raise the limit there.",
});
/** The provider refuses the credentials. */
export const smsGatewayAuthenticationFailed = defineError<SmsGatewayInfo>({
  name: "InternalError",
  reason: "SMSGatewayAuthenticationFailed",
  message: smsMessage,
  info: smsGatewayInfo,
  cause: "The credentials in the secrets are wrong.",
  remedy: "Correct the secret.",
});
/** The provider refuses to deliver. */
export const smsGatewayDeliveryRejected = defineError<SmsGatewayInfo>({
  name: "InternalError",
  reason: "SMSGatewayDeliveryRejected",
  message: smsMessage,
  info: smsGatewayInfo,
  cause: "The provider does not deliver this message or to this place.",
  remedy: "See the provider's description.",
});
/** The gateway cannot do what was asked. */
export const smsGatewayUnsupportedRequest = defineError<SmsGatewayInfo>({
  name: "InternalError",
  reason: "SMSGatewayUnsupportedRequest",
  message: smsMessage,
  info: smsGatewayInfo,
  cause: "The custom gateway does not support the request.",
  remedy: "Correct the gateway.",
});
/** The gateway did not answer in time. */
export const smsGatewayTimeout = defineError<SmsGatewayInfo>({
  name: "InternalError",
  reason: "SMSGatewayTimeout",
  message: smsMessage,
  info: smsGatewayInfo,
  cause: "No answer within the gateway's timeout.",
  remedy: "Make the gateway faster or raise `timeout` of `sms.custom`.",
});
/** Any other answer of the provider. */
export const smsGatewayUnknown = defineError<SmsGatewayInfo>({
  name: "InternalError",
  reason: "UnexpectedError",
  message: smsMessage,
  info: smsGatewayInfo,
  cause: "The provider failed for a reason it did not tell in a known way.",
  remedy: "See the provider's description.",
});
