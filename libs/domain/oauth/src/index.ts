export { allowedOrigin } from "./allowed-origin.js";
export { assertedClaim, assertedIdentity } from "./asserted-identities.js";
export {
  type AuthorizeParams,
  type AuthorizeRequest,
  checkAuthorizeRequest,
  type ResponseMode,
  type ResponseType,
  responseMode,
  responseTypeOf,
  suppressesIdpSession,
} from "./authorize-request.js";
export { allClients, type ClientTraits, clientTraits, findClient, GRANT_TYPE, GRANT_TYPES, mayUseGrant } from "./clients.js";
export { providerMetadata } from "./metadata.js";
export { OAUTH_ERRORS, OAuthError, type OAuthErrorCode } from "./oauth-error.js";
export { type LoginHint, parseLoginHint } from "./login-hint.js";
export { checkProxyRedirect, checkRedirectUri, checkUrlTokenRedirectUri, withQuery } from "./redirect-uris.js";
export { checkScopes, claimsByScope, FULL_ACCESS, FULL_USERINFO, isBuiltInScope, PRE_AUTHENTICATED_URL, SCOPES_SUPPORTED, spaceList } from "./scopes.js";
export { type ClaimSource, coreClaims, decodeSid, encodeSid, personalClaims, userInfo } from "./user-claims.js";
export { type SettingsActionPage, settingsActionPage } from "./settings-actions.js";
export { joinResources, resourceList } from "./resource-list.js";
export { type ClientMetadata, isDocumentClientId, isRegistered, readClientMetadata, registeredClient, shownName } from "./registered-client.js";
