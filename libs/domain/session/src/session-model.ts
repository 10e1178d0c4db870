import type { EventSession } from "@gatehouse/domain-events";
import { browserOf } from "@gatehouse/platform-user-agents";
import { deviceApplicationName, deviceModel } from "./device-info.js";
import type { IdpSession, OfflineGrant, SessionKind } from "./sessions.js";

/** A user agent in a few words: browser and version by the rules of uap-core; empty where they know none. */
export function describeUserAgent(userAgent: string): string {
  const browser = browserOf(userAgent);
  return browser ? [browser.family, browser.version].filter(Boolean).join(" ") : "";
}

/** What a session is called: the device of an app, else the browser (spec: sessions and tokens §12.1). */
export function sessionDisplayName(session: IdpSession | OfflineGrant): string {
  const model = "deviceInfo" in session && session.deviceInfo ? deviceModel(session.deviceInfo) : "";
  return model || describeUserAgent(session.lastAccess.userAgent);
}

/** A session as events and the Admin API carry it (spec: sessions and tokens §12). */
export function sessionModel(kind: SessionKind, session: IdpSession | OfflineGrant): EventSession {
  const userAgent = session.lastAccess.userAgent;
  const applicationName = "deviceInfo" in session && session.deviceInfo ? deviceApplicationName(session.deviceInfo) : "";
  return {
    id: session.id,
    created_at: session.createdAt.toISOString(),
    updated_at: session.lastAccess.time.toISOString(),
    type: kind,
    ...(session.amr.length > 0 ? { amr: session.amr } : {}),
    lastAccessedAt: session.lastAccess.time.toISOString(),
    createdByIP: session.initialAccess.ip,
    lastAccessedByIP: session.lastAccess.ip,
    lastAccessedByIPCountryCode: "",
    lastAccessedByIPEnglishCountryName: "",
    clientID: "initialClientId" in session ? session.initialClientId : null,
    displayName: sessionDisplayName(session),
    ...(applicationName ? { applicationName } : {}),
    ...(userAgent ? { userAgent } : {}),
  };
}
