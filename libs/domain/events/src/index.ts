/** The event type and its declaration. */
export { defineEvent, type EventEntry, type EventMaker, type EventSubject, type GatehouseEvent, type HookVisibility } from "./gatehouse-event.js";
/** Wire models inside payloads. */
export * from "./models.js";
/** The catalogue as data, and questions to it. */
export { auditActivityType, auditActivityTypes, eventCatalogue, eventEntry, hookHears } from "./event-catalogue.js";
/** The context of an event, built from the request at work. */
export { buildEventContext } from "./build-event-context.js";
/** Which language somebody reads. */
export { matchLanguage, readerLanguage } from "./reader-language.js";
/** The envelope every consumer gets. */
export { type EventContext, type EventEnvelope, eventId, parseEnvelope } from "./event-envelope.js";
/** Constructors: blocking events. */
export * from "./blocking-events.js";
/** Constructors: authentication events. */
export * from "./authentication-events.js";
/** Constructors: message events. */
export * from "./message-events.js";
/** Constructors: identity events. */
export * from "./identity-events.js";
/** Constructors: protection events. */
export * from "./protection-events.js";
/** Constructors: user events. */
export * from "./user-events.js";
/** Constructors: project events. */
export * from "./project-events.js";
/** Constructors: admin user events. */
export * from "./admin-user-events.js";
/** Constructors: admin other events. */
export * from "./admin-other-events.js";
/** What a project is called. */
export { projectName } from "./project-name.js";
