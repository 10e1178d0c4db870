import type { OAuthClientConfig } from "@gatehouse/domain-config";
import type { ProjectContext } from "@gatehouse/domain-project";
import { OAuthError } from "./oauth-error.js";

const originOf = (uri: string): string | undefined => {
  if (!URL.canParse(uri)) return undefined;
  const { protocol, host } = new URL(uri);
  return `${protocol}//${host}`;
};

/** The redirect URI of a request: the one given, or the client's only one. Throws `invalid_request` (spec: oauth-oidc §2.4). */
export function checkRedirectUri(ctx: ProjectContext, client: OAuthClientConfig, given: string | undefined): string {
  const declared = client.redirect_uris ?? [];
  const uri = given || (declared.length === 1 ? (declared[0] as string) : "");
  if (!URL.canParse(uri)) throw new OAuthError("invalid_request", "invalid redirect URI");
  if (declared.includes(uri)) return uri;
  const { protocol } = new URL(ctx.request.publicOrigin);
  const origins = [
    originOf(ctx.project.config.http.public_origin),
    client.x_custom_ui_uri && originOf(client.x_custom_ui_uri),
    ...ctx.project.domains.map((domain) => `${protocol}//${domain}`),
  ];
  if (!origins.includes(originOf(uri))) throw new OAuthError("invalid_request", "redirect URI is not allowed");
  return uri;
}

/** Adds parameters to the query of a URI, keeping what is there. */
export function withQuery(uri: string, params: Readonly<Record<string, string>>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}
