import { invariantViolated } from "@gatehouse/domain-errors";
import type { Identity } from "@gatehouse/domain-identity";
import type { UserFacts } from "@gatehouse/domain-user";
import { isApplicable } from "./plan-account.js";

/** Identities by which a user can be found: all others lead to an account only together with one of these. */
const isIdentifiable = ({ type }: Identity): boolean => type === "login_id" || type === "oauth";
const needsPrimary = ({ type }: Identity): boolean => type === "login_id" || type === "passkey";

/** Throws `RemoveLastIdentity` when no login id and no social account would be left (spec: account management §4.7). */
export function checkIdentityLeft({ identities }: UserFacts): void {
  if (!identities.some(isIdentifiable)) throw invariantViolated("RemoveLastIdentity", "cannot remove last identity");
}

/** Throws `RemoveLastPrimaryAuthenticator` when an identity that is left could no longer be logged in with. */
export function checkPrimaryLeft({ identities, authenticators }: UserFacts): void {
  const primary = authenticators.filter(({ kind }) => kind === "primary");
  const locked = identities.find((identity) => needsPrimary(identity) && !primary.some((one) => isApplicable(one, identity)));
  if (locked) throw invariantViolated("RemoveLastPrimaryAuthenticator", "cannot remove last primary authenticator for identity", { cause: { identity_id: locked.id } });
}
