import { flowDifferentUser, invariantViolated } from "@gatehouse/domain-errors";
import type { UserFacts } from "@gatehouse/domain-user";
import type { Run } from "../engine/run.js";

/** The value of a login hint that must be met: `https://authgear.com/login_hint?type=login_id&enforce=true&email=...`. */
function enforcedLoginId(hint: string | undefined): string | undefined {
  if (!hint?.startsWith("https://authgear.com/login_hint?")) return undefined;
  const params = new URL(hint).searchParams;
  if (params.get("type") !== "login_id" || params.get("enforce") !== "true") return undefined;
  return params.get("email") ?? params.get("phone") ?? params.get("username") ?? undefined;
}

/**
 * The user of a run is the one the authorization request expects: the subject of its `id_token_hint`, the owner of its enforced login hint.
 * Throws `MismatchedUser` or `AuthenticationFlowDifferentUserID` (spec: authentication flow §3.6). Without facts the user is about to be created.
 */
export function checkExpectedUser({ record }: Run, facts: UserFacts | undefined): void {
  if (record.userIdHint && record.userIdHint !== facts?.user.id) throw invariantViolated("MismatchedUser", "mismatched user");
  const expected = enforcedLoginId(record.loginHint);
  if (expected && facts && !facts.identities.some(({ loginId, originalLoginId }) => loginId === expected || originalLoginId === expected)) throw flowDifferentUser();
}
