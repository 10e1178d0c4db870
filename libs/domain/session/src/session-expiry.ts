import type { OAuthClientConfig, ProjectConfig } from "@gatehouse/domain-config";
import type { IdpSession, OfflineGrant, RefreshTokenFacts } from "./sessions.js";

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
export function idpSessionExpiry(config: ProjectConfig, session: Pick<IdpSession, "createdAt"> & { lastAccess: { time: Date } }): Date {
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
export function refreshTokenExpiry(client: OAuthClientConfig, token: RefreshTokenFacts): Date {
  const end = expiry(token.createdAt, token.lastAccessAt, clientLifetime(client));
  return token.expireAt && token.expireAt < end ? token.expireAt : end;
}

/**
 * Seconds in which a session may be served from a cache and its last access is not noted again: a minute, less where an idle timeout is short,
 * so that neither is off by more than a hundredth of it.
 */
export function accessWindow(config: ProjectConfig): number {
  const { idle_timeout_enabled, idle_timeout_seconds } = config.session;
  const own = idle_timeout_enabled === false ? DAYS_30 : (idle_timeout_seconds ?? DAYS_30);
  const idle = Math.min(own, ...(config.oauth.clients ?? []).map((client) => clientLifetime(client).idleSeconds ?? DAYS_30));
  return Math.min(60, Math.max(1, Math.floor(idle / 100)));
}
