export { type ClientAuthorization, ClientAuthorizationStore } from "./client-authorization.store.js";
export { AuthenticationInfos, type AuthorizationCode, AuthorizationCodes, AuthorizationSessions, type IssuedForCode } from "./one-time-records.js";
