import type { EventTrigger } from "./gatehouse-event.js";

/** `context` of an event (spec: events §2). */
export interface EventContext {
  /** Unix seconds. */
  timestamp: number;
  user_id: string | null;
  triggered_by: EventTrigger;
  audit_context: Record<string, unknown>;
  preferred_languages: string[];
  language: string;
  oauth?: { state?: string; x_state?: string };
  ip_address?: string;
  geo_location_code: string | null;
  user_agent?: string;
  app_id: string;
  client_id?: string;
  tracking_id?: string;
}

/** An event as web hooks, the audit log and the event stream carry it. */
export interface EventEnvelope {
  /** `seq` as 16 hex digits. */
  id: string;
  seq: number;
  type: string;
  payload: Record<string, unknown>;
  context: EventContext;
}

/** The id of the event with a sequence number. */
export function eventId(seq: number | bigint): string {
  return seq.toString(16).padStart(16, "0");
}

/** Reads an envelope from the event stream; undefined when the text is not one. */
export function parseEnvelope(text: string): EventEnvelope | undefined {
  try {
    const value = JSON.parse(text) as Partial<EventEnvelope> | null;
    const whole =
      typeof value?.id === "string" &&
      typeof value.seq === "number" &&
      typeof value.type === "string" &&
      typeof value.payload === "object" &&
      typeof value.context?.app_id === "string";
    return whole ? (value as EventEnvelope) : undefined;
  } catch {
    return undefined;
  }
}
