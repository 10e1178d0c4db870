import type { ShownRecoveryCode } from "@gatehouse/feature-account";
import { html, type Markup, pageText, type PageTextKey } from "../pages/index.js";
import { actionForm, badge, type SettingsPage, settingsPage } from "./render-settings-frame.js";

const text = (part: string): string => pageText(`v2.page.settings-recovery.default.${part}` as PageTextKey);
const grouped = (code: string): string => code.replace(/(.{5})(?=.)/g, "$1-");

const list = (codes: readonly Markup[]): Markup => html`<ul class="codes">${codes.map((code) => html`<li>${code}</li>`)}</ul>`;
const download = (page: SettingsPage): Markup => actionForm(page, { name: "download", submit: pageText("v2.page.view-recovery-code.default.download"), look: "secondary" });

/** Codes that have just been made: to be kept, and then gone on from. */
export function renderFreshCodes(page: SettingsPage, codes: readonly string[]): string {
  const shown = codes.map((code) => html`<code>${grouped(code)}</code>`);
  return settingsPage(page, {
    title: pageText("v2.page.view-recovery-code.default.title"),
    lead: pageText("v2.page.view-recovery-code.default.lead"),
    body: html`${list(shown)}<div class="more">${download(page)}${actionForm(page, { name: "proceed", submit: pageText("v2.page.view-recovery-code.default.proceed") })}</div>`,
  });
}

/** The codes that a user has: shown where the project lists them, else only how many are left. */
export function renderOwnCodes(page: SettingsPage, { listed, left }: { listed?: readonly ShownRecoveryCode[]; left: number }): string {
  const shown = (listed ?? []).map(({ code, consumed }) => (consumed ? html`<s><code>${grouped(code)}</code></s>${badge(text("used"))}` : html`<code>${grouped(code)}</code>`));
  const some = left > 0 || shown.length > 0;
  const lines = shown.length > 0 && html`${list(shown)}<div class="more">${download(page)}</div>`;
  return settingsPage(page, {
    title: text("title"),
    lead: text("lead"),
    body: html`${lines || html`<p class="hint">${some ? `${pageText("v2.page.settings-mfa.default.recovery-left", { Count: String(left) })}. ${text("unlisted")}` : text("none")}</p>`}
<div class="more">${actionForm(page, { name: "regenerate", submit: text("regenerate"), look: some ? "danger" : "primary" })}</div>${some && html`<p class="hint more">${text("warning")}</p>`}`,
  });
}
