import { flowDifferentUser, invariantViolated } from "@gatehouse/domain-errors";
import { loginIdLookupKeys } from "@gatehouse/domain-identity";
import type { UserFacts } from "@gatehouse/domain-user";
import type { Run } from "../engine/run.js";

/** The value of a login hint that must be met: `https://authgear.com/login_hint?type=login_id&enforce=true&email=...`. */
function enforcedLoginId(hint: string | undefined): string | undefined {
  if (!hint?.startsWith("https://authgear.com/login_hint?")) return undefined;
  const params = new URL(hint).searchParams;
  if (params.get("type") !== "login_id" || params.get("enforce") !== "true") return undefined;
  return params.get("email") ?? params.get("phone") ?? params.get("username") ?? undefined;
}

/** The keys under which the login id of an enforced hint is looked up; undefined without such a hint. */
export function expectedLoginIdKeys({ ctx, record }: Run): string[] | undefined {
  const expected = enforcedLoginId(record.loginHint);
  return expected === undefined ? undefined : loginIdLookupKeys(ctx.project.config, expected);
}

/**
 * The user of a run is the one the authorization request expects: the subject of its `id_token_hint`, the owner of its enforced login hint.
 * Throws `MismatchedUser` or `AuthenticationFlowDifferentUserID` (spec: authentication flow §3.6). Without facts the user is about to be created.
 */
export function checkExpectedUser(run: Run, facts: UserFacts | undefined): void {
  const { userIdHint } = run.record;
  if (userIdHint && userIdHint !== (facts?.user.id ?? run.state.memory.userId)) throw invariantViolated("MismatchedUser", "mismatched user");
  const keys = expectedLoginIdKeys(run);
  if (keys && facts && !facts.identities.some(({ type, uniqueKey }) => type === "login_id" && keys.includes(uniqueKey))) throw flowDifferentUser();
}
