import type { AccessInfo, IdpSession, OfflineGrant, RefreshTokenFacts, RefreshTokenRecord } from "@gatehouse/domain-session";
import { asUserId } from "@gatehouse/domain-project";
import type { Row } from "@gatehouse/platform-postgres";

type StoredAccess = { time: string; ip: string; user_agent: string };

/** An access as the jsonb columns keep it. */
export const storedAccess = ({ time, ip, userAgent }: AccessInfo): StoredAccess => ({ time: time.toISOString(), ip, user_agent: userAgent });

/** An access of a jsonb column. */
export const access = (stored: unknown): AccessInfo => {
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
export const GRANT_COLUMNS = `${IDP_COLUMNS}, s.initial_client_id, s.idp_session_id, s.sso_enabled, s.device_info, s.identity_id, s.app2app_device_key, s.device_secret_hash, s.device_secret_dpop_jkt`;

export const toIdpSession = common;

export function toOfflineGrant(row: Row): OfflineGrant {
  return {
    ...common(row),
    initialClientId: row.initial_client_id as string,
    idpSessionId: row.idp_session_id as string | null,
    ssoEnabled: row.sso_enabled as boolean,
    deviceInfo: row.device_info as Record<string, unknown> | null,
    identityId: row.identity_id as string | null,
    app2appDeviceKey: row.app2app_device_key as Record<string, unknown> | null,
    deviceSecretHash: row.device_secret_hash as string | null,
    deviceSecretDpopJkt: row.device_secret_dpop_jkt as string | null,
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
    dpopJkt: row.dpop_jkt as string | null,
    createdAt: row.token_created_at as Date,
    lastAccessAt: row.token_last_access_at as Date,
    expireAt: row.expire_at as Date | null,
  };
}

/** The refresh tokens of the grant `s`, as one jsonb column: what they allow, oldest first. */
export const GRANT_TOKENS_COLUMN = `(select coalesce(jsonb_agg(jsonb_build_object('initialHash', t.initial_hash, 'clientId', t.client_id, 'authorizationId', t.authorization_id,
    'scopes', t.scopes, 'dpopJkt', t.dpop_jkt, 'createdAt', t.created_at, 'lastAccessAt', t.last_access_at, 'expireAt', t.expire_at) order by t.created_at), '[]')
  from refresh_token t where t.project_id = s.project_id and t.grant_id = s.id) as grant_tokens`;

/** The refresh tokens of a row with `GRANT_TOKENS_COLUMN`. */
export function toGrantTokens(row: Row): RefreshTokenFacts[] {
  const date = (text: unknown): Date => new Date(text as string);
  return (row.grant_tokens as (Omit<RefreshTokenFacts, "createdAt" | "lastAccessAt" | "expireAt"> & Record<"createdAt" | "lastAccessAt" | "expireAt", string | null>)[]).map(
    (one) => ({
      ...one,
      createdAt: date(one.createdAt),
      lastAccessAt: date(one.lastAccessAt),
      expireAt: one.expireAt === null ? null : date(one.expireAt),
    }),
  );
}
