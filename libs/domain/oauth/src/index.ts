export { allowedOrigin } from "./allowed-origin.js";
export { type AuthorizeParams, type AuthorizeRequest, checkAuthorizeRequest, type ResponseMode, responseMode, suppressesIdpSession } from "./authorize-request.js";
export { type ClientTraits, clientTraits, findClient, GRANT_TYPE, GRANT_TYPES, mayUseGrant } from "./clients.js";
export { providerMetadata } from "./metadata.js";
export { OAUTH_ERRORS, OAuthError, type OAuthErrorCode } from "./oauth-error.js";
export { checkRedirectUri, withQuery } from "./redirect-uris.js";
export { checkScopes, claimsByScope, FULL_ACCESS, FULL_USERINFO, PRE_AUTHENTICATED_URL, SCOPES_SUPPORTED, spaceList } from "./scopes.js";
export { type ClaimSource, coreClaims, decodeSid, encodeSid, personalClaims, userInfo } from "./user-claims.js";
