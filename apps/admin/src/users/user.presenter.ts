import { accountVariant, type User } from "@gatehouse/domain-user";
import { toGlobalId } from "@gatehouse/platform-graphql";

/** `User` of the schema, as far as its own row tells; `row` is for the other fields' resolvers. */
export function presentUser(row: User) {
  const { status } = row;
  return {
    __typename: "User",
    id: toGlobalId("User", row.id),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    lastLoginAt: row.loginAt,
    isDeactivated: status.isDeactivated,
    isAnonymized: status.isAnonymized,
    deleteAt: status.deleteAt,
    deleteReason: status.deleteReason,
    anonymizeAt: status.anonymizeAt,
    temporarilyDisabledFrom: status.temporarilyDisabledFrom,
    temporarilyDisabledUntil: status.temporarilyDisabledUntil,
    accountValidFrom: status.accountValidFrom,
    accountValidUntil: status.accountValidUntil,
    mfaGracePeriodEndAt: row.mfaGracePeriodEndAt,
    formattedName: formattedName(row.standardAttributes),
    web3: {},
    row,
  };
}

/** A presented user. */
export type UserNode = ReturnType<typeof presentUser>;

/** The disable reason, while the user is disabled for good or for a time. */
export function shownDisableReason({ status }: User, now: Date): string | null {
  const variant = accountVariant(status, now);
  return variant === "disabled" || variant === "disabled_temporarily" ? status.disableReason : null;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function formattedName(attributes: Record<string, unknown>): string | null {
  const parts = [attributes.given_name, attributes.middle_name, attributes.family_name].map(textOf).filter(Boolean);
  const name = textOf(attributes.name) || parts.join(" ");
  const nickname = textOf(attributes.nickname);
  if (name && nickname) return `${name} (${nickname})`;
  return name || nickname || null;
}
