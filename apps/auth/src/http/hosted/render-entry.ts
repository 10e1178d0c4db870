import { html, type Markup, pageText, type PageTextKey } from "../pages/index.js";
import { LOGIN_IDS } from "./entry-form.js";
import type { FlowPage, PageContent } from "./flow-page.js";
import { type Option, optionsOf } from "./flow-paths.js";
import { buttonForm, challengeBox, divider, field, hidden, messages, passkeyForm } from "./page-parts.js";

const KINDS: Readonly<Record<string, "login" | "signup" | "promote">> = { "/signup": "signup", "/flows/promote_user": "promote" };
const INPUT_TYPES: Readonly<Record<string, string>> = { email: "email", phone: "tel" };

/** `/login`, `/signup`, `/flows/promote_user`: every way in that the flow offers. */
export function renderEntry(page: FlowPage): PageContent {
  const kind = KINDS[page.path] ?? "login";
  const text = (part: string) => pageText(`v2.page.${kind}.default.${part}` as PageTextKey, { AppName: page.appName });
  const options = optionsOf(page.state);
  const own = options.filter(({ identification = "" }) => LOGIN_IDS.includes(identification));
  // A hint that must be kept to leaves no other way in.
  const others = page.loginIdReadonly ? [] : [...socialButtons(page, options), ...directoryButtons(page, options), ...passkeyButtons(page, options)];
  const links = [
    kind === "login" && own.length > 0 && page.recovery && html`<a href="${page.recovery}">${pageText("v2.page.login.default.forgot")}</a>`,
    page.switchTo && html`${text("switch")} <a href="${page.switchTo}">${text("switch-link")}</a>`,
  ].filter((link) => link !== false && link !== undefined && link !== "");
  return {
    title: text("title"),
    lead: text("lead"),
    usesPhone: singleKind(page, own) === "phone",
    body: html`${messages(page)}${own.length > 0 && loginIdForm(page, { kind, own, submit: text("submit") })}${own.length > 0 && others.length > 0 && divider()}${others}${options.length === 0 && html`<p class="hint">${pageText("v2.page.login.default.nothing")}</p>`}${links.map((link) => html`<p class="links">${link}</p>`)}`,
  };
}

const kindsOf = (own: readonly Option[]): string[] => [...new Set(own.map(({ identification }) => identification ?? ""))];

/** The kind of login id that the field is for, when it is for one alone. */
function singleKind(page: FlowPage, own: readonly Option[]): string | undefined {
  const kinds = kindsOf(own);
  const asked = page.query.q_login_id_input_type ?? "";
  return kinds.length === 1 ? kinds[0] : kinds.includes(asked) ? asked : undefined;
}

function loginIdForm(page: FlowPage, { kind, own, submit }: { kind: "login" | "signup" | "promote"; own: readonly Option[]; submit: string }): Markup {
  const kinds = kindsOf(own);
  const single = singleKind(page, own);
  const label = single ? pageText(`v2.label.${single}` as PageTextKey) : pageText(`v2.label.login-id-${kinds.toSorted().join("-")}` as PageTextKey);
  const inputType = single === "username" || !single ? "text" : single;
  const type = hidden(kind === "signup" ? "q_login_id_type" : "x_login_id_input_type", inputType);
  const autocomplete = kind === "login" ? "username webauthn" : "username";
  return html`<form method="post" action="${page.action}">
${hidden("x_action", "login_id")}${type}
${field(page, { name: kind === "signup" ? "q_login_id" : "x_login_id", label, type: (single && INPUT_TYPES[single]) || "text", autocomplete, value: page.loginId ?? "", readonly: page.loginIdReadonly ?? false, phone: single === "phone" })}
${challengeBox(page)}<button>${submit}</button>
</form>`;
}

const NAMES: Readonly<Record<string, string>> = {
  google: "Google",
  apple: "Apple",
  facebook: "Facebook",
  github: "GitHub",
  linkedin: "LinkedIn",
  azureadv2: "Microsoft",
  azureadb2c: "Azure AD B2C",
  adfs: "ADFS",
  wechat: "WeChat",
};

/** What a provider is called; one of several of a type is told from the others by its alias. */
export function providerName({ provider_type = "", alias = "" }: Option, options: readonly Option[]): string {
  const name = NAMES[provider_type] ?? alias;
  return options.filter((one) => one.provider_type === provider_type).length > 1 ? `${name} (${alias})` : name;
}

function socialButtons(page: FlowPage, options: readonly Option[]): Markup[] {
  const social = options.filter(({ identification, wechat_app_type }) => identification === "oauth" && wechat_app_type !== (page.native ? "web" : "mobile"));
  return social.map((option) => {
    const demo = option.provider_status === "active" || option.provider_status === undefined ? "" : ` (${pageText("v2.label.demo")})`;
    const label = pageText("v2.way.oauth", { provider: `${providerName(option, social)}${demo}` });
    return buttonForm(page, { fields: { x_action: "oauth", x_provider_alias: option.alias ?? "" }, label });
  });
}

function directoryButtons(page: FlowPage, options: readonly Option[]): Markup[] {
  const directories = options.filter(({ identification }) => identification === "ldap");
  const label = ({ server_name = "" }: Option) => (directories.length > 1 ? pageText("v2.way.ldap-named", { server: server_name }) : pageText("v2.way.ldap"));
  return directories.map((option) => buttonForm(page, { fields: { x_action: "ldap", x_server_name: option.server_name ?? "" }, label: label(option) }));
}

function passkeyButtons(page: FlowPage, options: readonly Option[]): Markup[] {
  const passkey = options.find(({ identification }) => identification === "passkey");
  return passkey ? [passkeyForm(page, { kind: "get", options: passkey.request_options, field: "x_assertion_response", label: pageText("v2.way.passkey"), action: "passkey" })] : [];
}

/** `ldap_login`: user name and password of a directory. */
export function renderDirectory(page: FlowPage): PageContent {
  return {
    title: pageText("v2.page.ldap-login.default.title"),
    lead: page.screen.ldapServer ?? "",
    body: html`${messages(page)}<form method="post" action="${page.action}">
${field(page, { name: "x_username", label: pageText("v2.label.username"), autocomplete: "username", value: page.form.x_username ?? "" })}
${field(page, { name: "x_password", label: pageText("v2.label.password"), type: "password", autocomplete: "current-password", focus: false })}
<button>${pageText("v2.page.ldap-login.default.submit")}</button></form><p class="links"><a href="${page.login}">${pageText("v2.label.back-to-login")}</a></p>`,
  };
}
