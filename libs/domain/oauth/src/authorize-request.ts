import type { OAuthClientConfig, ProjectConfig } from "@gatehouse/domain-config";
import { clientTraits } from "./clients.js";
import { OAuthError } from "./oauth-error.js";
import { checkScopes, spaceList } from "./scopes.js";

/** How the answer travels to the client. */
export type ResponseMode = "query" | "fragment" | "form_post" | "cookie";
const RESPONSE_MODES: readonly string[] = ["query", "fragment", "form_post", "cookie"];

/** Raw parameters of an authorization request; the first value of a repeated name. */
export type AuthorizeParams = Readonly<Record<string, string | undefined>>;

/** A checked authorization request. */
export interface AuthorizeRequest {
  responseType: "code" | "none";
  scopes: string[];
  prompt: string[];
  maxAge?: number;
}

/** The response mode; `query` by default. Throws a plain error text for others. */
export function responseMode(params: AuthorizeParams): ResponseMode {
  const mode = params.response_mode || "query";
  if (!RESPONSE_MODES.includes(mode)) throw new OAuthError("invalid_request", `oauth: invalid response_mode ${mode}`);
  return mode as ResponseMode;
}

/** Checks 4 to 14 of the specification, in its order; every failure goes to the redirect URI (spec: oauth-oidc §4.3). */
export function checkAuthorizeRequest(_config: ProjectConfig, client: OAuthClientConfig, params: AuthorizeParams): AuthorizeRequest {
  const refuse = (description: string): never => {
    throw new OAuthError("invalid_request", description);
  };
  const types = spaceList(params.response_type);
  const responseType = types.length === 1 ? types[0] : undefined;
  if (responseType === "token") throw new OAuthError("unsupported_response_type", "token response type is not supported");
  if (responseType !== "code" && responseType !== "none") throw new OAuthError("unauthorized_client", "response type is not allowed for this client");
  const prompt = spaceList(params.prompt);
  const maxAge = /^\d{1,10}$/.test(params.max_age ?? "") ? Number(params.max_age) : undefined;
  if (prompt.includes("none") && prompt.length > 1) refuse("prompt cannot have other values when none is set");
  if (prompt.includes("none") && maxAge !== undefined) refuse("max_age could imply prompt=login so max_age cannot be present when prompt=none");
  const scopes = spaceList(params.scope);
  if (scopes.length === 0) refuse("scope is required");
  if (responseType === "code" && !clientTraits(client).confidential && !params.code_challenge) refuse("PKCE code challenge is required for public clients");
  if (params.code_challenge && params.code_challenge_method !== "S256") refuse("only 'S256' PKCE transform is supported");
  if (params.x_sso_enabled === "true" && client.x_max_concurrent_session === 1) refuse("'sso_enabled' must be false if config 'x_max_concurrent_session' is 1");
  checkScopes(client, scopes);
  checkLoginHint(params.login_hint);
  return { responseType, scopes, prompt, maxAge };
}

const HINT_TYPES: readonly string[] = ["login_id", "anonymous", "app_session_token"];

function checkLoginHint(hint: string | undefined): void {
  if (!hint) return;
  const type = hint.startsWith("https://authgear.com/login_hint?") ? new URL(hint).searchParams.get("type") : undefined;
  if (!type || !HINT_TYPES.includes(type)) throw new OAuthError("invalid_request", "invalid login_hint");
}

/** Whether the sign-in leaves no IdP session (spec: oauth-oidc §4.1). */
export const suppressesIdpSession = (params: AuthorizeParams): boolean =>
  params.x_sso_enabled ? params.x_sso_enabled !== "true" : params.x_suppress_idp_session_cookie === "true";
