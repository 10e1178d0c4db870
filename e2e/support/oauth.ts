import { createHash, randomBytes } from "node:crypto";
import type { FlowClient } from "./flow-client.js";
import { CALLBACK } from "./project.js";

type Json = Record<string, any>;

/** An authorization request on its way. */
export interface Authorization {
  /** Where the browser is sent: to the UI, or back to the client. */
  location: URL;
  verifier: string;
}

/** Opens the authorization endpoint as the project's client would. */
export async function authorize(browser: FlowClient, more: Record<string, string> = {}): Promise<Authorization> {
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    client_id: "app",
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: "openid offline_access https://authgear.com/scopes/full-access",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    state: "s1",
    ...more,
  });
  const answer = await browser.call("GET", `/oauth2/authorize?${query}`);
  if (!answer.headers.location) throw new Error(`the authorization endpoint answered ${answer.status}: ${answer.text}`);
  return { location: new URL(answer.headers.location, browser.origin), verifier };
}

/** Exchanges the code in a callback. */
export async function exchange(browser: FlowClient, callback: URL, verifier: string): Promise<Json> {
  const code = callback.searchParams.get("code");
  if (!code) throw new Error(`no code in ${callback}`);
  const form = new URLSearchParams({ grant_type: "authorization_code", client_id: "app", redirect_uri: CALLBACK, code, code_verifier: verifier });
  const answer = await browser.call("POST", "/oauth2/token", { body: form.toString(), headers: { "content-type": "application/x-www-form-urlencoded" } });
  if (answer.status !== 200) throw new Error(`the token endpoint answered ${answer.status}: ${answer.text}`);
  return answer.json;
}

/** Tokens for whoever is signed in at this browser. */
export async function tokensOf(browser: FlowClient): Promise<Json> {
  const { location, verifier } = await authorize(browser, { prompt: "none", x_sso_enabled: "true" });
  return exchange(browser, location, verifier);
}

/** The claims of a JWT, unverified: what is tested is what they say. */
export const claimsOf = (jwt: string): Json => JSON.parse(Buffer.from(jwt.split(".")[1] as string, "base64url").toString("utf8"));
