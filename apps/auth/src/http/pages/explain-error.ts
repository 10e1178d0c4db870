import type { ApiErrorJson } from "@gatehouse/platform-errors-core";
import { pageText, type PageTextKey } from "./page-texts.js";

type Texts = Readonly<Record<string, PageTextKey>>;
const textOf = (texts: Texts, name: unknown): PageTextKey | undefined => (typeof name === "string" && Object.hasOwn(texts, name) ? texts[name] : undefined);

const BY_REASON: Texts = {
  InvalidCredentials: "v2.error.invalid-credentials",
  NewPasswordTypo: "v2.error.password-typo",
  PasswordResetFailed: "v2.error.password-reset-failed",
  AuthenticationFlowNoPublicSignup: "v2.error.no-public-signup",
  AuthenticationFlowNotAllowed: "v2.error.flow-not-allowed",
  AuthenticationFlowDifferentUserID: "v2.error.different-user",
  BotProtectionVerificationFailed: "v2.error.bot-protection",
  BotProtectionVerificationServiceUnavailable: "v2.error.bot-protection-unavailable",
  OAuthError: "v2.error.oauth",
  OAuthProtocolError: "v2.error.oauth",
  OAuthProviderNotFound: "v2.error.oauth",
  StandardAttributesEmailRequired: "v2.error.oauth-email-required",
  WebAuthnSessionNotFound: "v2.error.passkey-expired",
  SMSNotSupported: "v2.error.sms-not-supported",
  BlockedByFraudProtection: "v2.error.fraud-protection",
  UsageLimitExceeded: "v2.error.usage-limit",
  InvalidWhatsappUser: "v2.error.whatsapp-user",
  WhatsappUndeliverable: "v2.error.whatsapp-user",
  NoAvailableWhatsappClient: "v2.error.delivery",
  NoAvailableSMSClient: "v2.error.delivery",
  NoAvailableSMTPConfiguration: "v2.error.delivery",
  SMSGatewayInvalidPhoneNumber: "v2.error.phone-number",
  SMSGatewayRateLimited: "v2.error.sms-rate-limited",
  SMSGatewayDeliveryRejected: "v2.error.sms-rejected",
  SMSGatewayAuthenticationFailed: "v2.error.delivery",
  SMSGatewayUnsupportedRequest: "v2.error.delivery",
  SMSGatewayTimeout: "v2.error.delivery",
  UnexpectedWhatsappMessageStatusError: "v2.error.delivery",
  WhatsappMessageStatusCallbackTimeout: "v2.error.delivery",
  HookInvalidResponse: "v2.error.hook-unavailable",
  HookDeliveryTimeout: "v2.error.hook-unavailable",
  HookDeliveryUnknownFailure: "v2.error.hook-unavailable",
  AuthenticationFlowStepNotFound: "v2.error.misconfigured",
  AuthenticationFlowInvalidTargetStep: "v2.error.misconfigured",
  AuthenticationFlowInvalidFlowConfig: "v2.error.misconfigured",
  InvalidNetwork: "v2.error.network",
  OTPDeliveryUnexpectedError: "v2.error.delivery",
  ForgotPasswordFailed: "v2.error.feature-disabled",
  SelectAccountSessionChanged: "v2.error.session-expired",
  UserNotFound: "v2.error.user-not-found",
  DuplicatedIdentity: "v2.error.duplicated-identity",
  AccountManagementDuplicatedIdentity: "v2.error.duplicated-identity",
  InvalidVerificationCode: "v2.error.invalid-verification-code",
  RateLimited: "v2.error.rate-limited",
  TooManyRequest: "v2.error.rate-limited",
  DisabledUser: "v2.error.account-disabled",
  AnonymizedUser: "v2.error.account-disabled",
  ScheduledDeletionByAdmin: "v2.error.account-disabled",
  ScheduledDeletionByEndUser: "v2.error.account-disabled",
  ScheduledAnonymizationByAdmin: "v2.error.account-disabled",
  UserOutsideValidPeriod: "v2.error.account-disabled",
  AuthenticationFlowNotFound: "v2.error.session-expired",
  AccountManagementTokenInvalid: "v2.error.session-expired",
  AccountManagementTokenNotBoundToUser: "v2.error.session-expired",
  AccountManagementSecondaryAuthenticatorIsRequired: "v2.error.secondary-required",
  ChangePasswordFailed: "v2.error.no-password",
  UnsupportedImageFile: "v2.error.picture",
  PictureTooLarge: "v2.error.picture-too-large",
  PictureMissing: "v2.page.settings-profile.picture.none",
  AccessControlViolated: "v2.error.access-control",
  WebUIInvalidSession: "v2.error.session-expired",
  WebUISessionCompleted: "v2.error.session-expired",
};

const PASSWORD_RULES: Readonly<Record<string, string>> = {
  PasswordUppercaseRequired: "an upper-case letter",
  PasswordLowercaseRequired: "a lower-case letter",
  PasswordAlphabetRequired: "a letter",
  PasswordDigitRequired: "a digit",
  PasswordSymbolRequired: "a symbol",
  PasswordContainingExcludedKeywords: "no forbidden words",
  PasswordBelowGuessableLevel: "harder to guess",
  PasswordReused: "not one you used before",
};

const BY_FACTOR: Texts = {
  password: "v2.error.invalid-credentials",
  totp: "v2.error.invalid-code",
  oob_otp_email: "v2.error.invalid-code",
  oob_otp_sms: "v2.error.invalid-code",
  recovery_code: "v2.error.invalid-recovery-code",
  passkey: "v2.error.invalid-passkey",
};

const INVARIANTS: Texts = {
  DuplicatedIdentity: "v2.error.duplicated-identity",
  DuplicatedAuthenticator: "v2.error.duplicated-authenticator",
  MismatchedUser: "v2.error.different-user",
  IdentityModifyDisabled: "v2.error.identity-modify-disabled",
  RemoveLastIdentity: "v2.error.remove-last-identity",
  RemoveLastPrimaryAuthenticator: "v2.error.remove-last-identity",
  NoAuthenticator: "v2.page.no-authenticator.default.lead",
};

/** Why a login id may not be used, by the reason of a `blocked` cause. */
const BLOCKED: Texts = {
  EmailDomainBlocklist: "v2.error.blocked-email-domain",
  EmailDomainAllowlist: "v2.error.blocked-email-domain",
  UsernameReserved: "v2.error.blocked-username",
  UsernameExcludedKeywords: "v2.error.blocked-username",
  PhoneNumberCountryCodeAllowlist: "v2.error.blocked-country",
  BlockPlusSign: "v2.error.blocked-plus-sign",
  "EmailDomainBlocklist:free": "v2.error.blocked-free-email",
  "EmailDomainBlocklist:disposable": "v2.error.blocked-disposable-email",
};

const BY_BUCKET: Texts = {
  TrackFailedOTPAttemptBucket: "v2.error.too-many-codes",
  MessagingSMSPerTarget: "v2.error.sms-target-rate-limited",
  MessagingSMSPerIP: "v2.error.sms-rate-limited",
  MessagingSMS: "v2.error.sms-rate-limited",
};

const BY_OAUTH_ERROR: Texts = {
  access_denied: "v2.error.oauth-denied",
  temporarily_unavailable: "v2.error.oauth-unavailable",
  server_error: "v2.error.oauth-unavailable",
};

type PasswordCause = { Name?: string; Info?: Record<string, unknown> };

function passwordRule({ Name = "", Info }: PasswordCause): string | undefined {
  if (Name === "PasswordTooShort") return `at least ${Number(Info?.min_length ?? 8)} characters`;
  return Object.hasOwn(PASSWORD_RULES, Name) ? PASSWORD_RULES[Name] : undefined;
}

/** What is wrong with an input, by the first cause that says so. */
function invalidInput(info: ApiErrorJson["info"]): string {
  const causes = (info?.causes ?? []) as { kind: string; location?: string; details?: { missing?: unknown; reason?: unknown; blocklist?: unknown } }[];
  const missing = causes.flatMap(({ details }) => (Array.isArray(details?.missing) ? details.missing : []));
  if (missing.includes("bot_protection") || causes.some(({ location }) => location?.startsWith("/bot_protection"))) return pageText("v2.error.bot-protection-required");
  const kinds = causes.map(({ kind }) => kind);
  if (kinds.includes("required") || kinds.includes("minLength")) return pageText("v2.error.required");
  const blocked = causes.find(({ kind }) => kind === "blocked");
  if (blocked) return blockedText(blocked.details);
  return pageText(kinds.includes("format") ? "v2.error.format" : "v2.error.validation");
}

function blockedText({ reason, blocklist }: { reason?: unknown; blocklist?: unknown } = {}): string {
  const kind = reason === "EmailDomainBlocklist" && typeof blocklist === "string" ? `:${blocklist}` : "";
  return pageText(textOf(BLOCKED, `${String(reason)}${kind}`) ?? textOf(BLOCKED, String(reason)) ?? "v2.error.blocked");
}

/** When the account can be used again, where the error tells. */
function lockoutText(until: unknown, now: Date): string {
  const left = typeof until === "string" ? Date.parse(until) - now.getTime() : Number.NaN;
  if (!(left > 0)) return pageText("v2.error.account-lockout");
  const minutes = Math.max(1, Math.ceil((left - 1_000) / 60_000)); // locks end on whole seconds
  return minutes === 1 ? pageText("v2.error.account-lockout-minute") : pageText("v2.error.account-lockout-minutes", { minutes: String(minutes) });
}

/** What the project's own code has to say to the person. */
function hookReasons(info: ApiErrorJson["info"]): string | undefined {
  const reasons = (info?.reasons ?? []) as { title?: unknown; reason?: unknown }[];
  const said = reasons.flatMap(({ title, reason }) => [title, reason].filter((text): text is string => typeof text === "string" && text !== ""));
  return said.length > 0 ? said.join(". ") : undefined;
}

/** What an error names beside its reason, where that says more: the factor that was wrong, the limit that was met. */
const DETAILS: Readonly<Record<string, { of: (info: NonNullable<ApiErrorJson["info"]>) => unknown; texts: Texts }>> = {
  InvalidCredentials: { of: ({ AuthenticationType }) => AuthenticationType, texts: BY_FACTOR },
  InvariantViolated: { of: ({ cause }) => (cause as { kind?: unknown } | undefined)?.kind, texts: INVARIANTS },
  RateLimited: { of: ({ bucket_name }) => bucket_name, texts: BY_BUCKET },
  OAuthError: { of: ({ error }) => error, texts: BY_OAUTH_ERROR },
};

function detailedText(reason: string, info: ApiErrorJson["info"]): PageTextKey | undefined {
  const detail = Object.hasOwn(DETAILS, reason) ? DETAILS[reason] : undefined;
  return detail && info && textOf(detail.texts, detail.of(info));
}

/** An API error in words for the person at the page. Nothing of the error's own message is shown, since it is written for programs. */
export function explainError({ reason, info, tracking_id }: Pick<ApiErrorJson, "reason" | "info" | "tracking_id">, now = new Date()): string {
  if (reason === "PasswordPolicyViolated") {
    const rules = ((info?.causes ?? []) as PasswordCause[]).map(passwordRule).filter((rule) => rule !== undefined);
    return pageText("v2.error.password-policy", { rules: rules.join(", ") || "choose another one" });
  }
  if (reason === "ValidationFailed") return invalidInput(info);
  if (reason === "HookDisallowed") return hookReasons(info) ?? pageText("v2.error.hook-disallowed");
  if (reason === "AccountLockout") return lockoutText(info?.until, now);
  const known = detailedText(reason, info) ?? textOf(BY_REASON, reason);
  if (known) return pageText(known);
  return tracking_id ? pageText("v2.error.generic-tracked", { id: tracking_id }) : pageText("v2.error.generic");
}
