import type { ListedSession } from "@gatehouse/domain-session";
import type { AuthorizedApp } from "@gatehouse/feature-sessions";
import { html, type Markup, pageText, type PageTextKey, renderPage } from "../pages/index.js";
import { hidden } from "./page-parts.js";

/** What the page shows. */
export interface SessionsPage {
  appName: string;
  sessions: readonly ListedSession[];
  apps: readonly AuthorizedApp[];
  /** Message of the error of the action before. */
  error?: string;
}

const ERRORS: Readonly<Record<string, PageTextKey>> = {
  "cannot revoke current session": "v2.error.current-session",
  "session not found": "v2.error.unknown-session",
  "cannot remove authorization": "v2.error.unknown-authorization",
};
const SCOPES: Readonly<Record<string, PageTextKey>> = {
  "https://authgear.com/scopes/full-userinfo": "v2.page.consent.default.scope-full-userinfo",
  profile: "v2.page.consent.default.scope-profile",
  email: "v2.page.consent.default.scope-email",
  phone: "v2.page.consent.default.scope-phone",
  address: "v2.page.consent.default.scope-address",
};

/** "My devices" and "authorized apps". */
export function renderSessionsPage({ appName, sessions, apps, error }: SessionsPage): string {
  return renderPage({
    title: pageText("v2.page.settings-sessions.default.title"),
    appName,
    settings: "page",
    back: { href: "/settings", label: pageText("v2.page.settings-sessions.default.back") },
    body: html`${error && html`<p class="alert" role="alert" data-error="${error}">${pageText(ERRORS[error] ?? "v2.error.generic")}</p>`}
<dl>${sessions.map(sessionLine)}</dl>
${sessions.some(({ isCurrent }) => !isCurrent) && actionForm("revoke_all", {}, pageText("v2.page.settings-sessions.default.revoke-all"))}
${apps.length > 0 && html`<h2>${pageText("v2.page.settings-sessions.default.apps")}</h2><dl>${apps.map(appLine)}</dl>`}`,
  });
}

function sessionLine({ session, displayName, isCurrent, isDevice }: ListedSession): Markup {
  const { time, ip } = session.lastAccess;
  const used = pageText("v2.page.settings-sessions.default.last-access", { time: time.toISOString().slice(0, 16).replace("T", " "), ip });
  const badge = (key: PageTextKey): Markup => html`<span class="badge">${pageText(key)}</span>`;
  return html`<dt>${displayName || pageText("v2.page.settings-sessions.default.unknown")}${isDevice && badge("v2.page.settings-sessions.default.device")}${isCurrent && badge("v2.page.settings-sessions.default.current")}</dt>
<dd>${used}${!isCurrent && actionForm("revoke", { x_session_id: session.id }, pageText("v2.page.settings-sessions.default.revoke"))}</dd>`;
}

function appLine({ id, clientName, scopes }: AuthorizedApp): Markup {
  const known = scopes.flatMap((scope) => SCOPES[scope] ?? []);
  return html`<dt>${clientName}</dt>
<dd>${known.length > 0 && html`<ul class="plain">${known.map((key) => html`<li>${pageText(key)}</li>`)}</ul>`}${actionForm("remove_authorization", { x_authorization_id: id }, pageText("v2.page.settings-sessions.default.remove"))}</dd>`;
}

const actionForm = (action: string, fields: Readonly<Record<string, string>>, label: string): Markup =>
  html`<form class="more" method="post" action="/settings/sessions">${Object.entries(fields).map(([name, value]) => hidden(name, value))}<button class="secondary" name="x_action" value="${action}">${label}</button></form>`;
