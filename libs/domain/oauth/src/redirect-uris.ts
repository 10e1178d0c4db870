import type { OAuthClientConfig } from "@gatehouse/domain-config";
import type { ProjectContext } from "@gatehouse/domain-project";
import { allClients } from "./clients.js";
import { OAuthError } from "./oauth-error.js";
import { isOwnLoopback, isRegistered } from "./registered-client.js";

const originOf = (uri: string): string | undefined => {
  if (!URL.canParse(uri)) return undefined;
  const { protocol, host } = new URL(uri);
  return `${protocol}//${host}`;
};

const refuse = (description: string): never => {
  throw new OAuthError("invalid_request", description);
};

/** What no URI has: browsers read it as something else, or not at all, and other readers may see another host in it (RFC 3986 §2). */
const NOT_IN_URIS = /[\\\s\p{C}]/u;

/** An exact entry of the client; of the project's own clients also any page of the project's own sites and of the client's custom UI. */
function isAllowed(ctx: ProjectContext, client: OAuthClientConfig, uri: string): boolean {
  if (client.redirect_uris?.includes(uri)) return true;
  if (NOT_IN_URIS.test(uri)) return false;
  // Nobody has vouched for a client that describes itself: the project's own pages are none of its.
  if (isRegistered(client)) return isOwnLoopback(client, uri);
  const { protocol } = new URL(ctx.request.publicOrigin);
  const origins = [
    originOf(ctx.project.config.http.public_origin),
    client.x_custom_ui_uri && originOf(client.x_custom_ui_uri),
    ...ctx.project.domains.map((domain) => `${protocol}//${domain}`),
  ];
  return origins.includes(originOf(uri));
}

const givenOrOnly = ({ redirect_uris: declared = [] }: OAuthClientConfig, given: string | undefined): string => given || (declared.length === 1 ? (declared[0] as string) : "");

/** The redirect URI of a request: the one given, or the client's only one. Throws `invalid_request` (spec: oauth-oidc §2.4). */
export function checkRedirectUri(ctx: ProjectContext, client: OAuthClientConfig, given: string | undefined): string {
  const uri = givenOrOnly(client, given);
  if (!URL.canParse(uri)) refuse("invalid redirect URI");
  if (!isAllowed(ctx, client, uri)) refuse("redirect URI is not allowed");
  return uri;
}

/** `checkRedirectUri` for a request with a pre-authenticated URL token, which may also lead to the origins that the client lists for it. */
export function checkUrlTokenRedirectUri(ctx: ProjectContext, client: OAuthClientConfig, given: string | undefined): string {
  const uri = givenOrOnly(client, given);
  const listed = (client.x_pre_authenticated_url_allowed_origins ?? []).map(originOf);
  return URL.canParse(uri) && !NOT_IN_URIS.test(uri) && listed.includes(originOf(uri)) ? uri : checkRedirectUri(ctx, client, given);
}

/** Where `/oauth2/redirect` may lead: an address that, without query and fragment, some client may be sent to. Throws `invalid_request` (spec: oauth-oidc §17). */
export function checkProxyRedirect(ctx: ProjectContext, given: string | undefined): { uri: string; customUi: boolean } {
  if (!given || !URL.canParse(given)) return refuse("invalid redirect URI");
  const bare = given.replace(/[?#].*$/s, "");
  const clients = allClients(ctx.project.config).filter((client) => isAllowed(ctx, client, bare));
  if (clients.length === 0) refuse("redirect URI is not allowed");
  // Anything that a header cannot hold is encoded.
  return { uri: /^[\x21-\x7e]+$/.test(given) ? given : new URL(given).href, customUi: clients.some(({ x_custom_ui_uri }) => x_custom_ui_uri !== undefined) };
}

/** Adds parameters to the query of a URI, keeping what is there. */
export function withQuery(uri: string, params: Readonly<Record<string, string>>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}
