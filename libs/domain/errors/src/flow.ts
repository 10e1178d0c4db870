import { defineError } from "@gatehouse/platform-errors-core";

/** A wrong password, code, or passkey. */
export const invalidCredentials = defineError<{ AuthenticationType?: string } & Record<string, unknown>>({
  name: "Unauthorized",
  reason: "InvalidCredentials",
  message: "invalid credentials",
  info: { AuthenticationType: "which kind of credential" },
  cause: "The credential does not match.",
  remedy: "Let the user try again.",
});
/** The state token is unknown, expired, or its run has finished. */
export const flowNotFound = defineError({
  name: "NotFound",
  reason: "AuthenticationFlowNotFound",
  message: "flow not found",
  cause: "The state token is unknown, expired, or its run has finished.",
  remedy: "Create a new flow.",
});
/** No flow of this type and name is configured. */
export const flowConfigNotFound = defineError({
  name: "NotFound",
  reason: "AuthenticationFlowFlowNotFound",
  message: "flow not found",
  cause: "No flow of this type and name is configured.",
  remedy: "Check the type and name.",
});
/** `target_step` names a step that has not run. */
export const flowStepNotFound = defineError({
  name: "NotFound",
  reason: "AuthenticationFlowStepNotFound",
  message: "step not found",
  cause: "`target_step` names a step that has not run.",
  remedy: "Correct the flow's configuration.",
});
/** The client's allowlist does not hold this flow. */
export const flowNotAllowed = defineError({
  name: "Forbidden",
  reason: "AuthenticationFlowNotAllowed",
  message: "flow not allowed",
  cause: "The client's allowlist does not hold this flow.",
  remedy: "Change `x_authentication_flow_allowlist` of the client.",
});
/** Two steps of the run resolved to different users. */
export const flowDifferentUser = defineError({
  name: "BadRequest",
  reason: "AuthenticationFlowDifferentUserID",
  message: "different user ID",
  cause: "Two steps of the run resolved to different users.",
  remedy: "Create a new flow.",
});
/** A step needs a user and none has been identified. */
export const flowNoUser = defineError({
  name: "BadRequest",
  reason: "AuthenticationFlowNoUserID",
  message: "no user ID",
  cause: "A step needs a user and none has been identified.",
  remedy: "Correct the flow's configuration.",
});
/** `target_step` names a step of the wrong kind. */
export const flowInvalidTargetStep = defineError<{ target_step: string }>({
  name: "InternalError",
  reason: "AuthenticationFlowInvalidTargetStep",
  message: "invalid target_step",
  info: { target_step: "the step's name" },
  cause: "`target_step` names a step of the wrong kind.",
  remedy: "Correct the flow's configuration.",
});
/** `authentication.public_signup_disabled` is on. */
export const noPublicSignup = defineError({
  name: "Forbidden",
  reason: "AuthenticationFlowNoPublicSignup",
  message: "public signup is disabled",
  cause: "`authentication.public_signup_disabled` is on.",
  remedy: "Create users through the Admin API.",
});
/** A wrong verification code in a `verify` step. */
export const invalidVerificationCode = defineError<{ cause: { kind: string } }>({
  name: "Forbidden",
  reason: "InvalidVerificationCode",
  message: "invalid verification code",
  info: { cause: "kind" },
  cause: "The code is wrong, used, or expired.",
  remedy: "Let the user type it again or send a new one.",
});
/** A login's password is locked for a while. */
export const accountLockout = defineError<{ until: string }>({
  name: "TooManyRequest",
  reason: "AccountLockout",
  message: "account locked",
  info: { until: "time, RFC 3339" },
  cause: "Too many wrong credentials.",
  remedy: "Wait until the time given.",
});
/** The project's configuration asks for something this deployment cannot do. */
export const invalidConfiguration = defineError({
  name: "InternalError",
  reason: "InvalidConfiguration",
  message: "invalid configuration",
  cause: "The project's configuration asks for something this deployment cannot do; the message says what.",
  remedy: "Correct the project's configuration.",
});
