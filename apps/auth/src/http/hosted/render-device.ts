import type { DeviceToDecide } from "@gatehouse/feature-oauth";
import { html, pageText, renderPage } from "../pages/index.js";

/** The form for the code of a device. */
export function renderDeviceCode(appName: string, { userCode = "", error }: { userCode?: string; error?: string }): string {
  return renderPage({
    title: pageText("v2.page.device.default.title"),
    appName,
    lead: pageText("v2.page.device.default.lead"),
    body: html`${error && html`<p class="error" role="alert">${error}</p>`}<form method="post" action="/device"><label for="user_code">${pageText("v2.page.device.default.label")}</label><input id="user_code" name="user_code" value="${userCode}" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false"><button>${pageText("v2.page.device.default.submit")}</button></form>`,
  });
}

/** The question whether a device may come in. */
export function renderDeviceQuestion(appName: string, { client, scopes }: DeviceToDecide, { userCode, identity }: { userCode: string; identity: string }): string {
  return renderPage({
    title: pageText("v2.page.device-confirm.default.title", { ClientName: client.client_name ?? client.name }),
    appName,
    lead: pageText("v2.page.device-confirm.default.lead", { UserCode: userCode }),
    body: html`<p class="lead">${pageText("v2.page.device-confirm.default.identity", { Identity: identity })}</p><ul class="plain">${scopes.map((scope) => html`<li>${scope}</li>`)}</ul><form method="post" action="/device"><input type="hidden" name="user_code" value="${userCode}"><button name="x_action" value="allow">${pageText("v2.page.consent.default.allow")}</button><button class="secondary" name="x_action" value="deny">${pageText("v2.page.consent.default.cancel")}</button></form>`,
  });
}
