export { type ClientAuthorization, ClientAuthorizationStore, type ListedAuthorization } from "./client-authorization.store.js";
export { AuthenticationInfos, type AuthorizationCode, AuthorizationCodes, AuthorizationSessions, type IssuedForCode } from "./one-time-records.js";
export { type AppSessionToken, AppSessionTokens, type PreAuthenticatedToken, PreAuthenticatedTokens } from "./one-time-tokens.js";
/** Authorization requests that clients pushed. */
export { PUSHED_REQUEST_SECONDS, PushedRequests } from "./pushed-requests.js";
/** What devices ask for. */
export { DEVICE_CODE_SECONDS, DEVICE_POLL_SECONDS, type DeviceAuthorization, DeviceAuthorizations, type DeviceCodes } from "./device-authorizations.js";
/** Those that nobody has noticed. */
export { UnnoticedLogouts } from "./unnoticed-logouts.read.js";
/** Sessions whose end a client wants to hear of. */
export { type LogoutSubscription, LogoutSubscriptionStore } from "./logout-subscription.store.js";
