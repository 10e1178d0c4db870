import { ldapDisplayId } from "@gatehouse/domain-identity";
import type { UserFacts } from "./user-model.js";

/** The end-user account id: email, user name, phone number, else the display id of a directory entry; null when nothing names the user (spec: admin API §6.1). */
export function namedAccountId({ user, identities }: Pick<UserFacts, "user" | "identities">): string | null {
  const { email, phone_number, preferred_username } = user.standardAttributes as Record<string, string | undefined>;
  const entry = identities.find(({ details }) => details.ldap)?.details.ldap;
  return email ?? preferred_username ?? phone_number ?? (entry ? ldapDisplayId(entry) : null);
}

/** The end-user account id as authenticator apps and passkeys show it: the user's id where nothing else names him (spec: account management §5.1). */
export const endUserAccountId = (facts: Pick<UserFacts, "user" | "identities">): string => namedAccountId(facts) ?? facts.user.id;
