import type { Authenticator } from "@gatehouse/domain-authenticator";
import type { ProjectConfig } from "@gatehouse/domain-config";
import type { EventAuthenticator, EventIdentity, EventUser } from "@gatehouse/domain-events";
import { type Identity, identityClaims } from "@gatehouse/domain-identity";
import { isDisabled } from "./account-status.js";
import { currentStatus } from "./account-times.js";
import { isVerified } from "./is-verified.js";
import { shownPicture } from "./picture-address.js";
import type { User } from "./user.js";

/** A user as webhooks, events and exports show it (spec: events and hooks §4); absent members are left out. */
export type UserModel = EventUser;

/** Everything a user's model is made of. */
export interface UserFacts {
  user: User;
  identities: readonly Identity[];
  authenticators: readonly Authenticator[];
  verified: readonly { name: string; value: string }[];
  /** Recovery codes that are left. */
  recoveryCodes?: number;
  /** Keys of the user's own roles, in the order he got them; none when absent. */
  roles?: readonly string[];
  /** Keys of his groups, in the order he joined them; none when absent. */
  groups?: readonly string[];
  /** Keys of his own roles and those of his groups, oldest role first; none when absent. */
  effectiveRoles?: readonly string[];
}

const iso = (time: Date | null): string | undefined => time?.toISOString();

/** Drops members that are undefined. */
function present(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

/** Standard attributes with the derived `email_verified`, `phone_number_verified` and `updated_at` (Unix seconds). */
export function shownAttributes(user: User, verified: UserFacts["verified"]): Record<string, unknown> {
  const out: Record<string, unknown> = { ...user.standardAttributes };
  for (const name of ["email", "phone_number"]) if (out[name] !== undefined) out[`${name}_verified`] = verified.some((claim) => claim.name === name && claim.value === out[name]);
  return { ...out, updated_at: Math.floor(user.updatedAt.getTime() / 1000) };
}

/** Custom attributes by their names; they are kept by id. */
export function shownCustomAttributes(config: ProjectConfig, user: User): Record<string, unknown> {
  const declared = config.user_profile.custom_attributes.attributes ?? [];
  return Object.fromEntries(declared.filter(({ id }) => user.customAttributes[id] !== undefined).map(({ id, pointer }) => [pointer.slice(1), user.customAttributes[id]]));
}

/** The model of a user at a time. */
export function userModel(config: ProjectConfig, facts: UserFacts, now: Date): UserModel {
  const { user, identities, authenticators, verified } = facts;
  const status = currentStatus(user.status, now);
  return present({
    id: user.id,
    created_at: iso(user.createdAt),
    updated_at: iso(user.updatedAt),
    last_login_at: iso(user.loginAt),
    is_anonymous: identities.some(({ type }) => type === "anonymous"),
    is_verified: isVerified(
      config.verification,
      identities.map(({ claims }) => claims),
      verified,
    ),
    is_disabled: isDisabled(status, now),
    disable_reason: status.disableReason ?? undefined,
    is_deactivated: status.isDeactivated,
    delete_at: iso(status.deleteAt),
    delete_reason: status.deleteReason ?? undefined,
    is_anonymized: status.isAnonymized,
    anonymize_at: iso(status.anonymizeAt),
    temporarily_disabled_from: iso(status.temporarilyDisabledFrom),
    temporarily_disabled_until: iso(status.temporarilyDisabledUntil),
    account_valid_from: iso(status.accountValidFrom),
    account_valid_until: iso(status.accountValidUntil),
    can_reauthenticate: authenticators.length > 0,
    standard_attributes: shownPicture(config.http.public_origin, shownAttributes(user, verified)),
    custom_attributes: shownCustomAttributes(config, user),
    x_web3: {},
    roles: [...(facts.roles ?? [])],
    groups: [...(facts.groups ?? [])],
    mfa_grace_period_end_at: iso(user.mfaGracePeriodEndAt),
  }) as unknown as UserModel;
}

/** The model of an identity in events. */
export function identityModel(identity: Identity): EventIdentity {
  return {
    id: identity.id,
    created_at: identity.createdAt.toISOString(),
    updated_at: identity.updatedAt.toISOString(),
    type: identity.type,
    user_id: identity.userId,
    claims: identityClaims(identity),
  };
}

/** The model of an authenticator in events. */
export function authenticatorModel({ id, userId, type, kind, isDefault, createdAt, updatedAt }: Authenticator): EventAuthenticator {
  return { id, user_id: userId, type, kind, is_default: isDefault, created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
}
