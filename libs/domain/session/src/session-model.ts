import type { EventSession } from "@gatehouse/domain-events";
import type { IdpSession, OfflineGrant, SessionKind } from "./sessions.js";

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:A|iOS)?\/([\d]+)/, "Edge"],
  [/\bOPR\/([\d]+)/, "Opera"],
  [/\b(?:Firefox|FxiOS)\/([\d]+)/, "Firefox"],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\/([\d]+)/, "Chrome"],
  [/\bVersion\/([\d]+).*Safari/, "Safari"],
];

/** A user agent in a few words: browser and version, else the first product of the header. */
export function describeUserAgent(userAgent: string): string {
  for (const [pattern, name] of BROWSERS) {
    const [, version] = pattern.exec(userAgent) ?? [];
    if (version) return `${name} ${version}`;
  }
  return userAgent.split(/[ /]/, 1)[0] ?? "";
}

/** A session as events carry it (spec: events and hooks §4). */
export function sessionModel(kind: SessionKind, session: IdpSession | OfflineGrant): EventSession {
  const userAgent = session.lastAccess.userAgent;
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
    displayName: describeUserAgent(userAgent),
    ...(userAgent ? { userAgent } : {}),
  };
}
