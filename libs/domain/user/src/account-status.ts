import {
  anonymizedUser,
  disabledUser,
  scheduledAnonymizationByAdmin,
  scheduledDeletionByAdmin,
  scheduledDeletionByEndUser,
  userOutsideValidPeriod,
} from "@gatehouse/domain-errors";
import type { ApiError } from "@gatehouse/platform-errors-core";
import type { AccountStatus } from "./user.js";

/** Names of the account states, as errors show them. */
export type AccountVariant =
  | "anonymized"
  | "scheduled_deletion_deactivated"
  | "scheduled_deletion_disabled"
  | "scheduled_anonymization_disabled"
  | "disabled"
  | "disabled_temporarily"
  | "normal";

/** The state of an account at a time; the first that matches wins (spec: user model §2.2). */
export function accountVariant(status: AccountStatus, now: Date): AccountVariant {
  if (status.isAnonymized) return "anonymized";
  if (status.isIndefinitelyDisabled) {
    if (status.deleteAt) return status.isDeactivated ? "scheduled_deletion_deactivated" : "scheduled_deletion_disabled";
    return status.anonymizeAt ? "scheduled_anonymization_disabled" : "disabled";
  }
  const { temporarilyDisabledFrom: from, temporarilyDisabledUntil: until } = status;
  return from && until && from <= now && now < until ? "disabled_temporarily" : "normal";
}

/** Whether the account's period of validity excludes a time. */
export function isOutsideValidPeriod(status: AccountStatus, now: Date): boolean {
  return (status.accountValidFrom !== null && now < status.accountValidFrom) || (status.accountValidUntil !== null && now >= status.accountValidUntil);
}

/** `is_disabled` of the API: anonymized, outside the valid period, or in any state but normal. */
export function isDisabled(status: AccountStatus, now: Date): boolean {
  return isOutsideValidPeriod(status, now) || accountVariant(status, now) !== "normal";
}

/** Why a user may not sign in at a time, or undefined when he may (spec: user model §2.3). */
export function accountStatusError(status: AccountStatus, now: Date): ApiError | undefined {
  const variant = accountVariant(status, now);
  if (variant === "anonymized") return anonymizedUser();
  if (isOutsideValidPeriod(status, now)) return userOutsideValidPeriod();
  switch (variant) {
    case "scheduled_deletion_deactivated":
      return scheduledDeletionByEndUser({ delete_at: iso(status.deleteAt) });
    case "scheduled_deletion_disabled":
      return scheduledDeletionByAdmin({ delete_at: iso(status.deleteAt) });
    case "scheduled_anonymization_disabled":
      return scheduledAnonymizationByAdmin({ anonymize_at: iso(status.anonymizeAt) });
    case "normal":
      return undefined;
    default:
      return disabledUser(status.disableReason ? { reason: status.disableReason } : {});
  }
}

const iso = (time: Date | null): string => time?.toISOString() ?? "";
