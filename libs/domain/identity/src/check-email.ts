import type { ProjectConfig } from "@gatehouse/domain-config";
import type { Cause } from "@gatehouse/platform-schema";
import { blocked } from "./login-id-cause.js";
import type { LoginIdLists } from "./login-id-lists.js";
import type { NormalisedLoginId } from "./normalise-login-id.js";

type EmailRules = ProjectConfig["identity"]["login_id"]["types"]["email"];

/** Why a project does not take an address, for its local part. */
export function localPartCause({ value }: NormalisedLoginId, rules: EmailRules): Cause | undefined {
  return rules.block_plus_sign && value.slice(0, value.lastIndexOf("@")).includes("+") ? blocked("BlockPlusSign") : undefined;
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1);

/** Why a project does not take an address, for its domain; both forms of the domain count, so that punycode is no way round a list. */
export function domainCause({ value, uniqueKey }: NormalisedLoginId, rules: EmailRules, lists: LoginIdLists): Cause | undefined {
  const forms = [...new Set([domainOf(value), domainOf(uniqueKey)])];
  const listed = (blocklist: string) => blocked("EmailDomainBlocklist", { blocklist });
  if (rules.domain_allowlist_enabled && !lists.isAllowedDomain(forms)) return blocked("EmailDomainAllowlist");
  if (rules.domain_blocklist_enabled && lists.isBlockedDomain(forms)) return listed("custom");
  if (rules.block_free_email_provider_domains && lists.isFreeProvider(forms)) return listed("free");
  if (rules.block_disposable_email_domains && lists.isDisposable(forms)) return listed("disposable");
  return undefined;
}
