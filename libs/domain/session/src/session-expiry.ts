import type { OAuthClientConfig, ProjectConfig } from "@gatehouse/domain-config";
import type { IdpSession, OfflineGrant, RefreshTokenRecord } from "./sessions.js";

interface Lifetime {
  lifetimeSeconds: number;
  idleSeconds?: number;
}

const expiry = (createdAt: Date, lastAccess: Date, { lifetimeSeconds, idleSeconds }: Lifetime): Date => {
  const end = createdAt.getTime() + lifetimeSeconds * 1000;
  return new Date(idleSeconds === undefined ? end : Math.min(end, lastAccess.getTime() + idleSeconds * 1000));
};

const WEEKS_52 = 31_449_600;
const DAYS_30 = 2_592_000;

/** When an IdP session ends by today's configuration (spec: sessions and tokens §3). */
export function idpSessionExpiry(config: ProjectConfig, session: IdpSession): Date {
  const { lifetime_seconds, idle_timeout_enabled, idle_timeout_seconds } = config.session;
  const idleSeconds = idle_timeout_enabled === false ? undefined : (idle_timeout_seconds ?? DAYS_30);
  return expiry(session.createdAt, session.lastAccess.time, { lifetimeSeconds: lifetime_seconds ?? WEEKS_52, idleSeconds });
}

const clientLifetime = (client: OAuthClientConfig): Lifetime => ({
  lifetimeSeconds: client.refresh_token_lifetime_seconds ?? WEEKS_52,
  idleSeconds: client.refresh_token_idle_timeout_enabled === false ? undefined : (client.refresh_token_idle_timeout_seconds ?? DAYS_30),
});

/** When a grant ends, by the lifetimes of the client that created it. */
export function offlineGrantExpiry(client: OAuthClientConfig, grant: OfflineGrant): Date {
  return expiry(grant.createdAt, grant.lastAccess.time, clientLifetime(client));
}

/** When a refresh token ends, by the lifetimes of its own client. */
export function refreshTokenExpiry(client: OAuthClientConfig, token: RefreshTokenRecord): Date {
  const end = expiry(token.createdAt, token.lastAccessAt, clientLifetime(client));
  return token.expireAt && token.expireAt < end ? token.expireAt : end;
}
