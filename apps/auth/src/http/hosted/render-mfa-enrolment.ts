import { html, type Markup, pageText, qrCode } from "../pages/index.js";
import { field } from "./page-parts.js";
import { actionForm, linkButton, type SettingsPage, settingsPage } from "./render-settings-frame.js";

const codeField = (page: SettingsPage): Markup =>
  html`<div class="code">${field(page, { name: "x_code", label: pageText("v2.label.code"), autocomplete: "one-time-code", inputmode: "numeric" })}</div>`;

/** `/settings/mfa/create_totp`: the secret, as a code to scan and as text to type. */
export function renderNewTotp(page: SettingsPage, { secret, uri, next }: { secret: string; uri: string; next: string }): string {
  return settingsPage(page, {
    title: pageText("v2.page.setup-totp.default.title"),
    lead: pageText("v2.page.setup-totp.default.lead"),
    body: html`${qrCode(uri, pageText("v2.page.setup-totp.default.qr"))}${linkButton(uri, pageText("v2.page.setup-totp.default.open"), "secondary")}
<p class="hint">${pageText("v2.page.setup-totp.default.secret")}</p><p class="secret"><code>${secret.match(/.{1,4}/g)?.join(" ")}</code></p>
${linkButton(next, pageText("v2.page.setup-totp.default.next"))}`,
  });
}

/** `/settings/mfa/enter_totp`: the first code of the app. */
export function renderEnterTotp(page: SettingsPage): string {
  return settingsPage(page, {
    title: pageText("v2.page.enter-totp.default.title"),
    lead: pageText("v2.page.setup-totp.verify.lead"),
    body: actionForm(page, { name: "submit", body: codeField(page), submit: pageText("v2.page.enter-code.default.submit") }),
  });
}

/** `/settings/mfa/create_oob_otp_email`, `create_oob_otp_sms`: where codes are to go. */
export function renderNewOtp(page: SettingsPage, { type, value, channel }: { type: "oob_otp_email" | "oob_otp_sms"; value: string; channel?: Markup }): string {
  const email = type === "oob_otp_email";
  const kind = email ? "email" : "phone";
  const input = field(page, {
    name: "x_target",
    label: pageText(email ? "v2.label.email" : "v2.label.phone"),
    type: email ? "email" : "tel",
    autocomplete: email ? "email" : "tel",
    value,
    ...(email ? {} : { hint: "phone-hint", phone: true }),
  });
  const hint = !email && html`<p class="hint" id="phone-hint">${pageText("v2.page.setup-otp.phone.hint")}</p>`;
  return settingsPage(page, {
    title: pageText(`v2.page.setup-otp.${kind}.title`),
    lead: pageText(`v2.page.setup-otp.${kind}.lead`),
    usesPhone: !email,
    body: actionForm(page, { body: html`${input}${hint}${channel}`, submit: pageText("v2.page.setup-otp.default.submit") }),
  });
}

/** `/settings/mfa/enter_oob_otp`: the code that was sent. */
export function renderEnterOtp(page: SettingsPage, target: string): string {
  return settingsPage(page, {
    title: pageText("v2.page.settings-verify.default.title"),
    lead: pageText("v2.page.settings-verify.default.lead", { Target: target }),
    body: html`${actionForm(page, { name: "submit", body: codeField(page), submit: pageText("v2.page.enter-code.default.submit") })}${actionForm(page, {
      name: "resend",
      submit: pageText("v2.page.enter-code.default.resend"),
      look: "secondary",
    })}`,
  });
}
