import type { ProjectConfig } from "@gatehouse/domain-config";
import { withWrittenAttributes } from "@gatehouse/domain-user";
import type { Account } from "@gatehouse/record-accounts";

/** As they are read back: those given together come in the order of their keys. */
const inOrder = (keys: readonly string[]): string[] => [...new Set(keys)].sort();

/**
 * A new account with the attributes, roles and groups a blocking hook asked for (spec: events and hooks §6.3). Whether the roles and groups exist is for the
 * transaction to say. Throws `ValidationFailed`, and a plain error for an address or user name that is none of the account's.
 */
export function withHookWishes(
  config: ProjectConfig,
  account: Account,
  wishes: { standard_attributes: Record<string, unknown>; custom_attributes: Record<string, unknown>; roles: readonly string[]; groups: readonly string[] },
): Account {
  const written = withWrittenAttributes(config, account, { standard: wishes.standard_attributes, custom: wishes.custom_attributes });
  return { ...written, roles: inOrder(wishes.roles), groups: inOrder(wishes.groups) };
}
