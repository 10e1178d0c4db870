import type { FlowBranchConfig, ProjectConfig } from "@gatehouse/domain-config";
import type { IncomingIdentity } from "@gatehouse/domain-flow";
import { CLAIM_OF_LOGIN_ID, type Identity, type LoginIdType } from "@gatehouse/domain-identity";

/** One rule of `account_linking` as it applies to an incoming identity. */
export interface LinkingRule {
  /** The incoming value. */
  value: string;
  /** The claim of other identities that it is compared with. */
  claim: string;
  action: "error" | "login_and_link";
  /** Login flow of the override; the flow of the sign-up's name by default. */
  loginFlow?: string;
}

/** An identity of somebody else that a rule found. */
export interface Conflict {
  identity: Identity;
  rule: LinkingRule;
}

interface LinkingItem {
  name?: string;
  alias?: string;
  key?: string;
  oauth_claim?: { pointer: string };
  user_profile: { pointer: string };
  action: "error" | "login_and_link";
}

const NAMING = ["email", "phone_number", "preferred_username"] as const;
const claimAt = (pointer: string): string => pointer.replace(/^\//, "");

/** Items of the configuration for an identity, or the defaults: compare like with like, and refuse. */
function itemsFor(config: ProjectConfig, incoming: IncomingIdentity): { from: string; item: LinkingItem }[] {
  const linking = config.account_linking;
  if (incoming.type === "oauth") {
    const items = (linking.oauth ?? []).filter(({ alias }) => alias === incoming.details.oauth?.alias);
    if (items.length > 0) return items.map((item) => ({ from: claimAt(item.oauth_claim?.pointer ?? "/email"), item }));
    return [{ from: "email", item: { user_profile: { pointer: "/email" }, action: "error" } }];
  }
  if (incoming.type === "ldap") return NAMING.map((name) => ({ from: name, item: { user_profile: { pointer: `/${name}` }, action: "error" } }));
  if (!incoming.loginId) return [];
  const from = CLAIM_OF_LOGIN_ID[incoming.loginId.type as LoginIdType];
  const items = (linking.login_id ?? []).filter(({ key }) => key === incoming.loginId?.key);
  return items.length > 0 ? items.map((item) => ({ from, item })) : [{ from, item: { user_profile: { pointer: `/${from}` }, action: "error" } }];
}

/** The rules that apply to an incoming identity, with the overrides of its branch (spec: authentication flow §8). An empty value has no rule. */
export function linkingRules(config: ProjectConfig, incoming: IncomingIdentity, overrides: FlowBranchConfig["account_linking"]): LinkingRule[] {
  const own = incoming.type === "oauth" ? overrides?.oauth : overrides?.login_id;
  return itemsFor(config, incoming).flatMap(({ from, item }): LinkingRule[] => {
    const value = incoming.linkClaims[from];
    if (typeof value !== "string" || value === "") return [];
    const override = item.name === undefined ? undefined : own?.find(({ name }) => name === item.name);
    const action = (override?.action ?? item.action) as LinkingRule["action"];
    return [{ value, claim: claimAt(item.user_profile.pointer), action, ...(override?.login_flow ? { loginFlow: override.login_flow } : {}) }];
  });
}

/** The values to look for, by claim. */
export function soughtClaims(rules: readonly LinkingRule[]): Record<string, string[]> {
  const sought: Record<string, string[]> = {};
  for (const { claim, value } of rules) sought[claim] = [...(sought[claim] ?? []), value];
  return sought;
}

/** Identities of others that the rules object to, each once. */
export function findConflicts(rules: readonly LinkingRule[], others: readonly Identity[]): Conflict[] {
  const conflicts = rules.flatMap((rule) => others.filter(({ claims }) => claims[rule.claim] === rule.value).map((identity) => ({ identity, rule })));
  return conflicts.filter(({ identity }, index) => conflicts.findIndex((other) => other.identity.id === identity.id) === index);
}
