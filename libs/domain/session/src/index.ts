export { deviceModel } from "./device-info.js";
export { accessWindow, idpSessionExpiry, offlineGrantExpiry, refreshTokenExpiry } from "./session-expiry.js";
export type { AccessInfo, AuthenticationInfo, AuthorizationSession, IdpSession, OfflineGrant, RefreshTokenFacts, RefreshTokenRecord, SessionKind } from "./sessions.js";
export { describeUserAgent, sessionModel } from "./session-model.js";
