import { html, type Markup, pageText, type PageTextKey, renderPage } from "../pages/index.js";
import { field, hidden, messages } from "./page-parts.js";

/** What every page of a change shows. */
export interface SettingsPage {
  appName: string;
  /** Where its forms go. */
  action: string;
  error?: string;
}

const form = ({ action }: SettingsPage, { fields = {}, body, submit, name }: { fields?: Record<string, string>; body?: Markup; submit: string; name?: string }): Markup =>
  html`<form method="post" action="${action}">${Object.entries(fields).map(([key, value]) => hidden(key, value))}${name && hidden("x_action", name)}${body}<button>${submit}</button></form>`;

/** `/settings/change_password`. */
export function renderChangePassword(page: SettingsPage): string {
  const password = (name: string, label: string, more: { autocomplete: string; focus?: boolean }) => field(page, { name, label, type: "password", ...more });
  const body = html`${password("x_old_password", pageText("v2.page.settings-change-password.default.old"), { autocomplete: "current-password" })}
${password("x_new_password", pageText("v2.page.settings-change-password.default.new"), { autocomplete: "new-password", focus: false })}
${password("x_confirm_password", pageText("v2.label.confirm-password"), { autocomplete: "new-password", focus: false })}`;
  return renderPage({
    title: pageText("v2.page.settings-change-password.default.title"),
    appName: page.appName,
    body: html`${messages(page)}${form(page, { body, submit: pageText("v2.page.settings-change-password.default.submit") })}`,
  });
}

/** The pages that add a login id, or give it another value. */
export function renderLoginIdPage(
  page: SettingsPage,
  input: { verb: "add" | "change"; type: "email" | "phone" | "username"; value: string; fields: Record<string, string> },
): string {
  const { verb, type, value, fields } = input;
  const kinds = { email: "email", phone: "tel", username: "text" };
  const entry = field(page, { name: "x_login_id", label: pageText(`v2.label.${type}`), type: kinds[type], autocomplete: type === "phone" ? "tel" : type, value });
  return renderPage({
    title: pageText(`v2.page.settings-${verb}-${type}.default.title`),
    appName: page.appName,
    body: html`${messages(page)}${form(page, { fields, body: entry, submit: pageText("v2.page.settings-login-id.default.submit") })}`,
  });
}

/** A page whose change is not possible. */
export const renderNothingToChange = (appName: string, title: PageTextKey): string =>
  renderPage({ title: pageText(title), appName, lead: pageText("v2.page.settings-login-id.default.nothing") });

/** The code that proves a new address. */
export function renderVerifyLoginId(page: SettingsPage & { notice?: string }, { target, fields }: { target: string; fields: Record<string, string> }): string {
  const code = field(page, { name: "x_code", label: pageText("v2.label.code"), autocomplete: "one-time-code", inputmode: "numeric" });
  return renderPage({
    title: pageText("v2.page.settings-verify.default.title"),
    appName: page.appName,
    lead: pageText("v2.page.settings-verify.default.lead", { Target: target }),
    body: html`${messages(page)}${form(page, { fields, name: "submit", body: code, submit: pageText("v2.page.enter-code.default.submit") })}${form(page, {
      fields,
      name: "resend",
      submit: pageText("v2.page.enter-code.default.resend"),
    })}`,
  });
}

/** One social account, or the way to it. */
export interface ShownProvider {
  alias: string;
  name: string;
  identityId?: string;
  mayAdd: boolean;
  mayRemove: boolean;
}

/** `/settings/identity/oauth`. */
export function renderSocialAccounts(page: SettingsPage & { notice?: string }, providers: readonly ShownProvider[]): string {
  const way = ({ alias, name, identityId, mayAdd, mayRemove }: ShownProvider): Markup | false => {
    const fields = { x_provider_alias: alias, ...(identityId ? { q_identity_id: identityId } : {}) };
    if (identityId) return mayRemove && form(page, { fields, name: "remove", submit: pageText("v2.page.settings-social.default.remove", { Provider: name }) });
    return mayAdd && form(page, { fields, name: "add", submit: pageText("v2.page.settings-social.default.add", { Provider: name }) });
  };
  return renderPage({ title: pageText("v2.page.settings-social.default.title"), appName: page.appName, body: html`${messages(page)}${providers.map(way)}` });
}

/** `/settings/delete_account`. */
export function renderDeleteAccount(page: SettingsPage, days: number): string {
  const entry = field(page, { name: "delete", label: pageText("v2.page.settings-delete.default.label"), autocomplete: "off" });
  return renderPage({
    title: pageText("v2.page.settings-delete.default.title"),
    appName: page.appName,
    lead: pageText("v2.page.settings-delete.default.lead", { Days: String(days) }),
    body: html`${messages(page)}${form(page, { name: "delete", body: entry, submit: pageText("v2.page.settings-delete.default.submit") })}`,
  });
}

/** `/settings/delete_account/success`. */
export const renderAccountDeleted = (page: SettingsPage): string =>
  renderPage({
    title: pageText("v2.page.settings-deleted.default.title"),
    appName: page.appName,
    lead: pageText("v2.page.settings-deleted.default.lead"),
    body: form(page, { submit: pageText("v2.page.settings-deleted.default.submit") }),
  });
