import type { RecoveryTarget } from "@gatehouse/domain-flow";
import { asciiDomain } from "@gatehouse/domain-identity";
import type { UserFacts } from "@gatehouse/domain-user";

/** An address in the form in which it is one, however its domain is written. */
function sameForm(address: unknown): unknown {
  if (typeof address !== "string" || !address.includes("@")) return address;
  const at = address.lastIndexOf("@") + 1;
  return address.slice(0, at) + (asciiDomain(address.slice(at)) ?? address.slice(at));
}

/** Whether the address that a code of account recovery went to is still the user's: who gives an address up is not to be let in by it. */
export function stillReaches({ user, identities }: Pick<UserFacts, "user" | "identities">, { target }: Pick<RecoveryTarget, "target">): boolean {
  const { email, phone_number } = user.standardAttributes;
  const own = identities.flatMap(({ loginId, originalLoginId, claims }) => [loginId, originalLoginId, claims.email, claims.phone_number]);
  return [...own, email, phone_number].map(sameForm).includes(sameForm(target));
}
