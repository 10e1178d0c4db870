import { isRegistered, type OAuthError, shownName, withQuery } from "@gatehouse/domain-oauth";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthorizationAnswer } from "@gatehouse/feature-oauth";
import { type FastifyReply, writeCookies } from "@gatehouse/platform-http";
import { uiCookie } from "@gatehouse/record-sessions";
import { html, pageHeaders, renderConsentPage } from "../pages/index.js";
import { nonceOf } from "../pages/nonce.js";
import { redirectToClient } from "./client-redirect.js";
import { withIssuer } from "./response-issuer.js";

type ToClient = Extract<AuthorizationAnswer, { kind: "to_client" }>;

/** Writes the answer of the authorization and consent endpoints (spec: oauth-oidc §4.6). */
export async function presentAuthorization(ctx: ProjectContext, reply: FastifyReply, answer: AuthorizationAnswer): Promise<void> {
  if (answer.kind === "plain_error") return sendPlainError(reply, answer.error);
  if (answer.kind === "ask_consent") {
    const { client, scopes, identity, redirectUri } = answer;
    const links = { policyUri: client.policy_uri, tosUri: client.tos_uri };
    const page = renderConsentPage({
      appName: projectName(ctx),
      clientName: shownName(client),
      ...links,
      scopes,
      identity,
      ...(isRegistered(client) ? { destination: new URL(redirectUri).host || redirectUri } : {}),
    });
    return void (await reply
      .status(200)
      .headers(pageHeaders(nonceOf(reply)))
      .send(page));
  }
  writeCookies(reply, answer.cookies ?? []);
  if (answer.kind === "to_ui") {
    // The marker of older pages that a request is under way.
    if (answer.reference) writeCookies(reply, [uiCookie(ctx, { suffix: "oauth_ui", value: answer.reference })]);
    return void (await reply.status(302).header("location", answer.location).send());
  }
  if (answer.mode === "form_post") return sendForm(reply, withIssuer(ctx, answer));
  await redirectToClient(reply, { location: locationOf(withIssuer(ctx, answer)), customUi: answer.customUi });
}

/** An error that has no redirect URI to go to. */
async function sendPlainError(reply: FastifyReply, error: OAuthError): Promise<void> {
  const lines = Object.entries(error.toJSON())
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}: ${value}\n`);
  await reply
    .status(400)
    .type("text/plain; charset=utf-8")
    .send(`Invalid OAuth authorization request:\n${lines.join("")}`);
}

function locationOf({ redirectUri, mode, params }: ToClient): string {
  if (mode !== "fragment") return withQuery(redirectUri, params);
  const url = new URL(redirectUri);
  url.hash = new URLSearchParams(params).toString();
  return url.href;
}

async function sendForm(reply: FastifyReply, { redirectUri, params }: ToClient): Promise<void> {
  const nonce = nonceOf(reply);
  const page = html`<!doctype html>
<html><head><meta charset="utf-8"><title>Redirecting</title></head>
<body><form id="next" method="post" action="${redirectUri}">${Object.entries(params).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button>Continue</button></form>
<script nonce="${nonce}">document.getElementById("next").submit()</script></body></html>
`.text;
  await reply.status(200).headers(pageHeaders(nonce)).send(page);
}
