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
