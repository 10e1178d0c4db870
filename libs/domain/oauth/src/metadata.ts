import type { ProjectConfig } from "@gatehouse/domain-config";
import { GRANT_TYPE } from "./clients.js";
import { SCOPES_SUPPORTED } from "./scopes.js";

const CLAIMS =
  "iss aud iat exp sub email email_verified phone_number phone_number_verified preferred_username family_name given_name middle_name name nickname picture profile website gender birthdate zoneinfo locale address updated_at";

/** What of a project shows in its metadata. */
export interface ProviderFacts {
  config: ProjectConfig;
  /** Algorithms of the keys that verify its tokens, the one that signs first. */
  signingAlgorithms: readonly string[];
}

/** The metadata document of a project (OpenID Connect Discovery §3, RFC 8414 §2; spec: oauth-oidc §3). */
export function providerMetadata({ config, signingAlgorithms }: ProviderFacts): Record<string, unknown> {
  const issuer = config.http.public_origin;
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/authorize`,
    token_endpoint: `${issuer}/oauth2/token`,
    userinfo_endpoint: `${issuer}/oauth2/userinfo`,
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    end_session_endpoint: `${issuer}/oauth2/end_session`,
    jwks_uri: `${issuer}/oauth2/jwks`,
    scopes_supported: SCOPES_SUPPORTED,
    response_types_supported: ["code", "urn:authgear:params:oauth:response-type:settings-action", "none"],
    response_modes_supported: ["query", "fragment", "form_post"],
    grant_types_supported: ["authorization_code", "refresh_token", "client_credentials", ...(config.oauth.device_authorization_enabled ? [GRANT_TYPE.deviceCode] : [])],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["none", "client_secret_post", "client_secret_basic"],
    dpop_signing_alg_values_supported: ["ES256", "RS256"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: [...new Set(signingAlgorithms)],
    claims_supported: CLAIMS.split(" "),
    ...switchedOn(config.oauth, issuer),
  };
}

/** What goes beyond the reference shows only where the project has switched it on. */
function switchedOn(oauth: ProjectConfig["oauth"], issuer: string): Record<string, unknown> {
  return {
    ...(oauth.introspection_enabled
      ? { introspection_endpoint: `${issuer}/oauth2/introspect`, introspection_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"] }
      : {}),
    ...(oauth.pushed_authorization_requests_enabled
      ? { pushed_authorization_request_endpoint: `${issuer}/oauth2/par`, require_pushed_authorization_requests: oauth.require_pushed_authorization_requests }
      : {}),
    ...(oauth.device_authorization_enabled ? { device_authorization_endpoint: `${issuer}/oauth2/device_authorization` } : {}),
    ...(oauth.clients.some(({ backchannel_logout_uri }) => backchannel_logout_uri) ? { backchannel_logout_supported: true, backchannel_logout_session_supported: true } : {}),
    ...(oauth.dynamic_client_registration.enabled
      ? { registration_endpoint: `${issuer}/oauth2/register`, revocation_endpoint_auth_methods_supported: ["none", "client_secret_post", "client_secret_basic"] }
      : {}),
    ...(oauth.client_id_metadata_documents.enabled ? { client_id_metadata_document_supported: true } : {}),
    ...(oauth.authorization_response_iss_enabled ? { authorization_response_iss_parameter_supported: true } : {}),
  };
}
