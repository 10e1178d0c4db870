import { asUserId } from "@gatehouse/domain-project";
import type { User } from "./user.js";

/** A user from a row of `auth_user`, or from the same row as JSON. */
export function toUser(row: Readonly<Record<string, unknown>>): User {
  const time = (name: string) => (row[name] ? new Date(row[name] as string | Date) : null);
  return {
    id: asUserId(row.id as string),
    createdAt: time("created_at") as Date,
    updatedAt: time("updated_at") as Date,
    loginAt: time("login_at"),
    lastLoginAt: time("last_login_at"),
    standardAttributes: row.standard_attributes as Record<string, unknown>,
    customAttributes: row.custom_attributes as Record<string, unknown>,
    mfaGracePeriodEndAt: time("mfa_grace_period_end_at"),
    metadata: (row.metadata ?? {}) as Record<string, unknown>,
    status: {
      isIndefinitelyDisabled: row.is_indefinitely_disabled as boolean,
      isDeactivated: row.is_deactivated as boolean,
      disableReason: (row.disable_reason as string | null) ?? null,
      temporarilyDisabledFrom: time("temporarily_disabled_from"),
      temporarilyDisabledUntil: time("temporarily_disabled_until"),
      accountValidFrom: time("account_valid_from"),
      accountValidUntil: time("account_valid_until"),
      deleteAt: time("delete_at"),
      deleteReason: (row.delete_reason as string | null) ?? null,
      anonymizeAt: time("anonymize_at"),
      isAnonymized: row.is_anonymized as boolean,
    },
  };
}
