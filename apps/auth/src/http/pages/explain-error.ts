import type { ApiErrorJson } from "@gatehouse/platform-errors-core";
import { pageText } from "./page-texts.js";

const BY_REASON = {
  InvalidCredentials: "v2.error.invalid-credentials",
  UserNotFound: "v2.error.user-not-found",
  DuplicatedIdentity: "v2.error.duplicated-identity",
  InvalidVerificationCode: "v2.error.invalid-verification-code",
  RateLimited: "v2.error.rate-limited",
  TooManyRequest: "v2.error.rate-limited",
  AccountLockout: "v2.error.account-lockout",
  DisabledUser: "v2.error.account-disabled",
  AnonymizedUser: "v2.error.account-disabled",
  ScheduledDeletionByAdmin: "v2.error.account-disabled",
  ScheduledDeletionByEndUser: "v2.error.account-disabled",
  ScheduledAnonymizationByAdmin: "v2.error.account-disabled",
  UserOutsideValidPeriod: "v2.error.account-disabled",
  AuthenticationFlowNotFound: "v2.error.session-expired",
  WebUIInvalidSession: "v2.error.session-expired",
  WebUISessionCompleted: "v2.error.session-expired",
} as const;

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

type PasswordCause = { Name?: string; Info?: Record<string, unknown> };

function passwordRule({ Name = "", Info }: PasswordCause): string | undefined {
  if (Name === "PasswordTooShort") return `at least ${Number(Info?.min_length ?? 8)} characters`;
  return Object.hasOwn(PASSWORD_RULES, Name) ? PASSWORD_RULES[Name] : undefined;
}

/** An API error in words for the person at the page. Nothing of the error's own message is shown, since it is written for programs. */
export function explainError(error: Pick<ApiErrorJson, "reason" | "info">): string {
  if (error.reason === "PasswordPolicyViolated") {
    const rules = ((error.info?.causes ?? []) as PasswordCause[]).map(passwordRule).filter((rule) => rule !== undefined);
    return pageText("v2.error.password-policy", { rules: rules.join(", ") || "choose another one" });
  }
  if (error.reason === "ValidationFailed") {
    const kinds = ((error.info?.causes ?? []) as { kind: string }[]).map((cause) => cause.kind);
    if (kinds.includes("required") || kinds.includes("minLength")) return pageText("v2.error.required");
    return pageText(kinds.includes("format") ? "v2.error.format" : "v2.error.validation");
  }
  if (error.reason === "InvariantViolated" && (error.info?.cause as { kind?: string } | undefined)?.kind === "DuplicatedIdentity") return pageText("v2.error.duplicated-identity");
  return pageText(Object.hasOwn(BY_REASON, error.reason) ? BY_REASON[error.reason as keyof typeof BY_REASON] : "v2.error.generic");
}
