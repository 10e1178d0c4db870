import type { AccessInfo, IdpSession, OfflineGrant, RefreshTokenRecord } from "@gatehouse/domain-session";
import { asUserId } from "@gatehouse/domain-project";
import type { Row } from "@gatehouse/platform-postgres";

type StoredAccess = { time: string; ip: string; user_agent: string };

/** An access as the jsonb columns keep it. */
export const storedAccess = ({ time, ip, userAgent }: AccessInfo): StoredAccess => ({ time: time.toISOString(), ip, user_agent: userAgent });

const access = (stored: unknown): AccessInfo => {
  const { time, ip, user_agent } = stored as StoredAccess;
  return { time: new Date(time), ip, userAgent: user_agent };
};

const common = (row: Row): IdpSession => ({
  id: row.id as string,
  userId: asUserId(row.user_id as string),
  amr: row.amr as string[],
  createdAt: row.created_at as Date,
  authenticatedAt: row.authenticated_at as Date,
  initialAccess: access(row.initial_access),
  lastAccess: access(row.last_access),
});

export const IDP_COLUMNS = "s.id, s.user_id, s.amr, s.created_at, s.authenticated_at, s.initial_access, s.last_access";
export const GRANT_COLUMNS = `${IDP_COLUMNS}, s.initial_client_id, s.idp_session_id, s.sso_enabled, s.device_info`;

export const toIdpSession = common;

export function toOfflineGrant(row: Row): OfflineGrant {
  return {
    ...common(row),
    initialClientId: row.initial_client_id as string,
    idpSessionId: row.idp_session_id as string | null,
    ssoEnabled: row.sso_enabled as boolean,
    deviceInfo: row.device_info as Record<string, unknown> | null,
  };
}

export function toRefreshToken(row: Row): RefreshTokenRecord {
  return {
    grantId: row.grant_id as string,
    initialHash: row.initial_hash as string,
    currentHash: row.current_hash as string,
    clientId: row.client_id as string,
    authorizationId: row.authorization_id as string,
    scopes: row.scopes as string[],
    createdAt: row.token_created_at as Date,
    lastAccessAt: row.token_last_access_at as Date,
    expireAt: row.expire_at as Date | null,
  };
}
