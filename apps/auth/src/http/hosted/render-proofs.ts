import { html, type Markup, pageText, type PageTextKey } from "../pages/index.js";
import type { FlowPage, PageContent } from "./flow-page.js";
import { dataType, optionsOf } from "./flow-paths.js";
import { buttonForm, challengeBox, deviceBox, field, hidden, messages, otherWays, passkeyForm } from "./page-parts.js";

/** A form with one answer, and the ways around it. */
function proofForm(page: FlowPage, { input, submit, action = "", code, more }: { input: Markup; submit: string; action?: string; code?: boolean; more?: Markup }): Markup {
  return html`${messages(page)}<form${code && html` class="code"`} method="post" action="${page.action}">${action && hidden("x_action", action)}
${input}${deviceBox(page)}${challengeBox(page)}<button>${submit}</button></form>${more}${otherWays(page)}`;
}

/** `enter_password`: of the first or the second factor. */
export function renderEnterPassword(page: FlowPage): PageContent {
  const secondary = optionsOf(page.state)[page.screen.branch?.index ?? 0]?.authentication === "secondary_password";
  const input = field(page, {
    name: "x_password",
    label: pageText(secondary ? "v2.label.additional-password" : "v2.label.password"),
    type: "password",
    autocomplete: "current-password",
  });
  const forgot =
    !secondary && page.state.type === "login" && page.recovery ? html`<p class="links"><a href="${page.recovery}">${pageText("v2.page.login.default.forgot")}</a></p>` : undefined;
  return {
    title: pageText(secondary ? "v2.page.enter-password.secondary.title" : "v2.page.enter-password.default.title"),
    body: proofForm(page, { input, submit: pageText("v2.page.enter-password.default.submit"), ...(forgot ? { more: forgot } : {}) }),
  };
}

/** `enter_totp`: the code of an authenticator app. */
export function renderEnterTotp(page: FlowPage): PageContent {
  return {
    title: pageText("v2.page.enter-totp.default.title"),
    lead: pageText("v2.page.enter-totp.default.lead"),
    body: proofForm(page, { input: codeField(page), submit: pageText("v2.page.enter-code.default.submit"), action: "submit", code: true }),
  };
}

const codeField = (page: FlowPage): Markup => field(page, { name: "x_code", label: pageText("v2.label.code"), autocomplete: "one-time-code", inputmode: "numeric" });

/** `enter_recovery_code`. */
export function renderEnterRecoveryCode(page: FlowPage): PageContent {
  return {
    title: pageText("v2.page.enter-recovery-code.default.title"),
    lead: pageText("v2.page.enter-recovery-code.default.lead"),
    body: proofForm(page, {
      input: field(page, { name: "x_recovery_code", label: pageText("v2.label.recovery-code"), autocomplete: "off" }),
      submit: pageText("v2.page.enter-code.default.submit"),
    }),
  };
}

/** `use_passkey`: the browser asks by itself. */
export function renderUsePasskey(page: FlowPage): PageContent {
  const options = optionsOf(page.state)[page.screen.branch?.index ?? 0]?.request_options;
  const form = passkeyForm(page, { kind: "get", options, field: "x_assertion_response", label: pageText("v2.way.passkey"), automatic: !page.error, primary: true });
  return {
    title: pageText("v2.page.use-passkey.default.title"),
    lead: pageText("v2.page.use-passkey.default.lead"),
    body: html`${messages(page)}${form}<noscript><p class="hint">${pageText("v2.page.use-passkey.default.noscript")}</p></noscript>${otherWays(page)}`,
  };
}

/** `enter_oob_otp`: a code that was sent. */
export function renderEnterCode(page: FlowPage): PageContent {
  const data = page.state.action.data ?? {};
  const target = String(data.masked_claim_value ?? "");
  const lead = pageText(`v2.page.enter-code.${String(data.channel)}.lead` as PageTextKey, { length: String(data.code_length ?? 6), target });
  const failure = failureOf(page);
  const shown = { ...page, ...(failure ? { error: failure } : {}) };
  const more = resendForm(page, pageText("v2.page.enter-code.default.resend"));
  return {
    title: pageText("v2.page.enter-code.default.title"),
    lead,
    body: proofForm(shown, { input: codeField(shown), submit: pageText("v2.page.enter-code.default.submit"), action: "submit", code: true, more }),
  };
}

/** What is wrong with the message, unless an answer was refused just now. */
function failureOf({ error, state }: FlowPage): string | undefined {
  const { delivery_status, failed_attempt_rate_limit_exceeded } = state.action.data ?? {};
  if (error) return error;
  if (failed_attempt_rate_limit_exceeded) return pageText("v2.error.too-many-codes");
  return delivery_status === "failed" ? pageText("v2.error.delivery") : undefined;
}

/** "Send again", not before its time where there is a script. */
export function resendForm(page: FlowPage, label: string): Markup {
  const at = String(page.state.action.data?.can_resend_at ?? "");
  const wait = Math.max(0, Date.parse(at) - page.now.getTime());
  return html`<form class="more" method="post" action="${page.action}">${hidden("x_action", "resend")}<button class="secondary"${wait > 0 && html` data-wait-ms="${wait}"`}>${label}</button></form>`;
}

/** `oob_otp_link`: waits until the link is opened, on any device. */
export function renderOtpLink(page: FlowPage): PageContent {
  const { data = {} } = page.state.action;
  const ready = data.can_check === true;
  const check = html`<form class="more" method="post" action="${page.action}" data-state="${page.screen.stateToken}" data-socket="${String(data.websocket_url ?? "")}">${hidden("x_action", "check")}${deviceBox(page)}<button${!ready && html` class="secondary"`}>${pageText("v2.page.otp-link.default.check")}</button></form>`;
  const failure = page.errorReason === "InvalidCredentials" ? pageText("v2.page.otp-link.default.not-yet") : failureOf(page);
  return {
    title: pageText("v2.page.otp-link.default.title"),
    lead: pageText(ready ? "v2.page.otp-link.ready.lead" : "v2.page.otp-link.default.lead", { target: String(data.masked_claim_value ?? "") }),
    body: html`${messages({ ...page, ...(failure ? { error: failure } : {}) })}${check}${resendForm(page, pageText("v2.page.otp-link.default.resend"))}${otherWays(page)}`,
  };
}

/** A step whose first way could not be taken: the others are offered with it. */
export function renderChoice(page: FlowPage): PageContent {
  const first = { x_action: "take_branch", x_index: "0", ...(firstChannel(page) ? { x_channel: firstChannel(page) as string } : {}) };
  return {
    title: pageText("v2.page.choice.default.title"),
    body: html`${messages(page)}${buttonForm(page, { fields: first, label: pageText("v2.page.choice.default.again"), primary: true })}${otherWays(page)}`,
  };
}

const firstChannel = ({ state }: FlowPage): string | undefined =>
  dataType(state) === "select_oob_otp_channels_data" ? ((state.action.data?.channels ?? []) as string[])[0] : optionsOf(state)[0]?.channels?.[0];
