import { defineEvent } from "./gatehouse-event.js";
import type { EventApiError, EventUser } from "./models.js";

/** A flow ended in an error of the account's status, a lockout, or a refusal of a hook. */
export const authenticationBlocked = defineEvent<{ user: EventUser | null; error: EventApiError }>({
  type: "authentication.blocked",
  triggeredBy: "user",
  payload: "user error",
  immediate: true,
  userIdAlways: true,
  description: "A flow ended in an error of the account's status, a lockout, or a refusal of a hook.",
});
/** A promotion token of an anonymous user was wrong. */
export const authenticationIdentityAnonymousFailed = defineEvent<{ user: EventUser | null; identity_type: string }>({
  type: "authentication.identity.anonymous.failed",
  triggeredBy: "user",
  payload: "user identity_type",
  immediate: true,
  userIdAlways: true,
  description: "A promotion token of an anonymous user was wrong.",
});
/** A biometric login with a known key failed. */
export const authenticationIdentityBiometricFailed = defineEvent<{ user: EventUser | null; identity_type: string }>({
  type: "authentication.identity.biometric.failed",
  triggeredBy: "user",
  payload: "user identity_type",
  immediate: true,
  userIdAlways: true,
  description: "A biometric login with a known key failed.",
});
/** A login named a login ID that does not exist. */
export const authenticationIdentityLoginIdFailed = defineEvent<{ login_id: string }>({
  type: "authentication.identity.login_id.failed",
  triggeredBy: "user",
  payload: "login_id",
  immediate: true,
  userIdAlways: true,
  description: "A login named a login ID that does not exist.",
});
/** A primary authentication by oob_otp_email failed. */
export const authenticationPrimaryOobOtpEmailFailed = defineEvent<{ user: EventUser | null; authentication_stage: "primary" | "secondary"; authenticator_type: string }>({
  type: "authentication.primary.oob_otp_email.failed",
  triggeredBy: "user",
  payload: "user authentication_stage authenticator_type",
  immediate: true,
  userIdAlways: true,
  description: "A primary authentication by oob_otp_email failed.",
});
/** A primary authentication by oob_otp_sms failed. */
export const authenticationPrimaryOobOtpSmsFailed = defineEvent<{ user: EventUser | null; authentication_stage: "primary" | "secondary"; authenticator_type: string }>({
  type: "authentication.primary.oob_otp_sms.failed",
  triggeredBy: "user",
  payload: "user authentication_stage authenticator_type",
  immediate: true,
  userIdAlways: true,
  description: "A primary authentication by oob_otp_sms failed.",
});
/** A primary authentication by passkey failed. */
export const authenticationPrimaryPasskeyFailed = defineEvent<{ user: EventUser | null; authentication_stage: "primary" | "secondary"; authenticator_type: string }>({
  type: "authentication.primary.passkey.failed",
  triggeredBy: "user",
  payload: "user authentication_stage authenticator_type",
  immediate: true,
  userIdAlways: true,
  description: "A primary authentication by passkey failed.",
});
/** A primary authentication by password failed. */
export const authenticationPrimaryPasswordFailed = defineEvent<{ user: EventUser | null; authentication_stage: "primary" | "secondary"; authenticator_type: string }>({
  type: "authentication.primary.password.failed",
  triggeredBy: "user",
  payload: "user authentication_stage authenticator_type",
  immediate: true,
  userIdAlways: true,
  description: "A primary authentication by password failed.",
});
/** A secondary authentication by oob_otp_email failed. */
export const authenticationSecondaryOobOtpEmailFailed = defineEvent<{ user: EventUser | null; authentication_stage: "primary" | "secondary"; authenticator_type: string }>({
  type: "authentication.secondary.oob_otp_email.failed",
  triggeredBy: "user",
  payload: "user authentication_stage authenticator_type",
  immediate: true,
  userIdAlways: true,
  description: "A secondary authentication by oob_otp_email failed.",
});
/** A secondary authentication by oob_otp_sms failed. */
export const authenticationSecondaryOobOtpSmsFailed = defineEvent<{ user: EventUser | null; authentication_stage: "primary" | "secondary"; authenticator_type: string }>({
  type: "authentication.secondary.oob_otp_sms.failed",
  triggeredBy: "user",
  payload: "user authentication_stage authenticator_type",
  immediate: true,
  userIdAlways: true,
  description: "A secondary authentication by oob_otp_sms failed.",
});
/** A secondary authentication by password failed. */
export const authenticationSecondaryPasswordFailed = defineEvent<{ user: EventUser | null; authentication_stage: "primary" | "secondary"; authenticator_type: string }>({
  type: "authentication.secondary.password.failed",
  triggeredBy: "user",
  payload: "user authentication_stage authenticator_type",
  immediate: true,
  userIdAlways: true,
  description: "A secondary authentication by password failed.",
});
/** A secondary authentication by recovery_code failed. */
export const authenticationSecondaryRecoveryCodeFailed = defineEvent<{ user: EventUser | null; authentication_stage: "primary" | "secondary"; authenticator_type: string }>({
  type: "authentication.secondary.recovery_code.failed",
  triggeredBy: "user",
  payload: "user authentication_stage authenticator_type",
  immediate: true,
  userIdAlways: true,
  description: "A secondary authentication by recovery_code failed.",
});
/** A secondary authentication by totp failed. */
export const authenticationSecondaryTotpFailed = defineEvent<{ user: EventUser | null; authentication_stage: "primary" | "secondary"; authenticator_type: string }>({
  type: "authentication.secondary.totp.failed",
  triggeredBy: "user",
  payload: "user authentication_stage authenticator_type",
  immediate: true,
  userIdAlways: true,
  description: "A secondary authentication by totp failed.",
});
