export { deviceApplicationId, deviceApplicationName, deviceModel, deviceName, isStorableDeviceInfo } from "./device-info.js";
export {
  accessWindow,
  type ClientLifetime,
  clientLifetimes,
  DEFAULT_CLIENT_LIFETIME,
  idpSessionExpiry,
  idpSessionLifetime,
  lifetimeOfClient,
  offlineGrantExpiry,
  type RowLifetime,
} from "./session-expiry.js";
export {
  type AnySession,
  type GrantOfClients,
  groupId,
  isInGroupOf,
  isLive,
  type ListedSession,
  listSessions,
  thirdPartyClients,
  type UserSessions,
} from "./session-groups.js";
export type { AccessInfo, AuthenticationInfo, AuthorizationSession, IdpSession, OfflineGrant, RefreshTokenFacts, RefreshTokenRecord, SessionKind } from "./sessions.js";
export { describeUserAgent, sessionDisplayName, sessionModel } from "./session-model.js";
export { acceptsSameSiteNone } from "./same-site-none.js";
