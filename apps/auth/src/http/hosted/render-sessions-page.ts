import { type AccessInfo, describeUserAgent, type ListedSession } from "@gatehouse/domain-session";
import type { AuthorizedApp } from "@gatehouse/feature-sessions";
import { html, type Markup, pageText, type PageTextKey, renderPage } from "../pages/index.js";
import { hidden } from "./page-parts.js";

/** What the page shows. */
export interface SessionsPage {
  appName: string;
  sessions: readonly ListedSession[];
  /** The latest uses of each, newest first, by its id. */
  accesses: ReadonlyMap<string, readonly AccessInfo[]>;
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
export function renderSessionsPage({ appName, sessions, accesses, apps, error }: SessionsPage): string {
  return renderPage({
    title: pageText("v2.page.settings-sessions.default.title"),
    appName,
    settings: "page",
    back: { href: "/settings", label: pageText("v2.page.settings-sessions.default.back") },
    body: html`${error && html`<p class="alert" role="alert" data-error="${error}">${pageText(ERRORS[error] ?? "v2.error.generic")}</p>`}
<dl>${sessions.map((one) => sessionLine(one, accesses.get(one.session.id) ?? []))}</dl>
${sessions.some(({ isCurrent }) => !isCurrent) && actionForm("revoke_all", {}, pageText("v2.page.settings-sessions.default.revoke-all"))}
${apps.length > 0 && html`<h2>${pageText("v2.page.settings-sessions.default.apps")}</h2><dl>${apps.map(appLine)}</dl>`}`,
  });
}

const minute = (time: Date): string => time.toISOString().slice(0, 16).replace("T", " ");

/** When, from where and with what a session was used lately; a single use is told by the line itself. */
function activity(accesses: readonly AccessInfo[]): Markup | false {
  const line = ({ time, ip, userAgent }: AccessInfo): string =>
    pageText("v2.page.settings-sessions.default.access", {
      time: minute(time),
      ip,
      browser: describeUserAgent(userAgent) || pageText("v2.page.settings-sessions.default.unknown"),
    });
  return (
    accesses.length > 1 &&
    html`<details><summary>${pageText("v2.page.settings-sessions.default.activity")}</summary><ul class="plain">${accesses.map((one) => html`<li>${line(one)}</li>`)}</ul></details>`
  );
}

function sessionLine({ session, displayName, isCurrent, isDevice }: ListedSession, accesses: readonly AccessInfo[]): Markup {
  const { time, ip } = session.lastAccess;
  const used = pageText("v2.page.settings-sessions.default.last-access", { time: minute(time), ip });
  const badge = (key: PageTextKey): Markup => html`<span class="badge">${pageText(key)}</span>`;
  return html`<dt>${displayName || pageText("v2.page.settings-sessions.default.unknown")}${isDevice && badge("v2.page.settings-sessions.default.device")}${isCurrent && badge("v2.page.settings-sessions.default.current")}</dt>
<dd>${used}${activity(accesses)}${!isCurrent && actionForm("revoke", { x_session_id: session.id }, pageText("v2.page.settings-sessions.default.revoke"))}</dd>`;
}

function appLine({ id, clientName, scopes }: AuthorizedApp): Markup {
  const known = scopes.flatMap((scope) => SCOPES[scope] ?? []);
  return html`<dt>${clientName}</dt>
<dd>${known.length > 0 && html`<ul class="plain">${known.map((key) => html`<li>${pageText(key)}</li>`)}</ul>`}${actionForm("remove_authorization", { x_authorization_id: id }, pageText("v2.page.settings-sessions.default.remove"))}</dd>`;
}

const actionForm = (action: string, fields: Readonly<Record<string, string>>, label: string): Markup =>
  html`<form class="more" method="post" action="/settings/sessions">${Object.entries(fields).map(([name, value]) => hidden(name, value))}<button class="secondary" name="x_action" value="${action}">${label}</button></form>`;
