import type { Identity } from "@gatehouse/domain-identity";
import type { UserFacts } from "@gatehouse/domain-user";

const displayId = ({ claims, details }: Identity): string => claims.email ?? claims.phone_number ?? claims.preferred_username ?? details.oauth?.subjectId ?? "";

/** What an account is called in the choice of accounts: its newest login id, else `<provider type>:<display id>` of its newest social login, else the identity's type. Identities are newest first. */
export function accountName({ identities }: Pick<UserFacts, "identities">): string {
  const loginId = identities.find(({ type }) => type === "login_id");
  if (loginId) return loginId.loginId ?? "";
  const social = identities.find(({ type }) => type === "oauth");
  if (social) return `${social.details.oauth?.providerType ?? ""}:${displayId(social)}`;
  return identities[0]?.type ?? "";
}
