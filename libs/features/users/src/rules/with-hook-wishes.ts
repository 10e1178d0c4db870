import type { ProjectConfig } from "@gatehouse/domain-config";
import { keptCustomAttributes } from "@gatehouse/domain-user";
import type { Account } from "@gatehouse/record-accounts";

const DERIVED: readonly string[] = ["updated_at", "email_verified", "phone_number_verified"];
const NAMING: readonly string[] = ["email", "phone_number", "preferred_username"];

const pick = (attributes: Record<string, unknown>, keep: (name: string) => boolean): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).filter(([name, value]) => value !== undefined && keep(name)));

/** A new account with the attributes a blocking hook asked for. Computed attributes are not kept, and those that name the user follow from the identities. */
export function withHookWishes(
  config: ProjectConfig,
  account: Account,
  wishes: { standard_attributes: Record<string, unknown>; custom_attributes: Record<string, unknown> },
): Account {
  const free = pick(wishes.standard_attributes, (name) => !DERIVED.includes(name) && !NAMING.includes(name));
  const naming = pick(account.user.standardAttributes, (name) => NAMING.includes(name));
  return { ...account, user: { ...account.user, standardAttributes: { ...free, ...naming }, customAttributes: keptCustomAttributes(config, wishes.custom_attributes) } };
}
