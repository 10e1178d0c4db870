import type { ProjectConfig } from "@gatehouse/domain-config";
import type { Cause } from "@gatehouse/platform-schema";
import { hasConfusables } from "./confusables.js";
import { foldNormalised } from "./fold-case.js";
import { blocked, loginIdCause } from "./login-id-cause.js";
import type { LoginIdLists } from "./login-id-lists.js";
import { isPrecisIdentifier } from "./precis-identifier.js";

type UsernameRules = ProjectConfig["identity"]["login_id"]["types"]["username"];

/** Why a project does not take a username, if so: the first rule it breaks (spec: user model §4.2). */
export function usernameCause(original: string, rules: UsernameRules, lists: LoginIdLists): Cause | undefined {
  const folded = foldNormalised(original, "NFKC");
  if (!isPrecisIdentifier(original)) return loginIdCause("format", { format: "username" });
  if (rules.block_reserved_usernames && lists.isReservedUsername(folded)) return blocked("UsernameReserved");
  if (rules.exclude_keywords_enabled && lists.hasExcludedKeyword(folded)) return blocked("UsernameExcludedKeywords");
  if (rules.ascii_only && !/^[a-zA-Z0-9_\-.]*$/.test(original)) return loginIdCause("format", { format: "username" });
  if (hasConfusables(original) || hasConfusables(folded)) return loginIdCause("general", { msg: "username contains confusable characters" });
  return undefined;
}
