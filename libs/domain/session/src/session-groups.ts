import type { ProjectConfig } from "@gatehouse/domain-config";
import { idpSessionExpiry, lifetimeOfClient, offlineGrantExpiry } from "./session-expiry.js";
import { sessionDisplayName } from "./session-model.js";
import type { IdpSession, OfflineGrant, SessionKind } from "./sessions.js";

/** A session of either kind. */
export interface AnySession {
  kind: SessionKind;
  session: IdpSession | OfflineGrant;
}

/** A grant with the clients of its refresh tokens. */
export interface GrantOfClients {
  grant: OfflineGrant;
  clientIds: readonly string[];
}

/** Everything a user is signed in with. */
export interface UserSessions {
  idp: readonly IdpSession[];
  grants: readonly GrantOfClients[];
}

/** A line of "my devices" (spec: sessions and tokens §13). */
export interface ListedSession extends AnySession {
  displayName: string;
  /** Of the same sign-on as the request. */
  isCurrent: boolean;
  /** An app keeps it, not a browser alone. */
  isDevice: boolean;
}

/** The sign-on that a session shares: an IdP session's own; of a grant only where it shares one. */
export function groupId({ kind, session }: AnySession): string | undefined {
  if (kind === "idp") return session.id;
  const grant = session as OfflineGrant;
  return grant.ssoEnabled && grant.idpSessionId ? grant.idpSessionId : undefined;
}

/** Whether `one` belongs to the group of `other`; a grant obtained through the sign-on does, whether it shares it or not (spec: sessions and tokens §8). */
export function isInGroupOf(one: AnySession, other: AnySession): boolean {
  if (one.kind === other.kind && one.session.id === other.session.id) return true;
  const group = groupId(other);
  if (group === undefined) return false;
  return one.kind === "idp" ? one.session.id === group : (one.session as OfflineGrant).idpSessionId === group;
}

/** The ids of the clients that belong to others. */
export const thirdPartyClients = (config: ProjectConfig): string[] =>
  (config.oauth.clients ?? []).filter(({ x_application_type }) => x_application_type === "third_party_app").map(({ client_id }) => client_id);

/** Whether a session lives by today's configuration; a grant ends with its first client's lifetimes, or with the client. */
export function isLive(config: ProjectConfig, { kind, session }: AnySession, now: Date): boolean {
  if (kind === "idp") return idpSessionExpiry(config, session) >= now;
  const grant = session as OfflineGrant;
  const client = lifetimeOfClient(config, grant.initialClientId);
  return client !== undefined && offlineGrantExpiry(client, grant) >= now;
}

/**
 * "My devices": live sessions, newest access first. Grants of third parties are not among them, and grants that share the sign-on of a browser are one line with
 * it, named after the latest of them.
 */
export function listSessions(config: ProjectConfig, sessions: UserSessions, { now, current }: { now: Date; current?: AnySession }): ListedSession[] {
  const foreign = new Set(thirdPartyClients(config));
  const idp = sessions.idp.filter((session) => isLive(config, { kind: "idp", session }, now));
  const grants = sessions.grants
    .filter(({ grant, clientIds }) => isLive(config, { kind: "offline_grant", session: grant }, now) && !clientIds.every((id) => foreign.has(id)))
    .map(({ grant }) => grant)
    .toSorted(latestFirst);
  const isCurrent = (one: AnySession): boolean => current !== undefined && isInGroupOf(one, current);
  const browsers = idp.map((session): ListedSession => {
    const device = grants.find(({ ssoEnabled, idpSessionId }) => ssoEnabled && idpSessionId === session.id);
    const one = { kind: "idp" as const, session };
    return { ...one, displayName: sessionDisplayName(device ?? session), isCurrent: isCurrent(one), isDevice: device !== undefined };
  });
  const devices = grants
    .filter(({ ssoEnabled }) => !ssoEnabled)
    .map((session): ListedSession => {
      const one = { kind: "offline_grant" as const, session };
      return { ...one, displayName: sessionDisplayName(session), isCurrent: isCurrent(one), isDevice: true };
    });
  return [...browsers, ...devices].toSorted((a, b) => latestFirst(a.session, b.session));
}

const latestFirst = (a: IdpSession, b: IdpSession): number => b.lastAccess.time.getTime() - a.lastAccess.time.getTime();
