import { html, type Markup, pageText, type PageTextKey, qrCode } from "../pages/index.js";
import type { FlowPage, PageContent } from "./flow-page.js";
import { optionsOf, type PasswordPolicy } from "./flow-paths.js";
import { buttonForm, challengeBox, field, hidden, messages, otherWays, passkeyForm } from "./page-parts.js";
import { passwordRules } from "./password-rules.js";
import { ADDRESS_PARTS, type ProfileField } from "./profile-fields.js";

/** `create_password`: of the first or the second factor. */
export function renderCreatePassword(page: FlowPage): PageContent {
  const option = optionsOf(page.state)[page.screen.branch?.index ?? 0];
  const secondary = option?.authentication === "secondary_password";
  return {
    title: pageText(secondary ? "v2.page.create-password.secondary.title" : "v2.page.create-password.default.title"),
    ...(secondary ? { lead: pageText("v2.page.create-password.secondary.lead") } : {}),
    body: html`${passwordForm(page, { name: "x_password", policy: option?.password_policy, submit: pageText("v2.page.create-password.default.submit") })}${otherWays(page)}`,
  };
}

/** `change_password` of a login, and `reset_password` of a recovery. */
export function renderNewPassword(page: FlowPage): PageContent {
  const data = page.state.action.data ?? {};
  const policy = data.password_policy as PasswordPolicy | undefined;
  if (page.path.endsWith("/reset_password")) {
    return {
      title: pageText("v2.page.reset-password.default.title"),
      ...(data.masked_target ? { lead: pageText("v2.page.reset-password.default.lead", { target: String(data.masked_target) }) } : {}),
      body: passwordForm(page, { name: "x_password", policy, submit: pageText("v2.page.reset-password.default.submit") }),
    };
  }
  return {
    title: pageText("v2.page.change-password.default.title"),
    lead: pageText(data.force_change_reason === "expiry" ? "v2.page.change-password.expiry.lead" : "v2.page.change-password.default.lead"),
    body: passwordForm(page, { name: "x_new_password", policy, submit: pageText("v2.page.create-password.default.submit") }),
  };
}

function passwordForm(page: FlowPage, { name, policy, submit }: { name: string; policy: PasswordPolicy | undefined; submit: string }): Markup {
  return html`${messages(page)}<form method="post" action="${page.action}">
${field(page, { name, label: pageText("v2.label.new-password"), type: "password", autocomplete: "new-password", hint: "password-rules" })}
${passwordRules(policy)}
${field(page, { name: "x_confirm_password", label: pageText("v2.label.confirm-password"), type: "password", autocomplete: "new-password", focus: false })}
${challengeBox(page)}<button>${submit}</button></form>`;
}

/** `setup_oob_otp`: the address that codes will go to. */
export function renderSetupOtp(page: FlowPage): PageContent {
  const option = optionsOf(page.state)[page.screen.branch?.index ?? 0];
  const email = option?.authentication?.endsWith("email") ?? false;
  const input = field(page, {
    name: "x_target",
    label: pageText(email ? "v2.label.email" : "v2.label.phone"),
    type: email ? "email" : "tel",
    autocomplete: email ? "email" : "tel",
    value: page.form.x_target ?? "",
    ...(email ? {} : { hint: "phone-hint", phone: true }),
  });
  return {
    usesPhone: !email,
    title: pageText(email ? "v2.page.setup-otp.email.title" : "v2.page.setup-otp.phone.title"),
    lead: pageText(email ? "v2.page.setup-otp.email.lead" : "v2.page.setup-otp.phone.lead"),
    body: html`${messages(page)}<form method="post" action="${page.action}">${input}${!email && html`<p class="hint" id="phone-hint">${pageText("v2.page.setup-otp.phone.hint")}</p>`}
${challengeBox(page)}<button>${pageText("v2.page.setup-otp.default.submit")}</button></form>${otherWays(page)}`,
  };
}

/** `setup_totp`: the secret for an app, then its first code. */
export function renderSetupTotp(page: FlowPage): PageContent {
  const { secret, otpauth_uri } = (page.state.action.data ?? {}) as { secret?: string; otpauth_uri?: string };
  const verify = `${page.action}&q_setup_totp_step=verify`;
  if (page.query.q_setup_totp_step === "verify" || page.error) {
    const input = field(page, { name: "x_code", label: pageText("v2.label.code"), autocomplete: "one-time-code", inputmode: "numeric" });
    return {
      title: pageText("v2.page.enter-totp.default.title"),
      lead: pageText("v2.page.setup-totp.verify.lead"),
      body: html`${messages(page)}<form class="code" method="post" action="${verify}">${hidden("x_action", "submit")}${input}<button>${pageText("v2.page.enter-code.default.submit")}</button></form>
<p class="links"><a href="${page.action}">${pageText("v2.page.setup-totp.verify.back")}</a></p>`,
    };
  }
  return {
    title: pageText("v2.page.setup-totp.default.title"),
    lead: pageText("v2.page.setup-totp.default.lead"),
    body: html`${otpauth_uri?.startsWith("otpauth://") && html`${qrCode(otpauth_uri, pageText("v2.page.setup-totp.default.qr"))}<p><a class="button secondary" href="${otpauth_uri}">${pageText("v2.page.setup-totp.default.open")}</a></p>`}
<p class="hint">${pageText("v2.page.setup-totp.default.secret")}</p><p class="secret"><code>${secret?.match(/.{1,4}/g)?.join(" ")}</code></p>
<p class="more"><a class="button" href="${verify}">${pageText("v2.page.setup-totp.default.next")}</a></p>${otherWays(page)}`,
  };
}

/** `view_recovery_code`: codes to keep. */
export function renderRecoveryCodes(page: FlowPage): PageContent {
  const codes = (page.state.action.data?.recovery_codes ?? []) as string[];
  return {
    title: pageText("v2.page.view-recovery-code.default.title"),
    lead: pageText("v2.page.view-recovery-code.default.lead"),
    body: html`${messages(page)}<ul class="codes">${codes.map((code) => html`<li><code>${code.replace(/(.{5})(?=.)/g, "$1-")}</code></li>`)}</ul>
${buttonForm(page, { fields: { x_action: "download" }, label: pageText("v2.page.view-recovery-code.default.download") })}
${buttonForm(page, { fields: { x_action: "proceed" }, label: pageText("v2.page.view-recovery-code.default.proceed"), primary: true })}`,
  };
}

/** `prompt_create_passkey`: an offer that may be declined. */
export function renderPasskeyPrompt(page: FlowPage): PageContent {
  const { creation_options, allow_do_not_ask_again } = page.state.action.data ?? {};
  const never = allow_do_not_ask_again === true && buttonForm(page, { fields: { x_action: "skip_and_do_not_ask_again" }, label: pageText("v2.page.prompt-passkey.default.never") });
  return {
    title: pageText("v2.page.prompt-passkey.default.title"),
    lead: pageText("v2.page.prompt-passkey.default.lead"),
    body: html`${messages(page)}${passkeyForm(page, { kind: "create", options: creation_options, field: "x_attestation_response", label: pageText("v2.page.prompt-passkey.default.create"), primary: true })}
${buttonForm(page, { fields: { x_action: "skip" }, label: pageText("v2.page.prompt-passkey.default.skip") })}${never}`,
  };
}

const AUTOCOMPLETE: Readonly<Record<string, string>> = {
  "/given_name": "given-name",
  "/family_name": "family-name",
  "/middle_name": "additional-name",
  "/name": "name",
  "/nickname": "nickname",
  "/email": "email",
  "/phone_number": "tel",
  "/birthdate": "bday",
  "/website": "url",
};
const STANDARD_LABELS: readonly string[] = [
  "/given_name",
  "/family_name",
  "/middle_name",
  "/name",
  "/nickname",
  "/email",
  "/phone_number",
  "/preferred_username",
  "/birthdate",
  "/gender",
  "/website",
  "/profile",
  "/picture",
  "/zoneinfo",
  "/locale",
  "/address",
];

/** `fill_in_user_profile`: the attributes that the flow lists. */
export function renderProfile(page: FlowPage): PageContent {
  return {
    title: pageText("v2.page.profile.default.title"),
    usesPhone: page.profile.some(({ kind }) => kind === "tel"),
    body: html`${messages(page)}<form method="post" action="${page.action}">${page.profile.map((one, index) => profileField(page, one, index))}<button>${pageText("v2.page.create-password.default.submit")}</button></form>`,
  };
}

function profileField(page: FlowPage, { pointer, required, kind, choices = [], minimum, maximum }: ProfileField, index: number): Markup {
  const name = STANDARD_LABELS.includes(pointer) ? pageText(`v2.attribute${pointer.replace("/", ".")}` as PageTextKey) : words(pointer);
  const label = required ? name : `${name} (${pageText("v2.label.optional")})`;
  const id = `attribute-${index}`;
  if (kind === "address") {
    const parts = ADDRESS_PARTS.map((part) =>
      field(page, {
        name: `${pointer}/${part}`,
        id: `${id}-${part}`,
        label: pageText(`v2.attribute.address.${part}`),
        required: false,
        focus: false,
        value: page.form[`${pointer}/${part}`] ?? "",
      }),
    );
    return html`<fieldset><legend>${label}</legend>${parts}</fieldset>`;
  }
  const value = page.form[pointer] ?? "";
  if (kind === "choice") {
    const options = ["", ...choices].map((choice) => html`<option value="${choice}"${choice === value && html` selected`}>${choice}</option>`);
    return html`<div class="field"><label for="${id}">${label}</label><select id="${id}" name="${pointer}"${required && html` required`}>${options}</select></div>`;
  }
  const limits = { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
  return field(page, {
    name: pointer,
    id,
    label,
    type: kind,
    phone: kind === "tel",
    required,
    value,
    focus: index === 0,
    ...(AUTOCOMPLETE[pointer] ? { autocomplete: AUTOCOMPLETE[pointer] } : {}),
    ...limits,
  });
}

/** A custom attribute's name in words: `/favourite_colour` is "Favourite colour". */
function words(pointer: string): string {
  const text = pointer.slice(1).replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
