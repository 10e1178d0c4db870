/** Where use cases leave their non-blocking events. */
export { EventOutbox } from "./event-outbox.js";
