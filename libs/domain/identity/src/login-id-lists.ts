import disposable from "disposable-email-domains";
import disposableWithSubdomains from "disposable-email-domains/wildcard.js";
import { foldNormalised } from "./fold-case.js";
import { FREE_EMAIL_DOMAINS } from "./free-email-domains.js";
import { asciiDomain } from "./normalise-login-id.js";
import { meaningfulLines, parseRuleList, type RuleList } from "./parse-rule-list.js";
import { RESERVED_USERNAMES } from "./reserved-usernames.js";

/** The text resources that decide which login ids a project takes: what the product brings, overridden by the project's files. Texts are given case-folded. */
export interface LoginIdLists {
  isReservedUsername(name: string): boolean;
  hasExcludedKeyword(name: string): boolean;
  /** A domain is given in both forms: as people write it, and in punycode. */
  isBlockedDomain(forms: readonly string[]): boolean;
  isAllowedDomain(forms: readonly string[]): boolean;
  isFreeProvider(forms: readonly string[]): boolean;
  isDisposable(forms: readonly string[]): boolean;
}

/** Made when it is first asked for: most projects ask for few of the lists. */
function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const builtInDisposable = lazily(() => ({ exact: new Set(disposable), withSubdomains: new Set(disposableWithSubdomains) }));

/** The domain itself and all it is a part of. */
function withParents(domain: string): string[] {
  const labels = domain.split(".");
  return labels.map((_, index) => labels.slice(index).join("."));
}

function isBuiltInDisposable(domain: string): boolean {
  const { exact, withSubdomains } = builtInDisposable();
  return exact.has(domain) || withParents(domain).some((parent) => withSubdomains.has(parent));
}

type Resources = ReadonlyMap<string, Uint8Array>;

function readLists(resources: Resources): LoginIdLists {
  const text = (name: string) => new TextDecoder().decode(resources.get(name));
  const domains = (name: string): (() => RuleList) => lazily(() => parseRuleList(text(name), asciiDomain));
  const reserved = lazily(() => parseRuleList(text("reserved_name.txt")));
  const keywords = lazily(() => meaningfulLines(text("username_excluded_keywords.txt")).map((word) => foldNormalised(word, "NFKC")));
  const [blocked, allowed] = [domains("email_domain_blocklist.txt"), domains("email_domain_allowlist.txt")];
  const [free, throwaway] = [domains("free_email_provider_domain_list.txt"), domains("disposable_email_domain_list.txt")];
  return {
    isReservedUsername: (name) => reserved().decide(name) ?? RESERVED_USERNAMES.has(name),
    hasExcludedKeyword: (name) => keywords().some((word) => name.includes(word)),
    isBlockedDomain: (forms) => blocked().decide(...forms) === true,
    isAllowedDomain: (forms) => allowed().decide(...forms) === true,
    isFreeProvider: (forms) => free().decide(...forms) ?? forms.some((form) => FREE_EMAIL_DOMAINS.has(form)),
    isDisposable: (forms) => throwaway().decide(...forms) ?? forms.some(isBuiltInDisposable),
  };
}

const known = new WeakMap<Resources, LoginIdLists>();

/** The lists of a project's resource files; the files of one version are read once. */
export function loginIdLists(resources: Resources): LoginIdLists {
  const lists = known.get(resources) ?? readLists(resources);
  known.set(resources, lists);
  return lists;
}
