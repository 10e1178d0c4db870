import { deviceTexts } from "./device-texts.js";
import { errorTexts } from "./error-texts.js";
import { flowTexts } from "./flow-texts.js";
import { sessionTexts } from "./session-texts.js";
import { settingsFactorTexts } from "./settings-factor-texts.js";
import { settingsHomeTexts } from "./settings-home-texts.js";
import { settingsProfileTexts } from "./settings-profile-texts.js";
import { settingsTexts } from "./settings-texts.js";

/** English texts of the hosted pages; `{name}` is filled in by `pageText`. Keys follow `v2.page.<page>.<variant>.<key>` and `v2.error.*`. */
const pageTexts = {
  ...deviceTexts,
  ...flowTexts,
  ...errorTexts,
  ...sessionTexts,
  ...settingsTexts,
  ...settingsHomeTexts,
  ...settingsFactorTexts,
  ...settingsProfileTexts,
  "v2.page.consent.default.title": "{ClientName} wants to use your account",
  "v2.page.consent.default.lead": "If you allow it, {ClientName} can:",
  "v2.page.consent.default.identity": "You are signed in as {Identity}.",
  "v2.page.consent.default.destination": "This application is not known to us. If you allow it, you go on to {Destination}.",
  "v2.page.consent.default.allow": "Allow",
  "v2.page.consent.default.cancel": "Cancel",
  "v2.page.consent.default.policy": "Privacy policy",
  "v2.page.consent.default.tos": "Terms of service",
  "v2.page.consent.default.scope-full-userinfo": "See your whole profile",
  "v2.page.consent.default.scope-profile": "See your name, picture and other profile details",
  "v2.page.consent.default.scope-email": "See your email address",
  "v2.page.consent.default.scope-phone": "See your phone number",
  "v2.page.consent.default.scope-address": "See your postal address",
  "v2.page.login.default.title": "Sign in",
  "v2.page.login.default.lead": "Welcome back to {AppName}",
  "v2.page.login.default.submit": "Continue",
  "v2.page.login.default.switch": "No account yet?",
  "v2.page.login.default.switch-link": "Create one",
  "v2.page.signup.default.title": "Create your account",
  "v2.page.signup.default.lead": "Join {AppName}",
  "v2.page.signup.default.submit": "Continue",
  "v2.page.signup.default.switch": "Already have an account?",
  "v2.page.signup.default.switch-link": "Sign in",
  "v2.page.enter-password.default.title": "Enter your password",
  "v2.page.enter-password.default.submit": "Sign in",
  "v2.page.create-password.default.title": "Choose a password",
  "v2.page.create-password.default.rules": "It needs at least {length} characters.",
  "v2.page.create-password.default.submit": "Continue",
  "v2.page.change-password.default.title": "Choose a new password",
  "v2.page.enter-code.default.title": "Enter the code",
  "v2.page.enter-code.default.submit": "Confirm",
  "v2.page.enter-code.default.resend": "Send a new code",
  "v2.page.enter-code.default.resent": "A new code is on its way.",
  "v2.page.select-account.default.title": "Continue as",
  "v2.page.select-account.default.continue": "Continue",
  "v2.page.select-account.default.other": "Use another account",
  "v2.page.logout.default.title": "Sign out?",
  "v2.page.logout.default.lead": "You are signed in to {AppName}.",
  "v2.page.logout.default.submit": "Sign out",
  "v2.page.settings.default.title": "Your account",
  "v2.page.settings.default.email": "Email",
  "v2.page.settings.default.phone": "Phone",
  "v2.page.settings.default.username": "User name",
  "v2.page.settings.default.since": "Signed in since",
  "v2.page.settings.default.verified": "verified",
  "v2.page.settings.default.unverified": "not verified",
  "v2.page.settings.default.sign-out": "Sign out",
  "v2.page.error.default.title": "Something went wrong",
  "v2.page.error.default.restart": "Start again",
  "v2.page.return.default.title": "You can close this page",
  "v2.page.return.default.lead": "Go back to the app to continue.",
  "v2.page.feature-disabled.default.title": "Not available",
  "v2.page.cookie-instruction.default.title": "Cookies are switched off",
  "v2.page.cookie-instruction.default.lead": "To sign in, allow cookies for this site in your browser's privacy settings, then reload the page.",
  "v2.label.email": "Email address",
  "v2.label.phone": "Phone number",
  "v2.label.username": "User name",
  "v2.label.password": "Password",
  "v2.label.confirm-password": "Repeat the password",
  "v2.label.code": "Code",
  "v2.page.not-found.default.title": "Page not found",
  "v2.page.not-found.default.lead": "There is nothing at this address.",
  "v2.page.cross-site.default.title": "We could not accept this form",
  "v2.page.cross-site.default.lead": "It was sent from another site. Go back, reload the page and try again.",
  "v2.page.cross-site.default.help": "Check your cookie settings",
} as const;

export type PageTextKey = keyof typeof pageTexts;

/** A text of the table with its variables filled in; the result is plain text and is still to be escaped. */
export function pageText(key: PageTextKey, variables: Readonly<Record<string, string>> = {}): string {
  return pageTexts[key].replace(/\{(\w+)\}/g, (whole, name: string) => variables[name] ?? whole);
}
