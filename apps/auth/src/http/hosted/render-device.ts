import type { DeviceToDecide } from "@gatehouse/feature-oauth";
import { html, pageText, renderPage, scopeTexts } from "../pages/index.js";
import { field, messages } from "./page-parts.js";

/** The form for the code of a device. */
export function renderDeviceCode(appName: string, { userCode = "", error }: { userCode?: string; error?: string }): string {
  return renderPage({
    title: pageText("v2.page.device.default.title"),
    appName,
    lead: pageText("v2.page.device.default.lead"),
    body: html`${messages({ error })}<form method="post" action="/device">${field({ error }, { name: "user_code", label: pageText("v2.page.device.default.label"), value: userCode, autocomplete: "off", capitals: true })}<button>${pageText("v2.page.device.default.submit")}</button></form>`,
  });
}

/** The question whether a device may come in. */
export function renderDeviceQuestion(appName: string, { client, scopes }: DeviceToDecide, { userCode, identity }: { userCode: string; identity: string }): string {
  const ClientName = client.client_name ?? client.name;
  const shown = scopeTexts(scopes);
  const list = shown.length > 0 && html`<p>${pageText("v2.page.consent.default.lead", { ClientName })}</p><ul class="plain">${shown.map((text) => html`<li>${text}</li>`)}</ul>`;
  const buttons = [
    html`<input type="hidden" name="user_code" value="${userCode}">`,
    html`<button name="x_action" value="allow">${pageText("v2.page.consent.default.allow")}</button>`,
    html`<button class="secondary" name="x_action" value="deny">${pageText("v2.page.consent.default.cancel")}</button>`,
  ];
  return renderPage({
    title: pageText("v2.page.device-confirm.default.title", { ClientName }),
    appName,
    lead: pageText("v2.page.device-confirm.default.lead", { UserCode: userCode }),
    body: html`<p class="lead">${pageText("v2.page.device-confirm.default.identity", { Identity: identity })}</p>${list}<form method="post" action="/device">${buttons}</form>`,
  });
}
