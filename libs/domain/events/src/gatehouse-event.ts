/** An event a use case hands to the outbox (non-blocking) or to the blocking handlers; the envelope is added by whoever takes it. */
export interface GatehouseEvent<P extends object = Record<string, unknown>> {
  /** Name in the catalogue, such as `user.created`. */
  readonly type: string;
  /** The user the event is about, when known. */
  readonly userId?: string;
  /** The OAuth client the event is about, when it is not the one of the request. */
  readonly clientId?: string;
  /** Wire form of the payload: snake_case keys, times as RFC 3339 texts. */
  readonly payload: P;
  /** Whether handlers are asked before the thing happens. */
  readonly blocking: boolean;
}

/** What the payload alone does not say. */
export interface EventSubject {
  /** The user, for events whose payload holds no `user`. */
  userId?: string;
  /** The client, for events of another client than the request's. */
  clientId?: string;
}

/** Which web hooks may hear of an event: those that list it, only those that list `*`, or none. */
export type HookVisibility = "listed" | "star" | "never";

/** One entry of the catalogue (spec: events §1, §3, §5). */
export interface EventEntry {
  readonly type: string;
  readonly blocking: boolean;
  readonly hook: HookVisibility;
  /** Whether it becomes a row of the audit log. */
  readonly audit: boolean;
  /** Whether the user's search document changes. */
  readonly reindex: boolean;
  /** Whether it is appended in a transaction of its own and so survives a rollback (class D). */
  readonly immediate: boolean;
  /** Whether `context.user_id` is a text even for an unknown user (`""`). */
  readonly userIdAlways: boolean;
  /** Whom `context.triggered_by` always names; absent: whoever's work it came of. */
  readonly triggeredBy?: EventTrigger;
  /** Keys of the payload; a trailing `?` marks one that may be absent. */
  readonly payload: readonly string[];
  readonly description: string;
}

/** Whose work an event came of. */
export type EventTrigger = "user" | "admin_api" | "system" | "portal" | "site_admin";

/** A typed constructor of one entry. */
export interface EventMaker<P extends object> {
  (payload: P, subject?: EventSubject): GatehouseEvent;
  readonly entry: EventEntry;
  /** Whether an event was made by this entry. */
  is(event: { type: string }): boolean;
}

type Options = Partial<Omit<EventEntry, "type" | "payload" | "description">>;

/** What an entry is written as: name, payload keys in one text, and what differs from a plain non-blocking, audited, unlisted event. */
export interface EventDeclaration extends Options {
  type: string;
  payload: string;
  description: string;
}

interface Named {
  user?: { id?: unknown } | null;
}

/** Id of the user that a payload is about, itself or in the context of an authentication. */
function userIn(payload: Named & { authentication_context?: Named }): string | undefined {
  const id = (payload.user ?? payload.authentication_context?.user)?.id;
  return typeof id === "string" && id !== "" ? id : undefined;
}

/** Declares one event of the catalogue; `P` is the wire form of its payload. */
export function defineEvent<P extends object>(declaration: EventDeclaration): EventMaker<P> {
  const { payload: keys, ...rest } = declaration;
  const entry: EventEntry = Object.freeze({
    blocking: false,
    hook: "never",
    audit: true,
    reindex: false,
    immediate: false,
    userIdAlways: false,
    ...rest,
    payload: Object.freeze(keys.split(" ")),
  } as const);
  const make = (payload: P, subject: EventSubject = {}): GatehouseEvent => {
    const userId = subject.userId ?? userIn(payload);
    return {
      type: entry.type,
      ...(userId === undefined ? {} : { userId }),
      ...(subject.clientId === undefined ? {} : { clientId: subject.clientId }),
      payload: payload as Record<string, unknown>,
      blocking: entry.blocking,
    };
  };
  return Object.assign(make, { entry, is: (event: { type: string }) => event.type === entry.type });
}
