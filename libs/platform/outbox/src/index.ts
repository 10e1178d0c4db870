/** Appends rows in the caller's transaction; the channel that wakes the relay. */
export { appendEvents, OUTBOX_WAKE_CHANNEL, type OutboxRow, toJsonb } from "./append-events.js";
/** Moves committed rows to the event stream. */
export { OutboxRelay, type OutboxRelayOptions, type RelayedRow } from "./outbox-relay.js";
