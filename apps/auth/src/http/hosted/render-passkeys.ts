import type { Identity } from "@gatehouse/domain-identity";
import { deviceModel, deviceName } from "@gatehouse/domain-session";
import { html, pageText } from "../pages/index.js";
import { passkeyForm } from "./page-parts.js";
import { actionForm, type Row, rows, type SettingsPage, settingsPage, shownTime } from "./render-settings-frame.js";

const empty = () => html`<p class="hint">${pageText("v2.page.settings-factors.default.empty")}</p>`;

/** `/settings/passkey`. Without `options` none may be added. */
export function renderPasskeys(page: SettingsPage, { identities, options }: { identities: readonly Identity[]; options?: unknown }): string {
  const lines = identities.map((identity) => line(page, identity, identity.details.passkey?.displayName ?? ""));
  const label = pageText("v2.page.settings-passkey.default.add");
  const add = options !== undefined && passkeyForm(page, { kind: "create", options, field: "x_attestation_response", label, action: "add", primary: true });
  return settingsPage(page, {
    title: pageText("v2.page.settings-passkey.default.title"),
    lead: pageText("v2.page.settings-passkey.default.lead"),
    body: html`${rows(lines) || empty()}${add}${add && html`<noscript><p class="hint">${pageText("v2.page.use-passkey.default.noscript")}</p></noscript>`}`,
  });
}

/** `/settings/biometric`. */
export function renderBiometric(page: SettingsPage, identities: readonly Identity[]): string {
  const lines = identities.map((identity) => {
    const info = identity.details.biometric?.deviceInfo ?? {};
    const name = [deviceName(info), deviceModel(info)].filter(Boolean).join(", ");
    return line(page, identity, name || pageText("v2.page.settings-biometric.default.unknown"));
  });
  return settingsPage(page, {
    title: pageText("v2.page.settings-biometric.default.title"),
    lead: pageText("v2.page.settings-biometric.default.lead"),
    body: rows(lines) || empty(),
  });
}

function line(page: SettingsPage, { id, createdAt }: Identity, name: string): Row {
  const submit = pageText("v2.page.settings-factors.default.remove");
  const form = actionForm(page, { name: "remove", fields: { x_identity_id: id }, submit, look: "danger", label: `${submit}: ${name}` });
  return { name, value: pageText("v2.page.settings-passkey.default.created", { Time: shownTime(createdAt) }), form };
}
