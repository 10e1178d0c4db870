import type { EventEntry } from "./gatehouse-event.js";
import * as blocking from "./blocking-events.js";
import * as authentication from "./authentication-events.js";
import * as message from "./message-events.js";
import * as identity from "./identity-events.js";
import * as protection from "./protection-events.js";
import * as user from "./user-events.js";
import * as project from "./project-events.js";
import * as adminUser from "./admin-user-events.js";
import * as adminOther from "./admin-other-events.js";

/** Every event, in the order of the families: for the documentation, the portal's event picker and the audit enum. */
export const eventCatalogue: readonly EventEntry[] = Object.freeze(
  [
    ...Object.values(blocking),
    ...Object.values(authentication),
    ...Object.values(message),
    ...Object.values(identity),
    ...Object.values(protection),
    ...Object.values(user),
    ...Object.values(project),
    ...Object.values(adminUser),
    ...Object.values(adminOther),
  ].map((maker) => maker.entry),
);

const byType: ReadonlyMap<string, EventEntry> = new Map(eventCatalogue.map((entry) => [entry.type, entry]));

/** The entry of an event's name; undefined for a name that is in no catalogue. */
export function eventEntry(type: string): EventEntry | undefined {
  return byType.get(type);
}

/** Name of an event in the Admin API's `AuditLogActivityType`: upper case, dots as underscores. */
export function auditActivityType(type: string): string {
  return type.toUpperCase().replaceAll(".", "_");
}

/** Names of the audited events by their name in `AuditLogActivityType`. */
export const auditActivityTypes: ReadonlyMap<string, string> = new Map(eventCatalogue.filter((entry) => entry.audit).map((entry) => [auditActivityType(entry.type), entry.type]));

/** Whether a web hook that lists `events` hears of an event (`*` stands for every event a hook may hear of). */
export function hookHears(events: readonly string[], type: string): boolean {
  const entry = byType.get(type);
  if (!entry || entry.hook === "never" || entry.blocking) return false;
  return events.includes("*") || (entry.hook === "listed" && events.includes(type));
}
