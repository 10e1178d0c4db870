import type { OAuthClientConfig, ProjectConfig } from "@gatehouse/domain-config";
import type { IdpSession, OfflineGrant } from "./sessions.js";

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
  return expiry(session.createdAt, session.lastAccess.time, idpLifetime(config));
}

function idpLifetime({ session }: ProjectConfig): Lifetime {
  const { lifetime_seconds, idle_timeout_enabled, idle_timeout_seconds } = session;
  return { lifetimeSeconds: lifetime_seconds ?? WEEKS_52, idleSeconds: idle_timeout_enabled === false ? undefined : (idle_timeout_seconds ?? DAYS_30) };
}

/** What a client says of the lifetime of its tokens. */
export type ClientLifetime = Partial<
  Pick<OAuthClientConfig, "access_token_lifetime_seconds" | "refresh_token_lifetime_seconds" | "refresh_token_idle_timeout_enabled" | "refresh_token_idle_timeout_seconds">
>;

/** The client that every project has without configuring it; it says nothing. */
const BUILT_IN = "tester";

/** What the client with an id says of lifetimes; undefined when there is no such client. */
export const lifetimeOfClient = ({ oauth }: ProjectConfig, id: string): ClientLifetime | undefined =>
  id === BUILT_IN ? {} : oauth.clients?.find(({ client_id }) => client_id === id);

const clientLifetime = (client: ClientLifetime): Lifetime => ({
  lifetimeSeconds: client.refresh_token_lifetime_seconds ?? Math.max(WEEKS_52, client.access_token_lifetime_seconds ?? 0),
  idleSeconds: client.refresh_token_idle_timeout_enabled === false ? undefined : (client.refresh_token_idle_timeout_seconds ?? DAYS_30),
});

/** When a grant ends, by the lifetimes of the client that created it. */
export function offlineGrantExpiry(client: ClientLifetime, grant: OfflineGrant): Date {
  return expiry(grant.createdAt, grant.lastAccess.time, clientLifetime(client));
}

/** How long something lives, in seconds, for statements that compare rows. */
export interface RowLifetime {
  lifetime: number;
  idle: number;
}

/** Idle time that never ends a session: 3000 years. */
const NEVER = 1e11;
const rowLifetime = ({ lifetimeSeconds, idleSeconds }: Lifetime): RowLifetime => ({ lifetime: lifetimeSeconds, idle: idleSeconds ?? NEVER });

/** The lifetime of IdP sessions. */
export const idpSessionLifetime = (config: ProjectConfig): RowLifetime => rowLifetime(idpLifetime(config));

/** The lifetimes of the grants and refresh tokens of every client; those of other clients are over. */
export const clientLifetimes = ({ oauth }: ProjectConfig): (RowLifetime & { client_id: string })[] => [
  ...(oauth.clients ?? []).filter(({ client_id }) => client_id !== BUILT_IN).map((client) => ({ client_id: client.client_id, ...rowLifetime(clientLifetime(client)) })),
  { client_id: BUILT_IN, ...rowLifetime(clientLifetime({})) },
];

/** The lifetime of clients that say nothing of it. */
export const DEFAULT_CLIENT_LIFETIME: Readonly<RowLifetime> = Object.freeze({ lifetime: WEEKS_52, idle: DAYS_30 });

/**
 * Seconds in which a session may be served from a cache and its last access is not noted again: a minute, less where an idle timeout is short,
 * so that neither is off by more than a hundredth of it.
 */
export function accessWindow(config: ProjectConfig): number {
  const seconds = windows.get(config) ?? windowOf(config);
  windows.set(config, seconds);
  return seconds;
}

const windows = new WeakMap<ProjectConfig, number>();

function windowOf(config: ProjectConfig): number {
  const { idle_timeout_enabled, idle_timeout_seconds } = config.session;
  const own = idle_timeout_enabled === false ? DAYS_30 : (idle_timeout_seconds ?? DAYS_30);
  const idle = (config.oauth.clients ?? []).reduce((least, client) => Math.min(least, clientLifetime(client).idleSeconds ?? DAYS_30), own);
  return Math.min(60, Math.max(1, Math.floor(idle / 100)));
}
