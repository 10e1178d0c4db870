import type { Authenticator } from "@gatehouse/domain-authenticator";
import type { ProjectConfig } from "@gatehouse/domain-config";
import type { UserFacts } from "@gatehouse/domain-user";
import { html, pageText, type PageTextKey } from "../pages/index.js";
import { actionForm, linkButton, type Row, rows, type SettingsPage, settingsPage, shownTime } from "./render-settings-frame.js";
import type { SecondFactor } from "./settings-factor-pages.js";

const text = (part: string, variables: Record<string, string> = {}): string => pageText(`v2.page.settings-mfa.default.${part}` as PageTextKey, variables);

/** Factors in the order in which the page shows them: their names, and their pages. */
const FACTORS: readonly (readonly [SecondFactor, string, string])[] = [
  ["totp", "totp", "/settings/mfa/totp"],
  ["oob_otp_sms", "sms", "/settings/mfa/oob_otp_sms"],
  ["oob_otp_email", "email", "/settings/mfa/oob_otp_email"],
  ["password", "password", "/settings/mfa/password"],
];

const named = ({ type, displayName, email, phone }: Authenticator): string => (type === "password" ? "" : (displayName ?? email ?? phone ?? ""));

/** `/settings/mfa`. */
export function renderMfa(page: SettingsPage, { config, facts }: { config: ProjectConfig["authentication"]; facts: UserFacts }): string {
  const own = facts.authenticators.filter(({ kind }) => kind === "secondary");
  const factors = FACTORS.flatMap(([type, key, href]): Row[] => {
    const present = own.filter((one) => one.type === type);
    if (present.length === 0 && !config.secondary_authenticators.includes(type)) return [];
    const names = present.map(named).filter(Boolean).join(", ");
    return [{ name: text(key), href, value: present.length === 0 ? text("inactive") : names || text("active") }];
  });
  const left = facts.recoveryCodes ?? 0;
  const recovery = own.length > 0 &&
    !config.recovery_code.disabled && [{ name: text("recovery"), href: "/settings/mfa/view_recovery_code", value: text("recovery-left", { Count: String(left) }) }];
  const devices =
    own.length > 0 &&
    !config.device_token.disabled &&
    html`<h2>${text("devices")}</h2><p class="hint">${text("devices-hint")}</p><div class="more">${actionForm(page, { name: "revoke_device", submit: text("revoke"), look: "secondary" })}</div>`;
  return settingsPage(page, { title: text("title"), lead: text("lead"), body: html`${rows(factors)}${recovery && rows(recovery)}${devices}` });
}

const LISTS = {
  totp: { page: "settings-totp" },
  oob_otp_email: { page: "settings-otp-email" },
  oob_otp_sms: { page: "settings-otp-sms" },
} as const;

/** `/settings/mfa/totp`, `/settings/mfa/oob_otp_email`, `/settings/mfa/oob_otp_sms`. */
export function renderFactors(page: SettingsPage, input: { type: keyof typeof LISTS; authenticators: readonly Authenticator[]; mayAdd: boolean }): string {
  const { type, authenticators, mayAdd } = input;
  const key = (part: "title" | "add") => pageText(`v2.page.${LISTS[type].page}.default.${part}` as PageTextKey);
  const own = authenticators.filter((one) => one.type === type && one.kind === "secondary").toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const submit = pageText("v2.page.settings-factors.default.remove");
  const lines = own.map((one): Row => {
    const form = actionForm(page, { name: "remove", fields: { x_authenticator_id: one.id }, submit, look: "danger", label: `${submit}: ${named(one)}` });
    return { name: named(one), value: pageText("v2.page.settings-login-ids.default.since", { Time: shownTime(one.createdAt) }), form };
  });
  const add =
    type === "totp" ? html`<div class="more">${actionForm(page, { name: "create_totp", submit: key("add") })}</div>` : linkButton(`/settings/mfa/create_${type}`, key("add"));
  return settingsPage(page, {
    title: key("title"),
    body: html`${rows(lines) || html`<p class="hint">${pageText("v2.page.settings-factors.default.empty")}</p>`}${mayAdd && add}`,
  });
}
