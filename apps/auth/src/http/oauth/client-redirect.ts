import { type FastifyReply, locationHeader } from "@gatehouse/platform-http";
import { html, pageHeaders } from "../pages/index.js";
import { nonceOf } from "../pages/nonce.js";

/** Sends the browser to a client: 303, with a page that goes on by itself where `Location` is not followed; 200 and the page alone for a custom UI (spec: oauth-oidc §4.6). */
export async function redirectToClient(reply: FastifyReply, { location, customUi }: { location: string; customUi: boolean }): Promise<void> {
  const nonce = nonceOf(reply);
  if (!customUi) reply.header("location", locationHeader(location));
  await reply
    .status(customUi ? 200 : 303)
    .headers(pageHeaders(nonce))
    .send(redirectPage(location, nonce));
}

function redirectPage(location: string, nonce: string): string {
  return html`<!doctype html>
<html><head><meta charset="utf-8"><title>Redirecting</title><meta http-equiv="refresh" content="0;url=${location}"></head>
<body><a id="next" href="${location}">Continue</a><script nonce="${nonce}">location.replace(document.getElementById("next").href)</script></body></html>
`.text;
}
