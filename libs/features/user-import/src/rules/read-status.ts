import { invalidAccountStatusTransition } from "@gatehouse/domain-errors";
import { type AccountStatus, changeAccountStatus } from "@gatehouse/domain-user";
import type { ApiError } from "@gatehouse/platform-errors-core";
import type { ImportRecord } from "./record-schema.js";

/** The status with the period of validity of a record; an end that it does not name stays. Throws InvalidAccountStatusTransition. */
export function withValidPeriod(status: AccountStatus, { account_valid_from: from, account_valid_until: until }: ImportRecord, now: Date): AccountStatus {
  if (from === undefined && until === undefined) return status;
  const ends = { ...(from === undefined ? {} : { from: new Date(from) }), ...(until === undefined ? {} : { until: new Date(until) }) };
  return changeAccountStatus(status, { kind: "set_valid_period", ...ends }, now);
}

/** The status of a user who is disabled or enabled; when he cannot be, the refusal. */
export function withDisabled(status: AccountStatus, { disabled, now }: { disabled: boolean; now: Date }): AccountStatus | ApiError {
  try {
    return changeAccountStatus(status, disabled ? { kind: "disable", reason: null } : { kind: "reenable" }, now);
  } catch (error) {
    if (invalidAccountStatusTransition.is(error)) return error as ApiError;
    throw error;
  }
}
