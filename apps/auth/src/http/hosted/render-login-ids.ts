import { html, type Markup, pageText, type PageTextKey } from "../pages/index.js";
import { actionForm, badge, linkButton, rows, type SettingsPage, settingsPage, shownTime } from "./render-settings-frame.js";
import { verifiedBadge } from "./render-settings-home.js";
import type { ShownLoginId } from "./settings-menu.js";

/** Login ids of a key, and what may be done with them. */
export interface ListedLoginIds {
  type: "email" | "phone" | "username";
  key: string;
  values: readonly ShownLoginId[];
  /** The one that names the user. */
  main?: string;
  mayAdd: boolean;
  mayChange: boolean;
  mayRemove: boolean;
  /** Another one may be made the main one. */
  mayChoose: boolean;
}

const text = (part: string, variables: Record<string, string> = {}): string => pageText(`v2.page.settings-login-ids.default.${part}` as PageTextKey, variables);
const address = (page: string, query: Record<string, string>): string => `/settings/identity/${page}?${new URLSearchParams(query)}`;

/** `/settings/identity/email`, `/phone`, `/username`. */
export function renderLoginIds(page: SettingsPage, { type, key, values, main, mayAdd, mayChoose }: ListedLoginIds): string {
  const lines = values.map((one) => ({
    name: one.value,
    href: address(`view_${type}`, { q_login_id_key: key, q_login_id: one.identity.loginId ?? one.value, q_identity_id: one.identity.id }),
    value: html`${marks(one, { main, several: values.length > 1 })}`,
  }));
  const choose =
    type !== "username" && mayChoose && linkButton(address(`change_primary_${type}`, { q_login_id_key: key }), pageText(`v2.page.settings-${type}.default.primary`), "secondary");
  return settingsPage(page, {
    title: pageText(`v2.page.settings-${type}.default.title`),
    body: html`${rows(lines) || html`<p class="hint">${pageText("v2.page.settings.default.none")}</p>`}${mayAdd && linkButton(address(`add_${type}`, { q_login_id_key: key }), pageText(`v2.page.settings-${type}.default.add`))}${choose}`,
  });
}

function marks(one: ShownLoginId, { main, several }: { main: string | undefined; several: boolean }): Markup {
  return html`${text("since", { Time: shownTime(one.identity.createdAt) })}${several && main === one.identity.loginId && html` ${badge(text("main"))}`} ${verifiedBadge(one)}`;
}

/** `/settings/identity/view_email`, `view_phone`, `view_username`. */
export function renderLoginId(page: SettingsPage, listed: ListedLoginIds & { shown: ShownLoginId }): string {
  const { type, key, shown, main, values, mayChange, mayRemove } = listed;
  const { identity, value, verified } = shown;
  const back = `/settings/identity/${type}?${new URLSearchParams({ q_login_id_key: key })}`;
  const fields = { x_identity_id: identity.id, x_login_key: key };
  const change = address(`change_${type}`, { q_login_id_key: key, q_identity_id: identity.id, q_back_url: back });
  return settingsPage(page, {
    title: pageText(`v2.page.settings-view-${type}.default.title`),
    body: html`${rows([{ name: value, value: marks(shown, { main, several: values.length > 1 }) }])}${
      verified === false && mayChange && html`<div class="more">${actionForm(page, { name: "verify", fields: { ...fields, x_login_id: value }, submit: text("verify") })}</div>`
    }${mayChange && linkButton(change, text("change"), "secondary")}${mayRemove && html`<div class="more">${actionForm(page, { name: "remove", fields, submit: text("remove"), look: "danger" })}</div>`}`,
  });
}

/** `/settings/identity/change_primary_email`, `change_primary_phone`. */
export function renderPrimaryChoice(page: SettingsPage, input: { type: ListedLoginIds["type"]; pointer: string; choices: readonly string[]; current: string }): string {
  const { type, pointer, choices, current } = input;
  const title = pageText(`v2.page.settings-${type === "phone" ? "phone" : "email"}.default.primary`);
  const options = choices.map(
    (one, index) =>
      html`<li><label class="choice"><input type="radio" name="${pointer}" value="${one}" required${one === current && html` checked`}${index === 0 && html` autofocus`}${page.error !== undefined && html` aria-describedby="page-alert"`}> ${one}</label></li>`,
  );
  return settingsPage(page, {
    title,
    body: actionForm(page, {
      name: "save",
      body: html`<ul class="rows" role="radiogroup" aria-label="${title}">${options}</ul>`,
      submit: pageText("v2.page.settings-login-id.default.submit"),
    }),
  });
}
