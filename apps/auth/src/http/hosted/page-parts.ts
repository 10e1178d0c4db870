import { html, type Markup, pageText, type PageTextKey } from "../pages/index.js";
import type { Alternative } from "./branches.js";
import type { FlowPage } from "./flow-page.js";
import type { ShownError } from "./flow-visits.js";

interface Field {
  name: string;
  label: string;
  /** Differs from the name where that is no good id. */
  id?: string;
  type?: string;
  autocomplete?: string;
  value?: string;
  readonly?: boolean;
  required?: boolean;
  inputmode?: string;
  focus?: boolean;
  minimum?: number;
  maximum?: number;
  /** Capital letters are typed, and are no words. */
  capitals?: boolean;
  /** Id of what explains it. */
  hint?: string;
  /** A phone number: a script adds a list of countries. */
  phone?: boolean;
}

const ALERT = "page-alert";

/** A labelled input. The first of a page takes the focus, and what went wrong belongs to it. */
export function field({ error }: Pick<FlowPage, "error">, { name, label, id = name, type = "text", required = true, focus = true, ...more }: Field): Markup {
  const { autocomplete, value = "", readonly, inputmode, minimum, maximum, hint, capitals, phone } = more;
  const wrong = focus && error !== undefined;
  const described = [wrong && ALERT, hint].filter((one) => typeof one === "string").join(" ");
  const attributes = [
    autocomplete && html` autocomplete="${autocomplete}"`,
    inputmode && html` inputmode="${inputmode}"`,
    capitals && html` autocapitalize="characters" spellcheck="false"`,
    minimum !== undefined && html` min="${minimum}"`,
    maximum !== undefined && html` max="${maximum}"`,
    type === "number" && html` step="any"`,
    required && html` required`,
    readonly && html` readonly`,
    described && html` aria-describedby="${described}"`,
    wrong && html` aria-invalid="true"`,
    focus && !readonly && html` autofocus`,
  ];
  const reveals = type === "password" && html` data-show="${pageText("v2.label.show-password")}" data-hide="${pageText("v2.label.hide-password")}"`;
  const countries =
    phone && html` data-phone data-country="${pageText("v2.label.country")}" data-search="${pageText("v2.label.search-countries")}" data-none="${pageText("v2.label.no-country")}"`;
  return html`<div class="field"><label for="${id}">${label}</label><input id="${id}" name="${name}" type="${type}" value="${value}"${reveals}${countries}${attributes}></div>`;
}

export const hidden = (name: string, value: string): Markup => html`<input type="hidden" name="${name}" value="${value}">`;

/** What went wrong, and what has been done. */
export const messages = ({ error, notice, lockedMs, action = "" }: Pick<FlowPage, "error" | "notice" | "lockedMs"> & { action?: string }): Markup =>
  html`${error && html`<p class="alert" role="alert" id="${ALERT}">${error}</p>`}${notice && html`<p class="notice" role="status">${notice}</p>`}${lockedMs !== undefined && lockout(error, lockedMs, action)}`;

/** Over the whole page, until it is closed or the account is free again; without script its links lead to the page as it was (spec: auth UI §6). */
function lockout(text: string | undefined, leftMs: number, action: string): Markup {
  const close = pageText("v2.label.close");
  const inside = [
    html`<a class="close" href="${action}" aria-label="${close}">×</a>`,
    html`<h2 id="lockout-title">${pageText("v2.component.lockout.default.title")}</h2>`,
    html`<p id="lockout-text">${text}</p>`,
    html`<p class="countdown" role="timer" hidden data-left-ms="${leftMs}"></p>`,
    html`<a class="button" href="${action}">${close}</a>`,
  ];
  return html`<div class="overlay" role="dialog" aria-modal="true" aria-labelledby="lockout-title" aria-describedby="lockout-text" tabindex="-1"><div class="dialog">${inside}</div></div>`;
}

/** How long an account stays locked, of an error that says so. */
export function lockedMs({ reason, info }: ShownError, now: Date): number | undefined {
  const left = reason === "AccountLockout" && typeof info?.until === "string" ? Date.parse(info.until) - now.getTime() : 0;
  return left > 0 ? left : undefined;
}

/** A form of one button. */
export const buttonForm = (
  page: FlowPage,
  { fields, label, primary, more }: { fields: Readonly<Record<string, string>>; label: string; primary?: boolean; more?: Markup },
): Markup =>
  html`<form class="more" method="post" action="${page.action}">${Object.entries(fields).map(([name, value]) => hidden(name, value))}${more}<button${!primary && html` class="secondary"`}>${label}</button></form>`;

/** "Do not ask again on this device", where that is offered. */
export const deviceBox = ({ remembers }: FlowPage): Markup | false =>
  remembers && html`<label class="check"><input type="checkbox" name="x_device_token" value="true"> ${pageText("v2.label.remember-device")}</label>`;

/** The widget of the bot protection, which brings its own fields. */
export function challengeBox({ challenge, nonce }: FlowPage): Markup | false {
  if (!challenge) return false;
  const cloudflare = challenge.type === "cloudflare";
  const source = cloudflare ? "https://challenges.cloudflare.com/turnstile/v0/api.js" : "https://www.google.com/recaptcha/api.js";
  const widget = cloudflare
    ? html`<div class="cf-turnstile challenge" data-sitekey="${challenge.siteKey}" data-response-field-name="x_bot_protection_provider_response"></div>`
    : html`<div class="g-recaptcha challenge" data-sitekey="${challenge.siteKey}"></div>`;
  return html`${hidden("x_bot_protection_provider_type", challenge.type)}${widget}<noscript><p class="hint">${pageText("v2.page.challenge.default.noscript")}</p></noscript><script nonce="${nonce}" src="${source}" async defer></script>`;
}

/** Buttons for the ways that may be taken instead. */
export function otherWays(page: FlowPage, action: "take_branch" | "select_channel" = "take_branch"): Markup | false {
  if (page.others.length === 0) return false;
  const buttons = page.others.map((other) => {
    const fields = { x_action: action, x_index: String(other.index), ...(other.channel ? { x_channel: other.channel } : {}) };
    return buttonForm(page, { fields, label: wayText(other, page.state.type === "account_recovery") });
  });
  return html`<div class="others">${buttons}</div>`;
}

/** What a way is called on its button. */
function wayText({ option, channel, creates }: Alternative, recovers: boolean): string {
  const { authentication = "", otp_form, masked_display_name, target } = option;
  const way = channel ?? option.channel;
  if (way) {
    const address = masked_display_name ?? target?.masked_display_name;
    const link = recovers ? "reset-link" : "link";
    const key = `v2.way.${otp_form === "link" && (way === "email" || recovers) ? link : way}${address ? "" : "-new"}`;
    return pageText(key as PageTextKey, { target: address ?? "" });
  }
  const kind = authentication.replace(/^(primary|secondary)_/, "");
  return pageText(`v2.way.${kind}${creates ? "-new" : ""}` as PageTextKey);
}

/** Reads options for a passkey from the page, asks the browser, and sends what it says. It shows itself where there is a script and a browser that can. */
export function passkeyForm(
  page: Pick<FlowPage, "action">,
  passkey: { kind: "get" | "create"; options: unknown; field: string; label: string; action?: string; automatic?: boolean; primary?: boolean },
): Markup {
  const { kind, options, field: name, label, action = "", automatic, primary } = passkey;
  return html`<form class="more" method="post" action="${page.action}" hidden data-passkey="${kind}" data-options="${JSON.stringify(options)}"${automatic && html` data-automatic="true"`}>
${hidden("x_action", action)}${hidden(name, "")}<p class="error" role="alert" hidden data-failure>${pageText("v2.error.passkey")}</p><button${!primary && html` class="secondary"`}>${label}</button></form>`;
}

/** A row between two ways to go on. */
export const divider = (): Markup => html`<p class="divider" role="separator"><span>${pageText("v2.label.or")}</span></p>`;
