import { html, pageText } from "../pages/index.js";
import type { PasswordPolicy } from "./flow-paths.js";
import { field } from "./page-parts.js";
import { passwordRules } from "./password-rules.js";
import { actionForm, linkButton, rows, type SettingsPage, settingsPage } from "./render-settings-frame.js";
import { passwordChange } from "./render-settings-pages.js";

/** `/settings/mfa/password`. */
export function renderSecondaryPassword(page: SettingsPage, { isSet, mayAdd }: { isSet: boolean; mayAdd: boolean }): string {
  const title = pageText("v2.page.settings-mfa-password.default.title");
  const set = html`${rows([{ name: title, value: pageText("v2.page.settings-mfa-password.default.set") }])}${linkButton("/settings/mfa/change_password", pageText("v2.page.settings-mfa-password.default.change"))}<div class="more">${actionForm(page, { name: "remove", submit: pageText("v2.page.settings-factors.default.remove"), look: "danger" })}</div>`;
  const unset = html`<p class="hint">${pageText("v2.page.settings-factors.default.empty")}</p>${mayAdd && linkButton("/settings/mfa/create_password", pageText("v2.page.settings-mfa-password.default.create"))}`;
  return settingsPage(page, { title, lead: pageText("v2.page.settings-mfa-password.default.lead"), body: isSet ? set : unset });
}

/** `/settings/mfa/create_password`, `/settings/mfa/change_password`. */
export function renderSecondaryPasswordForm(page: SettingsPage, { creates, policy }: { creates: boolean; policy: PasswordPolicy }): string {
  const fresh = pageText("v2.page.settings-mfa-password.default.new");
  const created = html`${field(page, { name: "x_password", label: fresh, type: "password", autocomplete: "new-password", hint: "password-rules" })}${passwordRules(policy)}${field(
    page,
    {
      name: "x_confirm_password",
      label: pageText("v2.label.confirm-password"),
      type: "password",
      autocomplete: "new-password",
      focus: false,
    },
  )}`;
  const body = creates ? created : passwordChange(page, { labels: { old: pageText("v2.page.settings-mfa-password.default.old"), fresh }, policy });
  return settingsPage(page, {
    title: pageText(`v2.page.settings-mfa-password.default.${creates ? "create" : "change"}`),
    body: actionForm(page, { body, submit: pageText("v2.page.settings-login-id.default.submit") }),
  });
}
