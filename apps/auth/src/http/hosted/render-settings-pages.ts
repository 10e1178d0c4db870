import { html, type Markup, pageText, type PageTextKey } from "../pages/index.js";
import type { PasswordPolicy } from "./flow-paths.js";
import { field } from "./page-parts.js";
import { passwordRules } from "./password-rules.js";
import { actionForm, rows, type SettingsPage, settingsPage } from "./render-settings-frame.js";

/** `/settings/change_password`. */
export function renderChangePassword(page: SettingsPage, policy: PasswordPolicy): string {
  const labels = { old: pageText("v2.page.settings-change-password.default.old"), fresh: pageText("v2.page.settings-change-password.default.new") };
  const body = passwordChange(page, { labels, policy });
  return settingsPage(page, {
    title: pageText("v2.page.settings-change-password.default.title"),
    body: actionForm(page, { body, submit: pageText("v2.page.settings-change-password.default.submit") }),
  });
}

/** A password and the one that takes its place. */
export function passwordChange(page: SettingsPage, { labels, policy }: { labels: { old: string; fresh: string }; policy: PasswordPolicy }): Markup {
  const password = (name: string, label: string, more: { autocomplete: string; focus?: boolean; hint?: string }) => field(page, { name, label, type: "password", ...more });
  return html`${password("x_old_password", labels.old, { autocomplete: "current-password" })}
${password("x_new_password", labels.fresh, { autocomplete: "new-password", focus: false, hint: "password-rules" })}${passwordRules(policy)}
${password("x_confirm_password", pageText("v2.label.confirm-password"), { autocomplete: "new-password", focus: false })}`;
}

/** The pages that add a login id, or give it another value. */
export function renderLoginIdPage(
  page: SettingsPage,
  input: { verb: "add" | "change"; type: "email" | "phone" | "username"; value: string; fields: Record<string, string>; channel?: Markup },
): string {
  const { verb, type, value, fields, channel } = input;
  const phone = type === "phone";
  const kinds = { email: "email", phone: "tel", username: "text" };
  const entry = field(page, {
    name: "x_login_id",
    label: pageText(`v2.label.${type}`),
    type: kinds[type],
    autocomplete: phone ? "tel" : type,
    value,
    ...(phone ? { hint: "phone-hint", phone: true } : {}),
  });
  return settingsPage(page, {
    title: pageText(`v2.page.settings-${verb}-${type}.default.title`),
    usesPhone: phone,
    body: actionForm(page, {
      fields,
      body: html`${entry}${phone && html`<p class="hint" id="phone-hint">${pageText("v2.page.setup-otp.phone.hint")}</p>`}${channel}`,
      submit: pageText("v2.page.settings-login-id.default.submit"),
    }),
  });
}

/** A page whose change is not possible. */
export const renderNothingToChange = (page: SettingsPage, title: PageTextKey): string =>
  settingsPage(page, { title: pageText(title), lead: pageText("v2.page.settings-login-id.default.nothing"), body: html`` });

/** The code that proves a new address. */
export function renderVerifyLoginId(page: SettingsPage, { target, fields }: { target: string; fields: Record<string, string> }): string {
  const code = field(page, { name: "x_code", label: pageText("v2.label.code"), autocomplete: "one-time-code", inputmode: "numeric" });
  return settingsPage(page, {
    title: pageText("v2.page.settings-verify.default.title"),
    lead: pageText("v2.page.settings-verify.default.lead", { Target: target }),
    body: html`${actionForm(page, { fields, name: "submit", body: code, submit: pageText("v2.page.enter-code.default.submit") })}${actionForm(page, {
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
export function renderSocialAccounts(page: SettingsPage, providers: readonly ShownProvider[]): string {
  const way = ({ alias, name, identityId, mayAdd, mayRemove }: ShownProvider): Markup | false => {
    const fields = { x_provider_alias: alias, ...(identityId ? { q_identity_id: identityId } : {}) };
    if (identityId) return mayRemove && actionForm(page, { fields, name: "remove", submit: pageText("v2.page.settings-social.default.remove", { Provider: name }) });
    return mayAdd && actionForm(page, { fields, name: "add", submit: pageText("v2.page.settings-social.default.add", { Provider: name }) });
  };
  return settingsPage(page, { title: pageText("v2.page.settings-social.default.title"), body: html`${providers.map(way)}` });
}

/** `/settings/advanced_settings`. */
export const renderAdvancedSettings = (page: SettingsPage): string =>
  settingsPage(page, {
    title: pageText("v2.page.settings-advanced.default.title"),
    body: html`${rows([{ name: pageText("v2.page.settings-delete.default.title"), href: "/settings/delete_account" }])}`,
  });

/** `/settings/delete_account`. */
export function renderDeleteAccount(page: SettingsPage, days: number): string {
  const entry = field(page, { name: "delete", label: pageText("v2.page.settings-delete.default.label"), autocomplete: "off" });
  return settingsPage(page, {
    title: pageText("v2.page.settings-delete.default.title"),
    lead: pageText("v2.page.settings-delete.default.lead", { Days: String(days) }),
    body: html`${actionForm(page, { name: "delete", body: entry, submit: pageText("v2.page.settings-delete.default.submit") })}`,
  });
}

/** `/settings/delete_account/success`. */
export const renderAccountDeleted = (page: SettingsPage): string =>
  settingsPage(page, {
    title: pageText("v2.page.settings-deleted.default.title"),
    lead: pageText("v2.page.settings-deleted.default.lead"),
    body: actionForm(page, { submit: pageText("v2.page.settings-deleted.default.submit") }),
  });
