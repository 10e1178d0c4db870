import { type AnySession, deviceApplicationName, type OfflineGrant, sessionDisplayName } from "@gatehouse/domain-session";
import { countryName, countryOfIp } from "@gatehouse/platform-geo-ip";
import { toGlobalId } from "@gatehouse/platform-graphql";

/** `Session` of the schema (spec: admin API §10.1). `displayName`: where a list names it after one of its devices. */
export function presentSession({ kind, session, displayName }: AnySession & { displayName?: string }) {
  const { lastAccess, initialAccess } = session;
  const country = countryOfIp(lastAccess.ip);
  const grant = kind === "offline_grant" ? (session as OfflineGrant) : undefined;
  return {
    __typename: "Session",
    id: toGlobalId("Session", session.id),
    type: kind,
    createdAt: session.createdAt,
    updatedAt: lastAccess.time,
    lastAccessedAt: lastAccess.time,
    createdByIP: initialAccess.ip,
    lastAccessedByIP: lastAccess.ip,
    lastAccessedByIPCountryCode: country ?? "",
    lastAccessedByIPEnglishCountryName: countryName(country),
    amr: session.amr,
    acr: null,
    clientID: grant?.initialClientId ?? null,
    displayName: displayName ?? sessionDisplayName(session),
    applicationName: (grant?.deviceInfo && deviceApplicationName(grant.deviceInfo)) || null,
    userAgent: lastAccess.userAgent || null,
  };
}

/** A presented session. */
export type SessionNode = ReturnType<typeof presentSession>;
