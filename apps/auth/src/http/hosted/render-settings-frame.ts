import { html, type Markup, pageText, type PhoneInput, renderPage, safeHref } from "../pages/index.js";
import { hidden, messages } from "./page-parts.js";

/** What every page of the settings shows. */
export interface SettingsPage {
  appName: string;
  /** Where its forms go. */
  action: string;
  /** The page before; absent while an app has sent the person to do one thing. */
  back?: string;
  error?: string;
  notice?: string;
  /** How long the account stays locked, in milliseconds. */
  lockedMs?: number | undefined;
  /** Nonce of the page's scripts. */
  nonce?: string;
  /** What fields of phone numbers offer. */
  phone?: () => PhoneInput;
}

/** The parts that differ. */
export interface SettingsContent {
  title: string;
  lead?: string;
  body: Markup;
  /** It has a field of a phone number. */
  usesPhone?: boolean;
}

/** A page below `/settings`. */
export function settingsPage(page: SettingsPage, { title, lead, body, usesPhone }: SettingsContent): string {
  const back = safeHref(page.back);
  return renderPage({
    title,
    appName: page.appName,
    settings: "page",
    body: html`${messages(page)}${body}`,
    ...(lead ? { lead } : {}),
    ...(page.nonce ? { nonce: page.nonce } : {}),
    ...(usesPhone && page.phone ? { phone: page.phone() } : {}),
    ...(back ? { back: { href: back, label: pageText("v2.label.back") } } : {}),
  });
}

/** One form and its button. */
export interface ActionForm {
  submit: string;
  /** Value of `x_action`. */
  name?: string;
  fields?: Readonly<Record<string, string>>;
  body?: Markup;
  look?: "primary" | "secondary" | "danger";
  /** The form holds a file. */
  file?: boolean;
  /** What is said instead of the button's text, where several have the same. */
  label?: string;
}

/** A form of the page. */
export function actionForm({ action }: Pick<SettingsPage, "action">, { submit, name, fields = {}, body, look = "primary", file, label }: ActionForm): Markup {
  const attributes = [look !== "primary" && html` class="${look}"`, label && html` aria-label="${label}"`];
  return html`<form method="post" action="${action}"${file && html` enctype="multipart/form-data"`}>${name && hidden("x_action", name)}${Object.entries(fields).map(([key, value]) => hidden(key, value))}${body}<button${attributes}>${submit}</button></form>`;
}

/** One line of a list: a link when it leads somewhere. */
export interface Row {
  name: string;
  value?: Markup | string;
  href?: string;
  /** A form at its end. */
  form?: Markup;
  /** Before the text. */
  before?: Markup;
}

/** A list of lines; nothing where there are none. */
export function rows(lines: readonly Row[]): Markup | false {
  if (lines.length === 0) return false;
  return html`<ul class="rows">${lines.map((line) => html`<li>${rowOf(line)}</li>`)}</ul>`;
}

function rowOf({ name, value, href, form, before }: Row): Markup {
  const inner = html`${before}<span class="row-text"><span class="row-name">${name}</span>${value && html`<span class="row-value">${value}</span>`}</span>${form}`;
  return href ? html`<a class="row" href="${href}">${inner}</a>` : html`<div class="row">${inner}</div>`;
}

/** A mark beside a value. */
export const badge = (text: string, good = false): Markup => html`<span class="badge${good && " good"}">${text}</span>`;

/** A link that looks like a button. */
export const linkButton = (href: string, label: string, look?: "secondary"): Markup => html`<p class="more"><a class="button${look && ` ${look}`}" href="${href}">${label}</a></p>`;

/** A day and a time of it, in UTC. */
export const shownTime = (time: Date): string => `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
