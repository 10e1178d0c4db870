import { withQuery } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthorizationAnswer } from "@gatehouse/feature-oauth";
import type { FastifyReply } from "@gatehouse/platform-http";
import { html, pageHeaders, renderConsentPage } from "../pages/index.js";
import { nonceOf } from "../pages/nonce.js";

type ToClient = Extract<AuthorizationAnswer, { kind: "to_client" }>;

/** Writes the answer of the authorization and consent endpoints (spec: oauth-oidc §4.6). */
export async function presentAuthorization(ctx: ProjectContext, reply: FastifyReply, answer: AuthorizationAnswer): Promise<void> {
  if (answer.kind === "to_ui") return void (await reply.status(302).header("location", answer.location).send());
  if (answer.kind === "plain_error") {
    const { error, error_description } = answer.error.toJSON();
    const text = `Invalid OAuth authorization request:\nerror: ${error}\nerror_description: ${error_description}\n`;
    return void (await reply.status(400).type("text/plain; charset=utf-8").send(text));
  }
  const nonce = nonceOf(reply);
  reply.headers(pageHeaders(nonce));
  if (answer.kind === "ask_consent") {
    const { client, scopes } = answer;
    const page = renderConsentPage({ appName: ctx.project.id, clientName: client.client_name ?? client.name, policyUri: client.policy_uri, tosUri: client.tos_uri, scopes });
    return void (await reply.status(200).send(page));
  }
  if (answer.mode === "form_post") return void (await reply.status(200).send(formPost(answer, nonce)));
  const location = locationOf(answer);
  if (!answer.customUi) reply.header("location", location);
  await reply.status(answer.customUi ? 200 : 303).send(redirectPage(location, nonce));
}

function locationOf({ redirectUri, mode, params }: ToClient): string {
  if (mode !== "fragment") return withQuery(redirectUri, params);
  const url = new URL(redirectUri);
  url.hash = new URLSearchParams(params).toString();
  return url.href;
}

/** A page that goes on by itself where a client does not follow `Location`. */
function redirectPage(location: string, nonce: string): string {
  return html`<!doctype html>
<html><head><meta charset="utf-8"><title>Redirecting</title><meta http-equiv="refresh" content="0;url=${location}"></head>
<body><a id="next" href="${location}">Continue</a><script nonce="${nonce}">location.replace(document.getElementById("next").href)</script></body></html>
`.text;
}

function formPost({ redirectUri, params }: ToClient, nonce: string): string {
  return html`<!doctype html>
<html><head><meta charset="utf-8"><title>Redirecting</title></head>
<body><form id="next" method="post" action="${redirectUri}">${Object.entries(params).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button>Continue</button></form>
<script nonce="${nonce}">document.getElementById("next").submit()</script></body></html>
`.text;
}
