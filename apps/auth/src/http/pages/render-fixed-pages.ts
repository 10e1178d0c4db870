import { html } from "./html.js";
import { pageText } from "./page-texts.js";
import { renderPage } from "./render-page.js";

/** The 404 page; also for hosts no project has. */
export function renderNotFoundPage(appName?: string): string {
  return renderPage({ title: pageText("v2.page.not-found.default.title"), lead: pageText("v2.page.not-found.default.lead"), appName });
}

/** The page that answers a form sent from another site. */
export function renderCrossSitePage(appName?: string): string {
  return renderPage({
    title: pageText("v2.page.cross-site.default.title"),
    lead: pageText("v2.page.cross-site.default.lead"),
    appName,
    body: html`<p class="links"><a href="/errors/cookie_instruction">${pageText("v2.page.cross-site.default.help")}</a></p>`,
  });
}
