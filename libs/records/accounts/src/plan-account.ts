import type { Authenticator } from "@gatehouse/domain-authenticator";
import type { Identity } from "@gatehouse/domain-identity";
import { populateAttributes, type UserFacts } from "@gatehouse/domain-user";

/** An address that somebody has proven to control. */
export interface ProvenAddress {
  name: "email" | "phone_number";
  value: string;
}

const CARRIERS: readonly Identity["type"][] = ["login_id", "oauth", "ldap"];
const claimKey = (name: string, value: unknown): string => `${name}\n${String(value)}`;
const addressOf = ({ email, phone }: Authenticator): string | null => email ?? phone;
const isPrimaryCode = ({ type, kind }: Authenticator): boolean => kind === "primary" && (type === "oob_otp_email" || type === "oob_otp_sms");

/** Whether a login id is the address of a primary one-time-password authenticator. */
const isDependent = (authenticator: Authenticator, { type, loginId }: Identity): boolean =>
  isPrimaryCode(authenticator) && type === "login_id" && loginId !== null && addressOf(authenticator) === loginId;

/** Whether a primary authenticator may stand for an identity (spec: user model §5). */
export function isApplicable({ type, passkey }: Authenticator, identity: Identity): boolean {
  if (identity.type === "passkey") return type === "passkey" && passkey?.credentialId === identity.uniqueKey;
  if (identity.type !== "login_id") return false;
  if (type === "oob_otp_email") return identity.loginIdType === "email";
  return type === "oob_otp_sms" ? identity.loginIdType === "phone" : type === "password" || type === "passkey";
}

/** Primary authenticators of no identity that is left go; second factors belong to the user. A passkey lives and dies with its identity. */
function withoutOrphans(facts: UserFacts): UserFacts {
  const owner = ({ type }: Authenticator) => (type === "passkey" ? facts.identities.filter((one) => one.type === "passkey") : facts.identities);
  return { ...facts, authenticators: facts.authenticators.filter((one) => one.kind === "secondary" || owner(one).some((identity) => isApplicable(one, identity))) };
}

/** Proven addresses that neither an identity nor an authenticator carries are forgotten. */
function withoutStrayClaims(facts: UserFacts): UserFacts {
  const carried = new Set([
    ...facts.identities.filter(({ type }) => CARRIERS.includes(type)).flatMap(({ claims }) => [claimKey("email", claims.email), claimKey("phone_number", claims.phone_number)]),
    ...facts.authenticators.flatMap(({ email, phone }) => [claimKey("email", email), claimKey("phone_number", phone)]),
  ]);
  return { ...facts, verified: facts.verified.filter(({ name, value }) => carried.has(claimKey(name, value))) };
}

/** Recovery codes stand in for a second factor: without one there are none. */
function withoutIdleRecovery(facts: UserFacts): UserFacts {
  return facts.authenticators.some(({ kind }) => kind === "secondary") ? facts : { ...facts, recoveryCodes: 0 };
}

function withAttributes(facts: UserFacts): UserFacts {
  const standardAttributes = populateAttributes(
    facts.user.standardAttributes,
    facts.identities.map(({ claims }) => claims),
  );
  return { ...facts, user: { ...facts.user, standardAttributes } };
}

const cleaned = (facts: UserFacts): UserFacts => withAttributes(withoutIdleRecovery(withoutStrayClaims(withoutOrphans(facts))));

function withProof(facts: UserFacts, proven: readonly ProvenAddress[]): UserFacts {
  const fresh = proven.filter(({ name, value }) => !facts.verified.some((one) => one.name === name && one.value === value));
  return fresh.length === 0 ? facts : { ...facts, verified: [...facts.verified, ...fresh] };
}

/** The user with one identity more, and the addresses that came proven with it. */
export function withIdentity(facts: UserFacts, identity: Identity, proven: readonly ProvenAddress[]): UserFacts {
  return withAttributes(withProof({ ...facts, identities: [identity, ...facts.identities] }, proven));
}

/** The user with more authenticators; the first primary one of all becomes the default, and a second factor ends the grace period for having none. */
export function withAuthenticators(facts: UserFacts, added: readonly Authenticator[], proven: readonly ProvenAddress[]): UserFacts {
  const first = facts.authenticators.some(({ kind }) => kind === "primary") ? -1 : added.findIndex(({ kind }) => kind === "primary");
  const authenticators = [...facts.authenticators, ...added.map((one, index) => (index === first ? { ...one, isDefault: true } : one))];
  const user = added.some(({ kind }) => kind === "secondary") ? { ...facts.user, mfaGracePeriodEndAt: null } : facts.user;
  return withProof({ ...facts, user, authenticators }, proven);
}

/** The user with another value of a login id: primary one-time passwords go to the new address, unless there is one already or it is none of theirs (spec: account management §4.7). */
export function withLoginId(facts: UserFacts, changed: Identity, proven: readonly ProvenAddress[]): UserFacts {
  const old = facts.identities.find(({ id }) => id === changed.id);
  const identities = facts.identities.map((one) => (one.id === changed.id ? changed : one));
  const ofSameType = old?.loginIdType === changed.loginIdType;
  if (!old || (ofSameType && old.loginId === changed.loginId)) return withAttributes(withProof({ ...facts, identities }, proven));
  const taken = (type: Authenticator["type"]) => !ofSameType || facts.authenticators.some((one) => isPrimaryCode(one) && one.type === type && addressOf(one) === changed.loginId);
  const authenticators = facts.authenticators.flatMap((one) => (isDependent(one, old) ? (taken(one.type) ? [] : [movedTo(one, changed)]) : [one]));
  return cleaned(withProof({ ...facts, identities, authenticators }, proven));
}

const movedTo = (one: Authenticator, { loginId, updatedAt }: Identity): Authenticator => ({
  ...one,
  ...(one.type === "oob_otp_email" ? { email: loginId } : { phone: loginId }),
  updatedAt,
});

/** The user without an identity and what depended on it. */
export function withoutIdentity(facts: UserFacts, removed: Identity): UserFacts {
  const identities = facts.identities.filter(({ id }) => id !== removed.id);
  const authenticators = facts.authenticators.filter((one) => !isDependent(one, removed));
  return cleaned({ ...facts, identities, authenticators });
}

/** The user without an authenticator. */
export function withoutAuthenticator(facts: UserFacts, authenticatorId: string): UserFacts {
  return withoutIdleRecovery(withoutStrayClaims({ ...facts, authenticators: facts.authenticators.filter(({ id }) => id !== authenticatorId) }));
}
