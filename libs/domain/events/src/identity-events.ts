import { defineEvent } from "./gatehouse-event.js";
import type { EventIdentity, EventUser } from "./models.js";

/** The biometric identity of a user was disabled. */
export const identityBiometricDisabled = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "identity.biometric.disabled",
  payload: "user identity",
  hook: "listed",
  description: "The biometric identity of a user was disabled.",
});
/** The biometric identity of a user was enabled. */
export const identityBiometricEnabled = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "identity.biometric.enabled",
  payload: "user identity",
  hook: "listed",
  description: "The biometric identity of a user was enabled.",
});
/** The email identity of a user was added. */
export const identityEmailAdded = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "identity.email.added",
  payload: "user identity",
  hook: "listed",
  reindex: true,
  description: "The email identity of a user was added.",
});
/** The email identity of a user was removed. */
export const identityEmailRemoved = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "identity.email.removed",
  payload: "user identity",
  hook: "listed",
  reindex: true,
  description: "The email identity of a user was removed.",
});
/** The email identity of a user was unverified. */
export const identityEmailUnverified = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "identity.email.unverified",
  payload: "user identity",
  hook: "star",
  description: "The email identity of a user was unverified.",
});
/** The email identity of a user was updated. */
export const identityEmailUpdated = defineEvent<{ user: EventUser; new_identity: EventIdentity; old_identity: EventIdentity }>({
  type: "identity.email.updated",
  payload: "user new_identity old_identity",
  hook: "listed",
  reindex: true,
  description: "The email identity of a user was updated.",
});
/** The email identity of a user was verified. */
export const identityEmailVerified = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "identity.email.verified",
  payload: "user identity",
  hook: "star",
  description: "The email identity of a user was verified.",
});
/** The oauth identity of a user was connected. */
export const identityOauthConnected = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "identity.oauth.connected",
  payload: "user identity",
  hook: "listed",
  reindex: true,
  description: "The oauth identity of a user was connected.",
});
/** The oauth identity of a user was disconnected. */
export const identityOauthDisconnected = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "identity.oauth.disconnected",
  payload: "user identity",
  hook: "listed",
  reindex: true,
  description: "The oauth identity of a user was disconnected.",
});
/** The phone identity of a user was added. */
export const identityPhoneAdded = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "identity.phone.added",
  payload: "user identity",
  hook: "listed",
  reindex: true,
  description: "The phone identity of a user was added.",
});
/** The phone identity of a user was removed. */
export const identityPhoneRemoved = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "identity.phone.removed",
  payload: "user identity",
  hook: "listed",
  reindex: true,
  description: "The phone identity of a user was removed.",
});
/** The phone identity of a user was unverified. */
export const identityPhoneUnverified = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "identity.phone.unverified",
  payload: "user identity",
  hook: "star",
  description: "The phone identity of a user was unverified.",
});
/** The phone identity of a user was updated. */
export const identityPhoneUpdated = defineEvent<{ user: EventUser; new_identity: EventIdentity; old_identity: EventIdentity }>({
  type: "identity.phone.updated",
  payload: "user new_identity old_identity",
  hook: "listed",
  reindex: true,
  description: "The phone identity of a user was updated.",
});
/** The phone identity of a user was verified. */
export const identityPhoneVerified = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "identity.phone.verified",
  payload: "user identity",
  hook: "star",
  description: "The phone identity of a user was verified.",
});
/** The username identity of a user was added. */
export const identityUsernameAdded = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "identity.username.added",
  payload: "user identity",
  hook: "listed",
  reindex: true,
  description: "The username identity of a user was added.",
});
/** The username identity of a user was removed. */
export const identityUsernameRemoved = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "identity.username.removed",
  payload: "user identity",
  hook: "listed",
  reindex: true,
  description: "The username identity of a user was removed.",
});
/** The username identity of a user was updated. */
export const identityUsernameUpdated = defineEvent<{ user: EventUser; new_identity: EventIdentity; old_identity: EventIdentity }>({
  type: "identity.username.updated",
  payload: "user new_identity old_identity",
  hook: "listed",
  reindex: true,
  description: "The username identity of a user was updated.",
});
