import {
  type GatehouseEvent,
  identityBiometricDisabled,
  identityBiometricEnabled,
  identityEmailAdded,
  identityEmailRemoved,
  identityEmailUnverified,
  identityEmailUpdated,
  identityEmailVerified,
  identityOauthConnected,
  identityOauthDisconnected,
  identityPhoneAdded,
  identityPhoneRemoved,
  identityPhoneUnverified,
  identityPhoneUpdated,
  identityPhoneVerified,
  identityUsernameAdded,
  identityUsernameRemoved,
  identityUsernameUpdated,
} from "@gatehouse/domain-events";
import type { Identity } from "@gatehouse/domain-identity";
import { identityModel, type UserModel } from "@gatehouse/domain-user";

const ADDED = { email: identityEmailAdded, phone: identityPhoneAdded, username: identityUsernameAdded };
const REMOVED = { email: identityEmailRemoved, phone: identityPhoneRemoved, username: identityUsernameRemoved };
const UPDATED = { email: identityEmailUpdated, phone: identityPhoneUpdated, username: identityUsernameUpdated };
const VERIFIED = { email: identityEmailVerified, phone_number: identityPhoneVerified };
const UNVERIFIED = { email: identityEmailUnverified, phone_number: identityPhoneUnverified };

/** What is told of an identity that was added; nothing of passkeys. `user` is the model afterwards. */
export function identityAdded(user: UserModel, identity: Identity): GatehouseEvent[] {
  const payload = { user, identity: identityModel(identity) };
  if (identity.type === "oauth") return [identityOauthConnected(payload)];
  if (identity.type === "biometric") return [identityBiometricEnabled(payload)];
  return identity.loginIdType ? [ADDED[identity.loginIdType](payload)] : [];
}

/** What is told of a login id that has another value. */
export function identityUpdated(user: UserModel, { old, changed }: { old: Identity; changed: Identity }): GatehouseEvent[] {
  return changed.loginIdType ? [UPDATED[changed.loginIdType]({ user, old_identity: identityModel(old), new_identity: identityModel(changed) })] : [];
}

/** What is told of an identity that was removed; nothing of passkeys. */
export function identityRemoved(user: UserModel, identity: Identity): GatehouseEvent[] {
  const payload = { user, identity: identityModel(identity) };
  if (identity.type === "oauth") return [identityOauthDisconnected(payload)];
  if (identity.type === "biometric") return [identityBiometricDisabled(payload)];
  return identity.loginIdType ? [REMOVED[identity.loginIdType](payload)] : [];
}

/** What is told of an identity whose address was proven by its owner. */
export function identityVerified(user: UserModel, { identity, name }: { identity: Identity; name: "email" | "phone_number" }): GatehouseEvent {
  return VERIFIED[name]({ user, identity: identityModel(identity) });
}

/** What is told of an identity whose address counts as proven no more. */
export function identityUnverified(user: UserModel, { identity, name }: { identity: Identity; name: "email" | "phone_number" }): GatehouseEvent {
  return UNVERIFIED[name]({ user, identity: identityModel(identity) });
}
