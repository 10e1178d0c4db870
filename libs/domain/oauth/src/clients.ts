import type { OAuthClientConfig, ProjectConfig } from "@gatehouse/domain-config";
import { isRegistered } from "./registered-client.js";
import { unsaid } from "./unsaid.js";

/** What the type of a client implies (spec: oauth-oidc §2.2). */
export interface ClientTraits {
  firstParty: boolean;
  confidential: boolean;
  /** Whether its ID tokens and JWT access tokens carry personal attributes. */
  personalClaims: boolean;
  fullAccess: boolean;
}

const TESTER = "tester";

/** The built-in client of the portal's try-it page (spec: oauth-oidc §17). */
const tester = ({ http }: ProjectConfig): OAuthClientConfig => ({
  ...unsaid,
  client_id: TESTER,
  name: TESTER,
  client_name: TESTER,
  x_application_type: "spa",
  redirect_uris: [`${http.public_origin}/tester`],
});

/** The client with an id: a configured one, or the built-in `tester`. */
export function findClient(config: ProjectConfig, clientId: string | undefined): OAuthClientConfig | undefined {
  if (clientId === TESTER) return tester(config);
  return clientId ? config.oauth.clients?.find(({ client_id }) => client_id === clientId) : undefined;
}

/** Every client that the project vouches for, the built-in one included. */
export const allClients = (config: ProjectConfig): OAuthClientConfig[] => [
  ...(config.oauth.clients ?? []).filter((client) => client.client_id !== TESTER && !isRegistered(client)),
  tester(config),
];

/** The traits of a client; a client without a type counts as a first-party public one. */
export function clientTraits({ x_application_type: type, token_endpoint_auth_method: method }: OAuthClientConfig): ClientTraits {
  const thirdParty = type === "third_party_app";
  const limited = type === "confidential" || thirdParty || type === "m2m";
  return { firstParty: !thirdParty, confidential: limited && !(thirdParty && method === "none"), personalClaims: type === "confidential" || thirdParty, fullAccess: !limited };
}

const AUTHGEAR_GRANT = "urn:authgear:params:oauth:grant-type:";
/** `grant_type` values by what they are for (spec: oauth-oidc §2.3). */
export const GRANT_TYPE = {
  authorizationCode: "authorization_code",
  refreshToken: "refresh_token",
  clientCredentials: "client_credentials",
  deviceCode: "urn:ietf:params:oauth:grant-type:device_code",
  tokenExchange: "urn:ietf:params:oauth:grant-type:token-exchange",
  anonymous: `${AUTHGEAR_GRANT}anonymous-request`,
  biometric: `${AUTHGEAR_GRANT}biometric-request`,
  app2app: `${AUTHGEAR_GRANT}app2app-request`,
  idToken: `${AUTHGEAR_GRANT}id-token`,
  settingsAction: `${AUTHGEAR_GRANT}settings-action`,
} as const;

/** Every grant type of the token endpoint. */
export const GRANT_TYPES: readonly string[] = Object.values(GRANT_TYPE);

const BUILT_IN_GRANTS: readonly string[] = GRANT_TYPES.filter((type) => type !== GRANT_TYPE.clientCredentials && type !== GRANT_TYPE.deviceCode);

/** Whether a client may use a grant type; `grant_types` of the client adds to the built-in list. */
export function mayUseGrant(client: OAuthClientConfig, grantType: string): boolean {
  const type = client.x_application_type;
  if (type === "m2m") return grantType === GRANT_TYPE.clientCredentials;
  if (type === "confidential" && grantType === GRANT_TYPE.clientCredentials) return true;
  return BUILT_IN_GRANTS.includes(grantType) || (client.grant_types ?? []).includes(grantType);
}
