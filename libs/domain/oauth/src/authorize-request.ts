import type { OAuthClientConfig, ProjectConfig } from "@gatehouse/domain-config";
import { clientTraits } from "./clients.js";
import { type LoginHint, parseLoginHint } from "./login-hint.js";
import { OAuthError } from "./oauth-error.js";
import { isRegistered } from "./registered-client.js";
import { checkScopes, spaceList } from "./scopes.js";

/** How the answer travels to the client. */
export type ResponseMode = "query" | "fragment" | "form_post" | "cookie";
const RESPONSE_MODES: readonly string[] = ["query", "fragment", "form_post", "cookie"];

/** What a client asks for (spec: oauth-oidc §4.2). */
export type ResponseType = "code" | "none" | "settings_action" | "url_token";

/** Raw parameters of an authorization request; the first value of a repeated name. */
export type AuthorizeParams = Readonly<Record<string, string | undefined>>;

/** A checked authorization request. */
export interface AuthorizeRequest {
  responseType: ResponseType;
  scopes: string[];
  prompt: string[];
  maxAge?: number;
  loginHint?: LoginHint;
  /** The API resources its tokens are for (RFC 8707). */
  resources?: string[];
}

const refuse = (description: string): never => {
  throw new OAuthError("invalid_request", description);
};

/** The response mode; `query` by default. Throws a plain error text for others. */
export function responseMode(params: AuthorizeParams): ResponseMode {
  const mode = params.response_mode || "query";
  if (!RESPONSE_MODES.includes(mode)) refuse(`oauth: invalid response_mode ${mode}`);
  return mode as ResponseMode;
}

const URN = "urn:authgear:params:oauth:response-type:";
const RESPONSE_TYPES: Readonly<Record<string, ResponseType>> = {
  code: "code",
  none: "none",
  [`${URN}settings-action`]: "settings_action",
  [`token ${URN}pre-authenticated-url`]: "url_token",
};

/** The response type whatever the order of its parts; undefined for unknown ones. */
export function responseTypeOf({ response_type }: AuthorizeParams): ResponseType | undefined {
  const name = [...new Set(spaceList(response_type))].toSorted().join(" ");
  return Object.hasOwn(RESPONSE_TYPES, name) ? RESPONSE_TYPES[name] : undefined;
}

/** Checks 4 to 14 of the specification, in its order; every failure goes to the redirect URI (spec: oauth-oidc §4.3). */
export function checkAuthorizeRequest(config: ProjectConfig, client: OAuthClientConfig, params: AuthorizeParams): AuthorizeRequest {
  checkRequestObject(params);
  const responseType = checkResponseType(params);
  const { prompt, maxAge } = checkPrompt(params);
  if (responseType === "settings_action" && params.x_settings_action === "delete_account" && !config.account_deletion.scheduled_by_end_user_enabled)
    refuse("account deletion by end user is disabled");
  const scopes = spaceList(params.scope);
  if (scopes.length === 0 && responseType !== "url_token") refuse("scope is required");
  checkPkceRequest(client, params, responseType);
  if (responseType === "url_token") checkUrlTokenRequest(params, prompt);
  if (params.x_sso_enabled === "true" && client.x_max_concurrent_session === 1) refuse("'sso_enabled' must be false if config 'x_max_concurrent_session' is 1");
  if (responseType !== "url_token") checkScopes(client, scopes);
  const loginHint = parseLoginHint(params.login_hint);
  return { responseType, scopes, prompt, ...(maxAge === undefined ? {} : { maxAge }), ...(loginHint ? { loginHint } : {}) };
}

/** Request objects are not read, and a client must be told so: what stands in one would not count (OpenID Connect Core §6). */
function checkRequestObject({ request, request_uri }: AuthorizeParams): void {
  if (request !== undefined) throw new OAuthError("request_not_supported", "request objects are not supported");
  if (request_uri !== undefined) throw new OAuthError("request_uri_not_supported", "request objects are not supported");
}

function checkResponseType(params: AuthorizeParams): ResponseType {
  const known = responseTypeOf(params);
  if (known) return known;
  if (spaceList(params.response_type).join() === "token") throw new OAuthError("unsupported_response_type", "token response type is not supported");
  throw new OAuthError("unauthorized_client", "response type is not allowed for this client");
}

function checkPrompt(params: AuthorizeParams): { prompt: string[]; maxAge: number | undefined } {
  const prompt = spaceList(params.prompt);
  const maxAge = /^\d{1,10}$/.test(params.max_age ?? "") ? Number(params.max_age) : undefined;
  if (prompt.includes("none") && prompt.length > 1) refuse("prompt cannot have other values when none is set");
  if (prompt.includes("none") && maxAge !== undefined) refuse("max_age could imply prompt=login so max_age cannot be present when prompt=none");
  return { prompt, maxAge };
}

function checkPkceRequest(client: OAuthClientConfig, params: AuthorizeParams, responseType: ResponseType): void {
  const leadsToCode = responseType === "code" || responseType === "settings_action";
  if (leadsToCode && !clientTraits(client).confidential && !params.code_challenge) refuse("PKCE code challenge is required for public clients");
  if (leadsToCode && isRegistered(client) && !params.code_challenge) refuse("PKCE code challenge is required for clients that registered themselves");
  if (params.code_challenge && params.code_challenge_method !== "S256") refuse("only 'S256' PKCE transform is supported");
}

/** What a pre-authenticated URL must say (spec: oauth-oidc §12.2). */
function checkUrlTokenRequest(params: AuthorizeParams, prompt: readonly string[]): void {
  if (prompt.join(" ") !== "none") refuse("prompt must be 'none' for pre-authenticated url");
  if (!params.id_token_hint) refuse("id_token_hint is required for pre-authenticated url");
  if (!params.x_pre_authenticated_url_token) refuse("x_pre_authenticated_url_token is required for pre-authenticated url");
  if (params.response_mode !== "cookie") refuse("response_mode must be 'cookie' for pre-authenticated url");
}

/** Whether the sign-in leaves no IdP session (spec: oauth-oidc §4.1). */
export const suppressesIdpSession = (params: AuthorizeParams): boolean =>
  params.x_sso_enabled ? params.x_sso_enabled !== "true" : params.x_suppress_idp_session_cookie === "true";
