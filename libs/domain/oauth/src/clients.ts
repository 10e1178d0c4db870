import type { OAuthClientConfig, ProjectConfig } from "@gatehouse/domain-config";

/** What the type of a client implies (spec: oauth-oidc §2.2). */
export interface ClientTraits {
  firstParty: boolean;
  confidential: boolean;
  /** Whether its ID tokens and JWT access tokens carry personal attributes. */
  personalClaims: boolean;
  fullAccess: boolean;
}

/** The configured client with an id. */
export function findClient(config: ProjectConfig, clientId: string | undefined): OAuthClientConfig | undefined {
  return clientId ? config.oauth.clients?.find(({ client_id }) => client_id === clientId) : undefined;
}

/** The traits of a client; a client without a type counts as a first-party public one. */
export function clientTraits({ x_application_type: type }: OAuthClientConfig): ClientTraits {
  const confidential = type === "confidential" || type === "third_party_app" || type === "m2m";
  return { firstParty: type !== "third_party_app", confidential, personalClaims: type === "confidential" || type === "third_party_app", fullAccess: !confidential };
}

const AUTHGEAR_GRANT = "urn:authgear:params:oauth:grant-type:";
/** `grant_type` values by what they are for (spec: oauth-oidc §2.3). */
export const GRANT_TYPE = {
  authorizationCode: "authorization_code",
  refreshToken: "refresh_token",
  clientCredentials: "client_credentials",
  tokenExchange: "urn:ietf:params:oauth:grant-type:token-exchange",
  anonymous: `${AUTHGEAR_GRANT}anonymous-request`,
  biometric: `${AUTHGEAR_GRANT}biometric-request`,
  app2app: `${AUTHGEAR_GRANT}app2app-request`,
  idToken: `${AUTHGEAR_GRANT}id-token`,
  settingsAction: `${AUTHGEAR_GRANT}settings-action`,
} as const;

/** Every grant type of the token endpoint. */
export const GRANT_TYPES: readonly string[] = Object.values(GRANT_TYPE);

const BUILT_IN_GRANTS: readonly string[] = GRANT_TYPES.filter((type) => type !== GRANT_TYPE.clientCredentials);

/** Whether a client may use a grant type; `grant_types` of the client adds to the built-in list. */
export function mayUseGrant(client: OAuthClientConfig, grantType: string): boolean {
  const type = client.x_application_type;
  if (type === "m2m") return grantType === GRANT_TYPE.clientCredentials;
  if (type === "confidential" && grantType === GRANT_TYPE.clientCredentials) return true;
  return BUILT_IN_GRANTS.includes(grantType) || (client.grant_types ?? []).includes(grantType);
}
