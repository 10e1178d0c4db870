export { type ClientAuthorization, ClientAuthorizationStore } from "./client-authorization.store.js";
export { AuthenticationInfos, type AuthorizationCode, AuthorizationCodes, AuthorizationSessions } from "./one-time-records.js";
