export { explainError } from "./explain-error.js";
export { html, type Markup, safeHref } from "./html.js";
export { isCrossSitePost } from "./is-cross-site-post.js";
export { pageHeaders } from "./page-headers.js";
export { type ConsentPage, renderConsentPage } from "./render-consent-page.js";
export { renderCrossSitePage, renderNotFoundPage } from "./render-fixed-pages.js";
export { type Page, renderPage } from "./render-page.js";
export { stylesheet, stylesheetPath } from "./stylesheet.js";
export { pageText, type PageTextKey } from "./page-texts.js";
