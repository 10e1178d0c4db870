import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { OAuthError } from "./oauth-error.js";
import { unsaid } from "./unsaid.js";

/** How a client that registered itself proves that it is the one (RFC 7591 §2). */
const SECRET_METHODS = ["client_secret_basic", "client_secret_post"] as const;

/** What is kept of a client that describes itself (RFC 7591 §2). */
export interface ClientMetadata {
  /** Absent for a public client, which has no secret. */
  token_endpoint_auth_method?: (typeof SECRET_METHODS)[number];
  /** Beside the two that all have. */
  grant_types?: string[];
  redirect_uris: string[];
  client_name: string;
  client_uri?: string;
  policy_uri?: string;
  tos_uri?: string;
}

const MAX_URIS = 10;
const MAX_URI = 500;
const MAX_NAME = 100;
const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];
/** Grant types of every client that registers itself. */
const GRANTS: readonly string[] = ["authorization_code", "refresh_token"];

const refuse = (description: string): never => {
  throw new OAuthError("invalid_client_metadata", description);
};

/** https, http of the own machine, or a scheme that a reversed domain name makes private (RFC 8252 §7); no fragment, user or wildcard. */
function isRedirectUri(uri: unknown): uri is string {
  if (typeof uri !== "string" || uri.length > MAX_URI || !URL.canParse(uri) || /[#*\s\\\p{C}]/u.test(uri)) return false;
  const { protocol, hostname, username, password } = new URL(uri);
  if (username || password) return false;
  if (protocol === "https:") return hostname !== "";
  if (protocol === "http:") return LOOPBACK.includes(hostname);
  return /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+:$/.test(protocol) && /^[a-z0-9.-]+:\//i.test(uri);
}

function link(document: Readonly<Record<string, unknown>>, name: "client_uri" | "policy_uri" | "tos_uri"): Partial<ClientMetadata> {
  const uri = document[name];
  return typeof uri === "string" && uri.length <= MAX_URI && !/[\s\p{C}]/u.test(uri) && URL.canParse(uri) && new URL(uri).protocol === "https:" ? { [name]: uri } : {};
}

const listOf = (value: unknown): unknown[] | undefined => (value === undefined ? undefined : Array.isArray(value) ? value : [value]);

/** What a client may ask for when it describes itself. */
export interface RegistrationRules {
  /** Whether it may have a secret; then it has one unless it asks for none (RFC 7591 §2). */
  secrets?: boolean;
  /** Grant types beside those that all have. */
  grantTypes?: readonly string[];
}

function authMethod(method: unknown, secrets: boolean): Pick<ClientMetadata, "token_endpoint_auth_method"> {
  const known = SECRET_METHODS.find((one) => one === (method === undefined ? "client_secret_basic" : method));
  if (method === "none" || (method === undefined && !secrets)) return {};
  if (secrets && known) return { token_endpoint_auth_method: known };
  return refuse(secrets ? "token_endpoint_auth_method may be none, client_secret_basic and client_secret_post" : "token_endpoint_auth_method must be none");
}

function moreGrants(asked: readonly unknown[], allowed: readonly string[]): Pick<ClientMetadata, "grant_types"> {
  const known = [...GRANTS, ...allowed];
  if (asked.some((type) => !known.includes(type as string))) refuse(`grant_types may be ${known.join(", ")}`);
  const more = allowed.filter((type) => asked.includes(type));
  return more.length > 0 ? { grant_types: more } : {};
}

/**
 * Reads what a client says of itself; what is unknown is left out (RFC 7591 §2). It uses PKCE, whether it has a secret or not.
 * Throws `invalid_redirect_uri`, `invalid_client_metadata`.
 */
export function readClientMetadata(document: Readonly<Record<string, unknown>>, { secrets = false, grantTypes = [] }: RegistrationRules = {}): ClientMetadata {
  const uris = document.redirect_uris;
  if (!Array.isArray(uris) || uris.length === 0 || uris.length > MAX_URIS || !uris.every(isRedirectUri))
    throw new OAuthError("invalid_redirect_uri", "redirect_uris must be 1 to 10 addresses with https, http of the own machine, or a private scheme");
  const { client_name: name } = document;
  const asked = { ...authMethod(document.token_endpoint_auth_method, secrets), ...moreGrants(listOf(document.grant_types) ?? [], grantTypes) };
  if (listOf(document.response_types)?.some((type) => type !== "code")) refuse("response_types may be code");
  if (name !== undefined && (typeof name !== "string" || name.length > MAX_NAME)) refuse(`client_name must be a text of at most ${MAX_NAME} characters`);
  const shown = (name as string | undefined)?.replaceAll(/[\p{C}\p{Z}]+/gu, " ").trim();
  const links = { ...link(document, "client_uri"), ...link(document, "policy_uri"), ...link(document, "tos_uri") };
  return { redirect_uris: [...new Set(uris as string[])], client_name: shown || new URL(uris[0] as string).host || "unnamed", ...links, ...asked };
}

/** A client that is not in the project's files. `secretHash`: SHA-256 of its secret, where it has one. */
export type RegisteredClient = OAuthClientConfig & { readonly registered: true; readonly secretHash: string | null };

/** A registered client as the configuration would hold it: a third party whose refresh tokens rotate, public unless it has a secret. */
export const registeredClient = (clientId: string, { token_endpoint_auth_method: method, ...metadata }: ClientMetadata, secretHash: string | null = null): RegisteredClient => ({
  ...unsaid,
  ...metadata,
  client_id: clientId,
  name: metadata.client_name,
  x_application_type: "third_party_app",
  ...(method && secretHash ? {} : { token_endpoint_auth_method: "none" as const }),
  refresh_token_rotation_enabled: true,
  registered: true,
  secretHash,
});

/** Whether a client described itself: nobody has vouched for it, so its addresses open nothing of the project's. */
export const isRegistered = (client: OAuthClientConfig): client is RegisteredClient => "registered" in client;

/** The redirect URI of a client of this machine, on whatever port it listens today (RFC 8252 §7.3). */
export function isOwnLoopback({ redirect_uris = [] }: OAuthClientConfig, uri: string): boolean {
  const portless = (text: string): string | undefined => {
    const url = new URL(text);
    if (url.protocol !== "http:" || !LOOPBACK.includes(url.hostname) || url.username || url.password || url.hash) return undefined;
    url.port = "";
    return url.href;
  };
  const asked = portless(uri);
  return asked !== undefined && redirect_uris.some((declared) => portless(declared) === asked);
}

const MAX_CLIENT_ID = 500;

/**
 * Whether a client id is the address of a document about the client: https, a path, and nothing that two readers could read in two ways.
 * `allowLoopback`: http of the own machine will do, in development.
 */
export function isDocumentClientId(clientId: string | undefined, { allowLoopback = false } = {}): clientId is string {
  if (!clientId || clientId.length > MAX_CLIENT_ID || !URL.canParse(clientId)) return false;
  const url = new URL(clientId);
  if (url.protocol !== "https:" && !(allowLoopback && url.protocol === "http:" && LOOPBACK.includes(url.hostname))) return false;
  return url.href === clientId && url.pathname !== "/" && url.hash === "" && url.username === "" && url.password === "";
}

/** The name that people see of a client; one that a document describes shows whose document it is, for it may call itself anything. */
export function shownName(client: OAuthClientConfig): string {
  const name = client.client_name ?? client.name;
  return isRegistered(client) && client.client_id.includes("://") ? `${name} (${new URL(client.client_id).host})` : name;
}
