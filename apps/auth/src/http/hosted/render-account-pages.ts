import type { LiveSession } from "@gatehouse/record-sessions";
import { html, pageText, renderPage, safeHref } from "../pages/index.js";

/** An error that ends the visit, with a way back. */
export function renderErrorPage(appName: string, message: string): string {
  return renderPage({
    title: pageText("v2.page.error.default.title"),
    appName,
    lead: message,
    body: html`<p class="links"><a href="/login">${pageText("v2.page.error.default.restart")}</a></p>`,
  });
}

/** What names a person on a page: the first of email, user name, phone number. */
export function displayName({ user }: Pick<LiveSession, "user">): string {
  const { email, phone_number, preferred_username } = user.standardAttributes;
  return String(email ?? preferred_username ?? phone_number ?? user.id);
}

/** "Continue as ..." before an application is answered. */
export function renderSelectAccount(appName: string, name: string, action: string): string {
  return renderPage({
    title: pageText("v2.page.select-account.default.title"),
    appName,
    lead: name,
    body: html`<form method="post" action="${action}"><button name="x_action" value="continue">${pageText("v2.page.select-account.default.continue")}</button><button class="secondary" name="x_action" value="login">${pageText("v2.page.select-account.default.other")}</button></form>`,
  });
}

/** The question of GET /logout. */
export function renderLogout(appName: string, action: string): string {
  return renderPage({
    title: pageText("v2.page.logout.default.title"),
    appName,
    lead: pageText("v2.page.logout.default.lead", { AppName: appName }),
    body: html`<form method="post" action="${action}"><button name="x_action" value="logout">${pageText("v2.page.logout.default.submit")}</button></form>`,
  });
}

/** People are to come by an application. */
export function renderDirectAccessPage(appName: string, brandPage?: string): string {
  const href = safeHref(brandPage);
  return renderPage({
    title: pageText("v2.page.direct-access.default.title"),
    appName,
    lead: pageText("v2.page.direct-access.default.lead"),
    ...(href ? { body: html`<p class="links"><a href="${href}">${pageText("v2.page.direct-access.default.brand")}</a></p>` } : {}),
  });
}

/** A page that says one thing and has one way on, or none. */
export function renderStatement(appName: string, { title, lead, link }: { title: string; lead?: string; link?: { href: string; label: string } }): string {
  return renderPage({
    title,
    appName,
    ...(lead ? { lead } : {}),
    ...(link ? { body: html`<p class="more"><a class="button secondary" href="${link.href}">${link.label}</a></p>` } : {}),
  });
}

/** `change_password/success`: the login goes on from here. */
export function renderPasswordChanged(appName: string, action: string): string {
  return renderPage({
    title: pageText("v2.page.reset-password-success.default.title"),
    appName,
    lead: pageText("v2.page.reset-password-success.default.lead"),
    body: html`<form method="post" action="${action}"><button>${pageText("v2.page.create-password.default.submit")}</button></form>`,
  });
}
