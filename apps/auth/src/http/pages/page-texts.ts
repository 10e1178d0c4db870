/** English texts of the hosted pages; `{name}` is filled in by `pageText`. Keys follow `v2.page.<page>.<variant>.<key>` and `v2.error.*`. */
export const pageTexts = {
  "v2.page.consent.default.title": "{ClientName} wants to use your account",
  "v2.page.consent.default.lead": "If you allow it, {ClientName} can:",
  "v2.page.consent.default.allow": "Allow",
  "v2.page.consent.default.cancel": "Cancel",
  "v2.page.consent.default.policy": "Privacy policy",
  "v2.page.consent.default.tos": "Terms of service",
  "v2.page.consent.default.scope-full-userinfo": "See your whole profile",
  "v2.page.consent.default.scope-profile": "See your name, picture and other profile details",
  "v2.page.consent.default.scope-email": "See your email address",
  "v2.page.consent.default.scope-phone": "See your phone number",
  "v2.page.consent.default.scope-address": "See your postal address",
  "v2.page.not-found.default.title": "Page not found",
  "v2.page.not-found.default.lead": "There is nothing at this address.",
  "v2.page.cross-site.default.title": "We could not accept this form",
  "v2.page.cross-site.default.lead": "It was sent from another site. Go back, reload the page and try again.",
  "v2.page.cross-site.default.help": "Check your cookie settings",
  "v2.error.generic": "Something went wrong. Please try again.",
  "v2.error.invalid-credentials": "The password is not correct.",
  "v2.error.user-not-found": "We found no account with this login.",
  "v2.error.duplicated-identity": "An account with this login already exists.",
  "v2.error.password-policy": "The password does not meet the rules: {rules}.",
  "v2.error.rate-limited": "Too many attempts. Please wait a little and try again.",
  "v2.error.account-lockout": "This account is locked for now. Please try again later.",
  "v2.error.invalid-verification-code": "The code is wrong or no longer valid.",
  "v2.error.validation": "Please check what you entered.",
  "v2.error.required": "Please fill in this field.",
  "v2.error.format": "This does not look right. Please check it.",
  "v2.error.account-disabled": "This account cannot be used at the moment.",
  "v2.error.session-expired": "This page has expired. Please start again.",
  "v2.error.feature-disabled": "This page is switched off.",
} as const;

export type PageTextKey = keyof typeof pageTexts;

/** A text of the table with its variables filled in; the result is plain text and is still to be escaped. */
export function pageText(key: PageTextKey, variables: Readonly<Record<string, string>> = {}): string {
  return pageTexts[key].replace(/\{(\w+)\}/g, (whole, name: string) => variables[name] ?? whole);
}
