import { defineEvent } from "./gatehouse-event.js";
import type { EventAuthenticationContext, EventIdentification, EventIdentity, EventUser } from "./models.js";

/** A user is about to be created; handlers may refuse or change his attributes, roles and groups. */
export const userPreCreate = defineEvent<{ user: EventUser; identities: EventIdentity[] }>({
  type: "user.pre_create",
  payload: "user identities",
  blocking: true,
  hook: "listed",
  audit: false,
  description: "A user is about to be created; handlers may refuse or change his attributes, roles and groups.",
});
/** A user's attributes are about to change. */
export const userProfilePreUpdate = defineEvent<{ user: EventUser }>({
  type: "user.profile.pre_update",
  payload: "user",
  blocking: true,
  hook: "listed",
  audit: false,
  description: "A user's attributes are about to change.",
});
/** A user's deletion is about to be scheduled. */
export const userPreScheduleDeletion = defineEvent<{ user: EventUser }>({
  type: "user.pre_schedule_deletion",
  payload: "user",
  blocking: true,
  hook: "listed",
  audit: false,
  description: "A user's deletion is about to be scheduled.",
});
/** A user's anonymization is about to be scheduled. */
export const userPreScheduleAnonymization = defineEvent<{ user: EventUser }>({
  type: "user.pre_schedule_anonymization",
  payload: "user",
  blocking: true,
  hook: "listed",
  audit: false,
  description: "A user's anonymization is about to be scheduled.",
});
/** An authentication flow is about to start. */
export const authenticationPreInitialize = defineEvent<{ authentication_context: EventAuthenticationContext }>({
  type: "authentication.pre_initialize",
  payload: "authentication_context",
  blocking: true,
  hook: "listed",
  audit: false,
  description: "An authentication flow is about to start.",
});
/** A user was identified in a flow. */
export const authenticationPostIdentified = defineEvent<{ identification: EventIdentification; authentication_context: EventAuthenticationContext }>({
  type: "authentication.post_identified",
  payload: "identification authentication_context",
  blocking: true,
  hook: "listed",
  audit: false,
  description: "A user was identified in a flow.",
});
/** Every step of a flow is done; the user is about to be authenticated. */
export const authenticationPreAuthenticated = defineEvent<{ authentication_context: EventAuthenticationContext }>({
  type: "authentication.pre_authenticated",
  payload: "authentication_context",
  blocking: true,
  hook: "listed",
  audit: false,
  description: "Every step of a flow is done; the user is about to be authenticated.",
});
/** A JWT access token is about to be issued; handlers may add claims. */
export const oidcJwtPreCreate = defineEvent<{ user: EventUser; identities: EventIdentity[]; jwt: { payload: Record<string, unknown> } }>({
  type: "oidc.jwt.pre_create",
  payload: "user identities jwt",
  blocking: true,
  hook: "listed",
  audit: false,
  description: "A JWT access token is about to be issued; handlers may add claims.",
});
/** An ID token is about to be issued; handlers may add claims. */
export const oidcIdTokenPreCreate = defineEvent<{ user: EventUser; identities: EventIdentity[]; id_token: { payload: Record<string, unknown> } }>({
  type: "oidc.id_token.pre_create",
  payload: "user identities id_token",
  blocking: true,
  hook: "listed",
  audit: false,
  description: "An ID token is about to be issued; handlers may add claims.",
});
