import { defineError } from "@gatehouse/platform-errors-core";

/** An ID token that does not parse, or was not signed by this project. */
export const invalidIdToken = defineError({
  name: "Invalid",
  reason: "Invalid",
  message: "invalid ID token",
  cause: "The ID token is malformed or not signed by this project.",
  remedy: "Send an ID token of this project.",
});
/** The session of a chosen account is gone or another one. */
export const selectAccountSessionChanged = defineError({
  name: "Unauthorized",
  reason: "SelectAccountSessionChanged",
  message: "session no longer matches the selected account",
  cause: "The session of the request ended or belongs to another user since the account was offered.",
  remedy: "Create a new flow.",
});
/** Steps of account recovery in an impossible order. */
export const flowInvalidConfig = defineError({
  name: "InternalError",
  reason: "AuthenticationFlowInvalidFlowConfig",
  message: "invalid flow config",
  cause: "The steps of the flow are in an order that cannot run.",
  remedy: "Correct the flow's configuration.",
});
/** A code or link of account recovery that is not valid. */
export const passwordResetFailed = defineError<{ cause: { kind: "InvalidCode" | "UsedCode" } } & Record<string, unknown>>({
  name: "Invalid",
  reason: "PasswordResetFailed",
  message: "invalid code",
  info: { cause: "kind: InvalidCode or UsedCode", otp_form: "code or link" },
  cause: "The recovery code is wrong, used or expired.",
  remedy: "Let the user type it again, or send a new one.",
});
/** Account recovery is off, or there is nobody to recover. */
export const forgotPasswordFailed = defineError<{ cause: { kind: string } }>({
  name: "Invalid",
  reason: "ForgotPasswordFailed",
  message: "forgot password is disabled",
  info: { cause: "kind: FeatureDisabled, or UserNotFound in the Admin API" },
  cause: "`forgot_password.enabled` is false, or nobody has the login id.",
  remedy: "Turn it on in authgear.yaml, or check the login id.",
});
/** A password cannot be changed. */
export const changePasswordFailed = defineError<{ cause: { kind: string } }>({
  name: "Invalid",
  reason: "ChangePasswordFailed",
  message: "the user does not have a password",
  info: { cause: "kind: NoPassword" },
  cause: "The user has no password of this kind.",
  remedy: "Create one instead.",
});
/** The bot protection provider said no. */
export const botProtectionVerificationFailed = defineError({
  name: "Forbidden",
  reason: "BotProtectionVerificationFailed",
  message: "bot protection verification failed",
  cause: "The provider refused the answer to the challenge, or an earlier one of the same run failed.",
  remedy: "Create a new flow and solve the challenge again.",
});
/** The bot protection provider did not answer. */
export const botProtectionUnavailable = defineError({
  name: "ServiceUnavailable",
  reason: "BotProtectionVerificationServiceUnavailable",
  message: "bot protection service unavailable",
  cause: "The provider did not answer in time or had an internal error.",
  remedy: "Try again later with a new flow.",
});
/** The social login provider answered with an error. */
export const oauthError = defineError<{ error: string; error_description?: string; error_uri?: string; provider_type: string; error_category: string }>({
  name: "BadRequest",
  reason: "OAuthError",
  message: "oauth error",
  info: {
    error: "code of the provider",
    error_description: "its text",
    error_uri: "its link",
    provider_type: "type of the provider",
    error_category: "empty, or what the provider means",
  },
  cause: "The provider refused, or the person did.",
  remedy: "Show the text; offer to try again.",
});
/** The social login provider's answer breaks its protocol. */
export const oauthProtocolError = defineError({
  name: "BadRequest",
  reason: "OAuthProtocolError",
  message: "oauth protocol error",
  cause: "A signature, a claim or the form of the provider's answer is wrong; the message says which.",
  remedy: "Try again; check the provider's configuration.",
});
/** No such social login provider. */
export const oauthProviderNotFound = defineError({
  name: "NotFound",
  reason: "OAuthProviderNotFound",
  message: "oauth provider not found",
  cause: "No provider has this alias, or its client secret is missing.",
  remedy: "Check identity.oauth.providers and the secret sso.oauth.client.",
});
/** Demo credentials are chosen and the deployment has none. */
export const oauthProviderMissingCredentials = defineError<{ OAuthProviderAlias: string; OAuthProviderType: string }>({
  name: "Invalid",
  reason: "OAuthProviderMissingCredentials",
  message: "oauth provider is missing credentials",
  info: { OAuthProviderAlias: "alias", OAuthProviderType: "type" },
  cause: "The provider uses demo credentials and the deployment has none for its type.",
  remedy: "Use credentials of the project.",
});
/** The provider gave no email and the project requires one. */
export const standardAttributesEmailRequired = defineError<{ ProviderType?: string }>({
  name: "BadRequest",
  reason: "StandardAttributesEmailRequired",
  message: "email is required",
  info: { ProviderType: "type of the provider, where it is known to hide addresses" },
  cause: "The provider gave no email, and `claims.email.required` is on.",
  remedy: "Let the user make the address visible there, or turn the requirement off.",
});
/** An external JWT that is not valid. */
export const externalJwtInvalidJwt = defineError({
  name: "BadRequest",
  reason: "ExternalJWTInvalidJWT",
  message: "invalid external JWT",
  cause: "The JWT is malformed, expired, of an unknown issuer or wrongly signed.",
  remedy: "Send a fresh JWT of a configured issuer.",
});
/** An external JWT without the claim that is needed. */
export const externalJwtInvalidClaim = defineError({
  name: "BadRequest",
  reason: "ExternalJWTInvalidClaim",
  message: "invalid claim in external JWT",
  cause: "The JWT lacks the login id, or the login id has the wrong type.",
  remedy: "Add the claim at the issuer.",
});
/** The keys of an external JWT's issuer cannot be had. */
export const externalJwtFailedToFetchJwks = defineError({
  name: "InternalError",
  reason: "ExternalJWTFailedToFetchJWKs",
  message: "failed to fetch JWKs",
  cause: "`jwks_uri` of the issuer did not answer with a key set.",
  remedy: "Check external_jwt.issuers.",
});
/** A WebAuthn challenge that was not issued, was used, or has expired. */
export const webAuthnSessionNotFound = defineError({
  name: "NotFound",
  reason: "WebAuthnSessionNotFound",
  message: "webauthn session not found",
  cause: "The challenge was not issued here, is used already, or has expired.",
  remedy: "Read the state again for a fresh challenge.",
});
/** SMS goes to the numbers of this project only by other means. */
export const smsNotSupported = defineError({
  name: "Forbidden",
  reason: "SMSNotSupported",
  message: "SMS is not supported",
  cause: "The plan does not let the project recover accounts by phone.",
  remedy: "Use another channel.",
});
/** Fraud protection refused a message. */
export const blockedByFraudProtection = defineError({
  name: "TooManyRequest",
  reason: "BlockedByFraudProtection",
  message: "request blocked by fraud protection",
  cause: "Too many unverified codes went to this country or came from this address.",
  remedy: "Wait; see fraud_protection in authgear.yaml.",
});
/** A secret that is no base32. */
export const invalidTotpSecret = defineError({
  name: "Invalid",
  reason: "InvalidTOTPSecret",
  message: "invalid TOTP secret",
  cause: "The secret is not base32.",
  remedy: "Send base32 without padding.",
});
/** No such identity, or of another user. */
export const identityNotFound = defineError({
  name: "NotFound",
  reason: "IdentityNotFound",
  message: "identity not found",
  cause: "The identity does not exist in this project.",
  remedy: "Check the id.",
});
/** No such authenticator, or of another user. */
export const authenticatorNotFound = defineError({
  name: "NotFound",
  reason: "AuthenticatorNotFound",
  message: "authenticator not found",
  cause: "The authenticator does not exist in this project.",
  remedy: "Check the id.",
});

const account = (reason: string, message: string, cause: string) => defineError({ name: "Invalid", reason, message, cause, remedy: "Start the operation again." });
/** The token of a social link is unknown, used or expired. */
export const accountOauthTokenInvalid = account("AccountManagementOAuthTokenInvalid", "invalid token", "The token is unknown, used or expired.");
/** The token of a social link belongs to another user. */
export const accountOauthTokenNotBoundToUser = account(
  "AccountManagementOAuthTokenNotBoundToUser",
  "token is not bound to the current user",
  "The token was made for another user.",
);
/** The callback's state is not the token's. */
export const accountOauthStateNotBoundToToken = account(
  "AccountManagementOAuthStateNotBoundToToken",
  "the state parameter in query is not bound to token",
  "The callback belongs to another operation.",
);
/** The token of an account operation is unknown, used or expired. */
export const accountTokenInvalid = account("AccountManagementTokenInvalid", "invalid token", "The token is unknown, used or expired.");
/** The token of an account operation belongs to another user. */
export const accountTokenNotBoundToUser = account("AccountManagementTokenNotBoundToUser", "token is not bound to the current user", "The token was made for another user.");
/** Somebody else's identity. */
export const accountIdentityNotOwned = account("AccountManagementIdentityNotOwnedByUser", "identity not owned by current user", "The identity belongs to another user.");
/** Somebody else's authenticator. */
export const accountAuthenticatorNotOwned = account(
  "AccountManagementAuthenticatorNotOwnedByUser",
  "authenticator not owned by current user",
  "The authenticator belongs to another user.",
);
/** The last second factor of a project that requires one. */
export const accountSecondaryRequired = account(
  "AccountManagementSecondaryAuthenticatorIsRequired",
  "at least one secondary authenticator is needed",
  "`authentication.secondary_authentication_mode` is `required`.",
);
/** The identity belongs to another user already; `info` as of `DuplicatedIdentity`. */
export const accountDuplicatedIdentity = defineError<Record<string, unknown>>({
  name: "AlreadyExists",
  reason: "AccountManagementDuplicatedIdentity",
  message: "identity already exists",
  info: { cause: "kind: DuplicatedIdentity", IdentityTypeIncoming: "as of DuplicatedIdentity" },
  cause: "Another user has this login id or social account.",
  remedy: "Use another one.",
});

const anonymous = (message: string, cause: string) =>
  defineError({ name: "Invalid", reason: "Invalid", message, cause, remedy: "See authentication.identities, or sign out first." });
/** Anonymous users are off. */
export const anonymousUserDisallowed = anonymous("anonymous user disallowed", "`authentication.identities` does not list `anonymous`.");
/** The browser's user has an account. */
export const normalUserLoggedIn = anonymous("user logged in as normal user", "The user of the session is a regular one.");
/** A client that the project does not have. */
export const anonymousInvalidClient = anonymous("invalid client ID", "No client has this id.");
/** A refresh token that is worth nothing, where an anonymous user signs up. */
export const anonymousInvalidRefreshToken = anonymous("invalid refresh token", "The refresh token is unknown, expired or revoked.");
/** Clients of this type have no anonymous users. */
export const anonymousUnsupportedClient = anonymous(
  "Anonymous user is not supported by the client application type. It needs full access, which confidential and third-party clients do not have.",
  "The client is confidential, third-party or a machine.",
);
/** No trace of this id, or not any more. */
export const flowTraceNotFound = defineError({
  name: "NotFound",
  reason: "AuthenticationFlowTraceNotFound",
  message: "authentication flow trace not found",
  cause: "No authentication flow of this project has this tracking id, or it is older than 24 hours.",
  remedy: "Use the `tracking_id` of a flow's error soon after.",
});
