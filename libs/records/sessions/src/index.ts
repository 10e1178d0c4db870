export { type Credentials, RequestSessions, type RequestSession, type Resolution } from "./request-sessions.js";
export { type AccessGrant, AccessGrantStore } from "./access-grant.store.js";
export { ExpiredTokens } from "./expired-tokens.js";
export { type AppSession, AppSessionStore } from "./app-session.store.js";
export { GatheredRefreshes } from "./gathered-refreshes.js";
export { OfflineGrantStore } from "./offline-grant.store.js";
export { type AccessToIssue, type GrantOfToken, UNPROVEN } from "./refresh-token-statements.js";
export { SessionCache } from "./session-cache.js";
export {
  clearedCookie,
  clearedSessionCookies,
  clearedSignOutCookies,
  cookieName,
  persistentCookie,
  type ResponseCookie,
  sameSiteMarker,
  sessionCookies,
  tokenCookie,
  uiCookie,
} from "./session-cookies.js";
export { type FoundSession, type LiveSession, SessionReader, type SessionOfToken } from "./session-reader.js";
export { type SessionAuthenticator, type SessionIdentity, type SessionUser, toSessionUser } from "./session-user.js";
export { SessionStore } from "./session.store.js";
export { UserSessionStore } from "./user-sessions.store.js";
export { storedAccess } from "./session-rows.js";
