import { ApiError, defineError } from "@gatehouse/platform-errors-core";

/** No such user, or not for this caller (also: no account with this login id). */
export const userNotFound = defineError<Record<string, unknown>>({
  name: "NotFound",
  reason: "UserNotFound",
  message: "user not found",
  info: { IdentityTypeIncoming: "what was looked up, in flows", LoginIDTypeIncoming: "type of the login id" },
  cause: "The user or the login id does not exist in this project.",
  remedy: "Check the id; offer sign-up.",
});
/** The account was disabled by an administrator. */
export const disabledUser = defineError<{ reason?: string }>({
  name: "Forbidden",
  reason: "DisabledUser",
  message: "user is disabled",
  info: { reason: "the disable reason" },
  cause: "An administrator disabled the account.",
  remedy: "Ask the project's support.",
});
/** The account was anonymized. */
export const anonymizedUser = defineError({
  name: "Forbidden",
  reason: "AnonymizedUser",
  message: "user is anonymized",
  cause: "The account was anonymized.",
  remedy: "Create a new account.",
});
/** The account is not valid at this time. */
export const userOutsideValidPeriod = defineError({
  name: "Forbidden",
  reason: "UserOutsideValidPeriod",
  message: "user is outside valid period",
  cause: "The account is not valid at this time.",
  remedy: "Ask the project's support.",
});
/** An administrator scheduled the deletion of the account. */
export const scheduledDeletionByAdmin = defineError<{ delete_at: string }>({
  name: "Forbidden",
  reason: "ScheduledDeletionByAdmin",
  message: "user was scheduled for deletion by admin",
  info: { delete_at: "time, RFC 3339" },
  cause: "An administrator scheduled the deletion of the account.",
  remedy: "Ask the project's support.",
});
/** The user asked for deletion of the account. */
export const scheduledDeletionByEndUser = defineError<{ delete_at: string }>({
  name: "Forbidden",
  reason: "ScheduledDeletionByEndUser",
  message: "user was scheduled for deletion by end-user",
  info: { delete_at: "time, RFC 3339" },
  cause: "The user asked for deletion of the account.",
  remedy: "Ask the project's support.",
});
/** An administrator scheduled the anonymization of the account. */
export const scheduledAnonymizationByAdmin = defineError<{ anonymize_at: string }>({
  name: "Forbidden",
  reason: "ScheduledAnonymizationByAdmin",
  message: "user was scheduled for anonymization by admin",
  info: { anonymize_at: "time, RFC 3339" },
  cause: "An administrator scheduled the anonymization of the account.",
  remedy: "Ask the project's support.",
});

const invariant = defineError<{ cause: { kind: string } & Record<string, unknown> } & Record<string, unknown>>({
  name: "Invalid",
  reason: "InvariantViolated",
  message: "invariant violated",
  info: { cause: "kind of the broken rule" },
  cause: "The change would break a rule between the records of a user.",
  remedy: "`info.cause.kind` names the rule.",
});
/** The error of a broken rule between records; `kind` as in the reference (`DuplicatedIdentity`, `NoAuthenticator` ...). */
export const invariantViolated = Object.assign(
  (kind: string, message: string, { info = {}, cause = {} }: { info?: Record<string, unknown>; cause?: Record<string, unknown> } = {}): ApiError =>
    invariant({ ...info, cause: { kind, ...cause } }, message),
  invariant,
);
/** A login id that another user holds, or the same one twice. */
export const duplicatedIdentity = (info: Record<string, unknown> = {}): ApiError => invariantViolated("DuplicatedIdentity", "identity already exists", { info });
/** The new password breaks `authenticator.password.policy`. */
export const duplicatedAuthenticator = (type: string): ApiError => invariantViolated("DuplicatedAuthenticator", "duplicated authenticator", { cause: { AuthenticatorType: type } });

/** A password that breaks the policy; each cause names one rule. */
export const passwordPolicyViolated = defineError<{ causes: readonly { Name: string; Info?: Record<string, unknown> }[] }>({
  name: "Invalid",
  reason: "PasswordPolicyViolated",
  message: "password policy violated",
  info: { causes: "broken rules: {Name, Info?}" },
  cause: "The new password breaks `authenticator.password.policy`.",
  remedy: "Show the rules; each cause names one.",
});
/** The Admin API was given a login id key that the project does not have. */
export const invalidLoginIdKey = defineError({
  name: "Invalid",
  reason: "InvalidLoginIDKey",
  message: "invalid login ID key",
  cause: "The login id key is not configured.",
  remedy: "Use a key of identity.login_id.keys.",
});
/** An attribute that the caller may not read or write. */
export const accessControlViolated = defineError<{ subject: string; role: string; level: string }>({
  name: "Forbidden",
  reason: "AccessControlViolated",
  message: "access control violated",
  info: { subject: "pointer of the attribute", role: "whose access it is", level: "the level that was needed" },
  cause: "`user_profile` does not give this role that level of access to the attribute.",
  remedy: "Change `access_control` of the attribute.",
});
