import { loginIdLookupKeys } from "@gatehouse/domain-identity";
import type { LoginHint } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { LiveSession } from "@gatehouse/record-sessions";

/** Whether a session is of the user whom a login hint insists on; any session is where it does not insist (spec: oauth-oidc §4.5). */
export function meetsLoginHint({ project: { config } }: ProjectContext, hint: LoginHint | undefined, { identities }: Pick<LiveSession, "identities">): boolean {
  if (hint?.type !== "login_id" || !hint.enforce || !hint.loginId) return true;
  const wanted = loginIdLookupKeys(config, hint.loginId);
  const own = identities.flatMap(({ type, claims }) => (type === "login_id" ? Object.values(claims) : []));
  return own.some((value) => typeof value === "string" && loginIdLookupKeys(config, value).some((key) => wanted.includes(key)));
}
