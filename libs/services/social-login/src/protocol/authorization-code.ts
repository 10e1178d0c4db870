import { oauthProtocolError } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthorizationInput, CallbackInput, ProviderSettings } from "../providers/provider.js";
import { oauthErrorFrom, type ProviderHttp } from "./provider-http.js";

/** Characters of a callback's query or form. */
const MAX_CALLBACK = 65_536;

/** An endpoint with parameters added to those it has; undefined ones are left out. */
export function withParameters(endpoint: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined && value !== "") url.searchParams.set(name, value);
  return url.href;
}

/** The parameters that every provider but GitHub and WeChat takes (RFC 6749 §4.1.1). */
export const codeParameters = ({ clientId }: ProviderSettings, { redirectUri, state }: AuthorizationInput, scope: string): Record<string, string | undefined> => ({
  response_type: "code",
  client_id: clientId,
  redirect_uri: redirectUri,
  scope,
  state,
});

/** The code of a callback. Throws OAuthError when the provider reports an error, OAuthProtocolError when there is neither. */
export function readCallback(type: string, query: string): { code: string; params: URLSearchParams } {
  if (query.length > MAX_CALLBACK) throw oauthProtocolError("the callback is too long");
  const params = new URLSearchParams(query);
  if (params.get("error")) throw oauthErrorFrom(type, Object.fromEntries(["error", "error_description", "error_uri"].map((name) => [name, params.get(name)])));
  const code = params.get("code");
  if (!code) throw oauthProtocolError("the callback has no code");
  return { code, params };
}

/** A code and the credentials that go with it. */
export interface Exchange {
  settings: ProviderSettings;
  callback: CallbackInput;
  endpoint: string;
  /** Instead of the configured one. */
  clientSecret?: string;
}

/** The answer of a token endpoint (RFC 6749 §4.1.3). Throws OAuthError or OAuthProtocolError. */
export function exchangeCode(ctx: ProjectContext, http: ProviderHttp, { settings, callback, endpoint, clientSecret }: Exchange): Promise<Record<string, unknown>> {
  const form = {
    grant_type: "authorization_code",
    code: callback.code,
    redirect_uri: callback.redirectUri,
    client_id: settings.clientId,
    client_secret: clientSecret ?? settings.clientSecret,
  };
  return http.object(ctx, { type: settings.type, url: endpoint, form });
}

/** The access token of a token answer. Throws OAuthProtocolError. */
export function accessTokenOf({ access_token }: Readonly<Record<string, unknown>>): string {
  if (typeof access_token !== "string" || !/^[\x21-\x7e]+$/.test(access_token)) throw oauthProtocolError("the provider gave no access token");
  return access_token;
}
