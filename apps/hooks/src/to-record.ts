import { type EventEnvelope, eventId } from "@gatehouse/domain-events";
import type { StreamRecord } from "@gatehouse/platform-event-stream";
import type { RelayedRow } from "@gatehouse/platform-outbox";

/** The stream's record of an outbox row: events of one user keep their order. */
export function toRecord(row: RelayedRow): StreamRecord {
  const { seq, type, payload } = row;
  const envelope: EventEnvelope = { id: eventId(seq), seq, type, payload, context: row.context as unknown as EventEnvelope["context"] };
  return { key: `${row.projectId}:${row.userId ?? ""}`, value: JSON.stringify(envelope) };
}
