import { html, safeHref } from "./html.js";
import { pageText, type PageTextKey } from "./page-texts.js";
import { renderPage } from "./render-page.js";

/** What the consent page shows. */
export interface ConsentPage {
  appName: string;
  clientName: string;
  /** The client's `policy_uri` and `tos_uri`. */
  policyUri?: string;
  tosUri?: string;
  /** Requested scopes; those a person need not decide on are left out. */
  scopes: readonly string[];
}

const SCOPE_TEXTS: readonly (readonly [string, PageTextKey])[] = [
  ["https://authgear.com/scopes/full-userinfo", "v2.page.consent.default.scope-full-userinfo"],
  ["profile", "v2.page.consent.default.scope-profile"],
  ["email", "v2.page.consent.default.scope-email"],
  ["phone", "v2.page.consent.default.scope-phone"],
  ["address", "v2.page.consent.default.scope-address"],
];

/** The page of GET /oauth2/consent. Its form posts `x_action` = `consent` or `cancel` to its own URL. */
export function renderConsentPage({ appName, clientName, policyUri, tosUri, scopes }: ConsentPage): string {
  const names = { ClientName: clientName };
  const shown = SCOPE_TEXTS.filter(([scope]) => scopes.includes(scope));
  const links = [[safeHref(policyUri), pageText("v2.page.consent.default.policy")] as const, [safeHref(tosUri), pageText("v2.page.consent.default.tos")] as const].filter(
    ([href]) => href,
  );
  return renderPage({
    title: pageText("v2.page.consent.default.title", names),
    lead: shown.length > 0 ? pageText("v2.page.consent.default.lead", names) : undefined,
    appName,
    body: html`
${shown.length > 0 && html`<ul class="plain">${shown.map(([, key]) => html`<li>${pageText(key)}</li>`)}</ul>`}
<form method="post">
<button name="x_action" value="consent">${pageText("v2.page.consent.default.allow")}</button>
<button class="secondary" name="x_action" value="cancel">${pageText("v2.page.consent.default.cancel")}</button>
</form>
${links.length > 0 && html`<p class="links">${links.map(([href, text], i) => html`${i > 0 && " · "}<a href="${href}" rel="noreferrer">${text}</a>`)}</p>`}`,
  });
}
