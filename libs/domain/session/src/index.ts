export { idpSessionExpiry, offlineGrantExpiry, refreshTokenExpiry } from "./session-expiry.js";
export type { AccessInfo, AuthenticationInfo, AuthorizationSession, IdpSession, OfflineGrant, RefreshTokenRecord, SessionKind } from "./sessions.js";
export { describeUserAgent, sessionModel } from "./session-model.js";
