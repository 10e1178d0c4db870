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
}

/** One refresh token of a grant. `initialHash` identifies it for life. */
export interface RefreshTokenRecord {
  grantId: string;
  initialHash: string;
  currentHash: string;
  clientId: string;
  authorizationId: string;
  scopes: string[];
  createdAt: Date;
  lastAccessAt: Date;
  expireAt: Date | null;
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
  /** Whether the run created the user. */
  createdUser: boolean;
  /** Id of the authorization session the run belonged to. */
  authorizationSessionId?: string;
}

/** An authorization request while the user signs in (`x_ref`). */
export interface AuthorizationSession {
  id: string;
  /** The raw parameters of the authorization request. */
  request: Record<string, string>;
  /** Unix milliseconds. */
  createdAt: number;
}
