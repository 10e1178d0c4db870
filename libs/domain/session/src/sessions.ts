import type { UserId } from "@gatehouse/domain-project";

/** When, from where and with what a session was used. */
export interface AccessInfo {
  time: Date;
  ip: string;
  userAgent: string;
}

/** One browser login at the project's origin (spec: sessions and tokens §2). */
export interface IdpSession {
  id: string;
  userId: UserId;
  amr: string[];
  createdAt: Date;
  /** Last full or re-authentication. */
  authenticatedAt: Date;
  initialAccess: AccessInfo;
  lastAccess: AccessInfo;
}

/** The server side of refresh tokens. */
export interface OfflineGrant extends IdpSession {
  initialClientId: string;
  idpSessionId: string | null;
  ssoEnabled: boolean;
  deviceInfo: Record<string, unknown> | null;
  /** The biometric identity it was made with. */
  identityId: string | null;
  /** Public JWK of the device, bound for app2app. */
  app2appDeviceKey: Record<string, unknown> | null;
  /** SHA-256 of the current device secret (native SSO), and the thumbprint of the key it is bound to. */
  deviceSecretHash: string | null;
  deviceSecretDpopJkt: string | null;
}

/** What a refresh token of a grant allows; holds no secret. `initialHash` identifies it for life. */
export interface RefreshTokenFacts {
  initialHash: string;
  clientId: string;
  authorizationId: string;
  scopes: string[];
  /** Thumbprint of the key the token is bound to (RFC 9449 §6.1). */
  dpopJkt: string | null;
  createdAt: Date;
  lastAccessAt: Date;
  /** Set for short-lived tokens alone. */
  expireAt: Date | null;
}

/** One refresh token of a grant. */
export interface RefreshTokenRecord extends RefreshTokenFacts {
  grantId: string;
  currentHash: string;
}

/** The two kinds of sessions with a listable identity. */
export type SessionKind = "idp" | "offline_grant";

/** What is kept of a finished authentication for the consent endpoint, 5 minutes, once. */
export interface AuthenticationInfo {
  userId: string;
  /** Unix milliseconds. */
  authenticatedAt: number;
  amr: string[];
  session: { type: SessionKind | "none"; id?: string };
  /** The session was there before (`select_account`, `prompt=none`), and goes on. */
  continued?: boolean;
  /** Whether the run created the user. */
  createdUser: boolean;
  /** Id of the authorization session the run belonged to. */
  authorizationSessionId?: string;
  /** Social logins that took part, as the ID token tells of them. */
  assertedIdentities?: Record<string, unknown>[];
  /** A settings action was completed: it is worth no tokens. */
  settingsAction?: boolean;
}

/** An authorization request while the user signs in (`x_ref`). */
export interface AuthorizationSession {
  id: string;
  /** The raw parameters of the authorization request. */
  request: Record<string, string>;
  /** Unix milliseconds. */
  createdAt: number;
}
