import { defineEvent } from "./gatehouse-event.js";
import type { EventIdentity, EventSession, EventUser } from "./models.js";

/** A user's anonymization was scheduled. */
export const userAnonymizationScheduled = defineEvent<{ user: EventUser }>({
  type: "user.anonymization_scheduled",
  payload: "user",
  hook: "listed",
  reindex: true,
  description: "A user's anonymization was scheduled.",
});
/** A user's scheduled anonymization was called off. */
export const userAnonymizationUnscheduled = defineEvent<{ user: EventUser }>({
  type: "user.anonymization_unscheduled",
  payload: "user",
  hook: "listed",
  reindex: true,
  description: "A user's scheduled anonymization was called off.",
});
/** A user was anonymized. */
export const userAnonymized = defineEvent<{ user: EventUser }>({ type: "user.anonymized", payload: "user", hook: "listed", reindex: true, description: "A user was anonymized." });
/** An anonymous user became a regular one. */
export const userAnonymousPromoted = defineEvent<{ anonymous_user: EventUser; user: EventUser; identities: EventIdentity[] }>({
  type: "user.anonymous.promoted",
  payload: "anonymous_user user identities",
  hook: "listed",
  reindex: true,
  description: "An anonymous user became a regular one.",
});
/** A user signed in. */
export const userAuthenticated = defineEvent<{ user: EventUser; session: EventSession; continue_from_session?: EventSession }>({
  type: "user.authenticated",
  payload: "user session continue_from_session?",
  hook: "listed",
  reindex: true,
  description: "A user signed in.",
});
/** A user was created. */
export const userCreated = defineEvent<{ user: EventUser; identities: EventIdentity[] }>({
  type: "user.created",
  payload: "user identities",
  hook: "listed",
  reindex: true,
  description: "A user was created.",
});
/** A user was deleted; the payload shows him as he was. */
export const userDeleted = defineEvent<{ user: EventUser; reason?: string }>({
  type: "user.deleted",
  payload: "user reason?",
  hook: "listed",
  reindex: true,
  description: "A user was deleted; the payload shows him as he was.",
});
/** A user's deletion was scheduled. */
export const userDeletionScheduled = defineEvent<{ user: EventUser }>({
  type: "user.deletion_scheduled",
  payload: "user",
  hook: "listed",
  reindex: true,
  description: "A user's deletion was scheduled.",
});
/** A user's scheduled deletion was called off. */
export const userDeletionUnscheduled = defineEvent<{ user: EventUser }>({
  type: "user.deletion_unscheduled",
  payload: "user",
  hook: "listed",
  reindex: true,
  description: "A user's scheduled deletion was called off.",
});
/** A user was disabled. */
export const userDisabled = defineEvent<{ user: EventUser; temporarily_disabled_from?: string; temporarily_disabled_until?: string }>({
  type: "user.disabled",
  payload: "user temporarily_disabled_from? temporarily_disabled_until?",
  hook: "listed",
  reindex: true,
  description: "A user was disabled.",
});
/** A user's attributes changed. */
export const userProfileUpdated = defineEvent<{ user: EventUser }>({
  type: "user.profile.updated",
  payload: "user",
  hook: "listed",
  reindex: true,
  description: "A user's attributes changed.",
});
/** A user proved who he is again. */
export const userReauthenticated = defineEvent<{ user: EventUser; session: EventSession }>({
  type: "user.reauthenticated",
  payload: "user session",
  hook: "listed",
  reindex: true,
  description: "A user proved who he is again.",
});
/** A user was enabled again. */
export const userReenabled = defineEvent<{ user: EventUser }>({ type: "user.reenabled", payload: "user", hook: "listed", reindex: true, description: "A user was enabled again." });
/** Sessions of a user were revoked. */
export const userSessionTerminated = defineEvent<{ user: EventUser; sessions: EventSession[]; termination_type: "individual" | "all" | "all_except_current" }>({
  type: "user.session.terminated",
  payload: "user sessions termination_type",
  description: "Sessions of a user were revoked.",
});
/** A user signed out. */
export const userSignedOut = defineEvent<{ user: EventUser; sessions: EventSession[] }>({ type: "user.signed_out", payload: "user sessions", description: "A user signed out." });
