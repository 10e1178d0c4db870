import { ldapDisplayId } from "@gatehouse/domain-identity";
import type { UserFacts } from "./user-model.js";

/** The end-user account id, as authenticator apps and passkeys show it: email, user name, phone number, else the display id of a directory entry (spec: admin API §5.1). */
export function endUserAccountId({ user, identities }: Pick<UserFacts, "user" | "identities">): string {
  const { email, phone_number, preferred_username } = user.standardAttributes as Record<string, string | undefined>;
  const entry = identities.find(({ details }) => details.ldap)?.details.ldap;
  return email ?? preferred_username ?? phone_number ?? (entry ? ldapDisplayId(entry) : user.id);
}
