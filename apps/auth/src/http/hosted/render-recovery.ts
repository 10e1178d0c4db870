import { html, type Markup, pageText, type PageTextKey } from "../pages/index.js";
import type { FlowPage, PageContent } from "./flow-page.js";
import { dataType, optionsOf } from "./flow-paths.js";
import { challengeBox, field, hidden, messages, otherWays } from "./page-parts.js";
import { renderChoice, resendForm } from "./render-proofs.js";

const INPUT_TYPES: Readonly<Record<string, string>> = { email: "email", phone: "tel" };

const backToLogin = (page: FlowPage): Markup => html`<p class="links"><a href="${page.login}">${pageText("v2.label.back-to-login")}</a></p>`;

/** `forgot_password`: whose account is to be recovered. */
export function renderForgotPassword(page: FlowPage): PageContent {
  if (dataType(page.state) === "account_recovery_select_destination_data") return renderChoice(page);
  const kinds = optionsOf(page.state).map(({ identification }) => identification ?? "");
  const asked = page.query.q_login_id_input_type ?? "";
  const single = kinds.length === 1 ? kinds[0] : kinds.includes(asked) ? asked : undefined;
  const label = pageText((single ? `v2.label.${single}` : `v2.label.login-id-${kinds.toSorted().join("-")}`) as PageTextKey);
  const input = field(page, {
    name: "x_login_id",
    label,
    type: (single && INPUT_TYPES[single]) || "text",
    autocomplete: "username",
    value: page.loginId ?? "",
    phone: single === "phone",
  });
  return {
    title: pageText("v2.page.forgot-password.default.title"),
    usesPhone: single === "phone",
    lead: pageText("v2.page.forgot-password.default.lead"),
    body: html`${messages(page)}<form method="post" action="${page.action}">${single && hidden("x_login_id_type", single)}${input}
${challengeBox(page)}<button>${pageText("v2.page.forgot-password.default.submit")}</button></form>${backToLogin(page)}`,
  };
}

/** `forgot_password/otp`: the code that was sent. */
export function renderRecoveryOtp(page: FlowPage): PageContent {
  const { code_length, masked_display_name, channel } = page.state.action.data ?? {};
  const input = field(page, { name: "x_code", label: pageText("v2.label.code"), autocomplete: "one-time-code", inputmode: "numeric" });
  return {
    title: pageText("v2.page.enter-code.default.title"),
    lead: pageText(`v2.page.enter-code.${String(channel)}.lead` as PageTextKey, { length: String(code_length ?? 6), target: String(masked_display_name ?? "") }),
    body: html`${messages(page)}<form class="code" method="post" action="${page.action}">${hidden("x_action", "submit")}${input}<button>${pageText("v2.page.enter-code.default.submit")}</button></form>
${resendForm(page, pageText("v2.page.enter-code.default.resend"))}${otherWays(page, "select_channel")}${backToLogin(page)}`,
  };
}

/** `forgot_password/link/sent`. */
export function renderRecoveryLinkSent(page: FlowPage): PageContent {
  return {
    title: pageText("v2.page.recovery-link-sent.default.title"),
    lead: pageText("v2.page.recovery-link-sent.default.lead", { target: String(page.state.action.data?.masked_display_name ?? "") }),
    body: html`${messages(page)}${resendForm(page, pageText("v2.page.otp-link.default.resend"))}${otherWays(page, "select_channel")}${page.query.x_can_back_to_login === "true" && backToLogin(page)}`,
  };
}
