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

const BUILT_IN_GRANTS: readonly string[] = ["authorization_code", "refresh_token"];

/** Whether a client may use a grant type; `grant_types` of the client adds to the built-in list. */
export function mayUseGrant(client: OAuthClientConfig, grantType: string): boolean {
  if (client.x_application_type === "m2m") return grantType === "client_credentials";
  return BUILT_IN_GRANTS.includes(grantType) || (client.grant_types ?? []).includes(grantType);
}
