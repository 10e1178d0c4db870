export { type Credentials, RequestSessions, type RequestSession, type Resolution } from "./request-sessions.js";
export { type AccessGrant, AccessGrants } from "./access-grants.js";
export { type GrantOfToken, OfflineGrantStore } from "./offline-grant.store.js";
export { SessionCache } from "./session-cache.js";
export { clearedCookie, clearedSessionCookies, cookieName, persistentCookie, type ResponseCookie, sameSiteMarker, sessionCookies } from "./session-cookies.js";
export { type LiveSession, SessionReader } from "./session-reader.js";
export { type SessionAuthenticator, type SessionIdentity, type SessionUser, toSessionUser } from "./session-user.js";
export { SessionStore } from "./session.store.js";
export { storedAccess } from "./session-rows.js";
