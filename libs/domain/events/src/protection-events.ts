import { defineEvent } from "./gatehouse-event.js";

/** A bot protection answer was refused. */
export const botProtectionVerificationFailed = defineEvent<{ token: string; provider_type: string }>({
  type: "bot_protection.verification.failed",
  triggeredBy: "user",
  payload: "token provider_type",
  immediate: true,
  description: "A bot protection answer was refused.",
});
/** Fraud protection decided about an SMS. */
export const fraudProtectionDecisionRecorded = defineEvent<{ record: Record<string, unknown> }>({
  type: "fraud_protection.decision_recorded",
  triggeredBy: "user",
  payload: "record",
  immediate: true,
  description: "Fraud protection decided about an SMS.",
});
/** A machine got an access token; the secret is masked. */
export const m2mTokenCreated = defineEvent<{ client_id: string; client_secret: string }>({
  type: "m2m.token.created",
  triggeredBy: "user",
  payload: "client_id client_secret",
  description: "A machine got an access token; the secret is masked.",
});
/** A rate limit refused a request. */
export const rateLimitBlocked = defineEvent<{ rate_limit: { name: string; group: string } }>({
  type: "rate_limit.blocked",
  triggeredBy: "user",
  payload: "rate_limit",
  immediate: true,
  description: "A rate limit refused a request.",
});
/** A refresh token that rotation had replaced was used again; it was refused. Ours. */
export const refreshTokenReused = defineEvent<{ client_id: string; session_id: string }>({
  type: "oauth.refresh_token.reused",
  payload: "client_id session_id",
  description: "A refresh token that rotation had replaced was used again; it was refused.",
});
/** A usage limit raised an alert. */
export const usageAlertTriggered = defineEvent<{ usage: { name: string; action: string; period: string; quota: number; current_value: number; plan_name: string } }>({
  type: "usage.alert.triggered",
  triggeredBy: "system",
  payload: "usage",
  hook: "listed",
  immediate: true,
  description: "A usage limit raised an alert.",
});
