import { html, pageText, safeHref } from "../pages/index.js";
import type { FlowPage, PageContent } from "./flow-page.js";
import { optionsOf } from "./flow-paths.js";
import { buttonForm, challengeBox, messages, otherWays } from "./page-parts.js";
import { providerName } from "./render-entry.js";

/** `account_linking`: the address belongs to an account, whose owner may log in. */
export function renderAccountLinking(page: FlowPage): PageContent {
  const options = optionsOf(page.state);
  const buttons = options.map((option, index) => {
    const target = option.masked_display_name ?? "";
    const label = option.alias
      ? pageText("v2.page.account-linking.oauth.continue", { provider: providerName(option, options), target })
      : pageText("v2.page.account-linking.default.continue", { target });
    return buttonForm(page, { fields: { x_index: String(index) }, label, primary: index === 0 });
  });
  return { title: pageText("v2.page.account-linking.default.title"), lead: pageText("v2.page.account-linking.default.lead"), body: html`${messages(page)}${buttons}` };
}

/** `verify_bot_protection`: a challenge on a page of its own. */
export function renderChallenge(page: FlowPage): PageContent {
  return {
    title: pageText("v2.page.challenge.default.title"),
    lead: pageText("v2.page.challenge.default.lead"),
    body: html`${messages(page)}<form method="post" action="${page.action}">${challengeBox(page)}<button>${pageText("v2.page.challenge.default.submit")}</button></form>${otherWays(page)}`,
  };
}

/** `terminate_other_sessions`: the application allows one session. */
export function renderTerminateSessions(page: FlowPage): PageContent {
  return {
    title: pageText("v2.page.terminate-sessions.default.title"),
    lead: pageText("v2.page.terminate-sessions.default.lead"),
    body: html`${messages(page)}${buttonForm(page, { fields: { x_action: "confirm" }, label: pageText("v2.page.terminate-sessions.default.confirm"), primary: true })}
${buttonForm(page, { fields: { x_action: "cancel" }, label: pageText("v2.page.terminate-sessions.default.cancel") })}`,
  };
}

/** `wechat`: the way to WeChat's own page, or within an app to WeChat's app; then the person goes on here. */
export function renderWechat(page: FlowPage): PageContent {
  const proceed =
    page.native &&
    html`<form class="more" method="post" action="${page.action}" data-after="wechat"><button class="secondary">${pageText("v2.page.wechat.native.proceed")}</button></form>`;
  return {
    title: pageText("v2.page.wechat.default.title"),
    lead: pageText(page.native ? "v2.page.wechat.native.lead" : "v2.page.wechat.default.lead"),
    body: html`${messages(page)}<p><a class="button" id="wechat" rel="noreferrer" href="${page.native ? page.providerUrl : safeHref(page.providerUrl)}">${pageText("v2.page.wechat.default.open")}</a></p>${proceed}`,
  };
}

/** `oauth_provider_demo_credential`: the provider is set up for trying out alone. */
export function renderDemoCredential(page: FlowPage): PageContent {
  return {
    title: pageText("v2.page.demo-credential.default.title"),
    lead: pageText("v2.page.demo-credential.default.lead"),
    body: html`${messages(page)}${buttonForm(page, { fields: {}, label: pageText("v2.page.demo-credential.default.proceed"), primary: true })}
<p class="links"><a href="${page.login}">${pageText("v2.label.back-to-login")}</a></p>`,
  };
}
