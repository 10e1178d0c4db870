import { isBuiltInScope } from "@gatehouse/domain-oauth";
import { html, safeHref } from "./html.js";
import { pageText, type PageTextKey } from "./page-texts.js";
import { renderPage } from "./render-page.js";

/** What the consent page shows. */
export interface ConsentPage {
  appName: string;
  clientName: string;
  /** What the signed-in person is known by. */
  identity?: string;
  /** Where the browser goes from here, for a client that nobody has vouched for: its name may be anything. */
  destination?: string;
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

/** What scopes let an application do, in words; those a person need not decide on are left out, and those of an API are shown as they are named. */
export function scopeTexts(scopes: readonly string[]): string[] {
  const known = SCOPE_TEXTS.filter(([scope]) => scopes.includes(scope)).map(([, key]) => pageText(key));
  return [...known, ...scopes.filter((scope) => !isBuiltInScope(scope))];
}

/** The page of GET /oauth2/consent. Its form posts `x_action` = `consent` or `cancel` to its own URL. */
export function renderConsentPage({ appName, clientName, identity, destination, policyUri, tosUri, scopes }: ConsentPage): string {
  const names = { ClientName: clientName };
  const shown = scopeTexts(scopes);
  const links = [[safeHref(policyUri), pageText("v2.page.consent.default.policy")] as const, [safeHref(tosUri), pageText("v2.page.consent.default.tos")] as const].filter(
    ([href]) => href,
  );
  return renderPage({
    title: pageText("v2.page.consent.default.title", names),
    lead: identity ? pageText("v2.page.consent.default.identity", { Identity: identity }) : undefined,
    appName,
    body: html`
${destination && html`<p class="lead">${pageText("v2.page.consent.default.destination", { Destination: destination })}</p>`}${shown.length > 0 && html`<p>${pageText("v2.page.consent.default.lead", names)}</p><ul class="plain">${shown.map((text) => html`<li>${text}</li>`)}</ul>`}
<form method="post">
<button name="x_action" value="consent">${pageText("v2.page.consent.default.allow")}</button>
<button class="secondary" name="x_action" value="cancel">${pageText("v2.page.consent.default.cancel")}</button>
</form>
${links.length > 0 && html`<p class="links">${links.map(([href, text], i) => html`${i > 0 && " · "}<a href="${href}" rel="noreferrer">${text}</a>`)}</p>`}`,
  });
}
