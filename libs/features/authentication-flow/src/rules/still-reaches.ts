import type { RecoveryTarget } from "@gatehouse/domain-flow";
import type { UserFacts } from "@gatehouse/domain-user";

/** Whether the address that a code of account recovery went to is still the user's: who gives an address up is not to be let in by it. */
export function stillReaches({ user, identities }: Pick<UserFacts, "user" | "identities">, { target }: Pick<RecoveryTarget, "target">): boolean {
  const { email, phone_number } = user.standardAttributes;
  const own = identities.flatMap(({ loginId, originalLoginId, claims }) => [loginId, originalLoginId, claims.email, claims.phone_number]);
  return [...own, email, phone_number].includes(target);
}
