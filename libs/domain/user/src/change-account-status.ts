import { illegalStatusTransition } from "@gatehouse/domain-errors";
import { type AccountVariant, accountVariant } from "./account-status.js";
import { checkAccountTimes, currentStatus } from "./account-times.js";
import type { AccountStatus } from "./user.js";

/** What is to become of an account. In `set_valid_period` an absent end stays, null opens it. */
export type AccountOperation =
  | { kind: "reenable" }
  | { kind: "disable"; reason: string | null }
  | { kind: "disable_temporarily"; from: Date | null; until: Date | null; reason: string | null }
  | { kind: "schedule_deletion_by_end_user"; deleteAt: Date }
  | { kind: "schedule_deletion_by_admin"; deleteAt: Date; reason: string | null }
  | { kind: "unschedule_deletion" }
  | { kind: "schedule_anonymization"; anonymizeAt: Date }
  | { kind: "unschedule_anonymization" }
  | { kind: "anonymize" }
  | { kind: "set_valid_period"; from?: Date | null; until?: Date | null };

type Kind = AccountOperation["kind"];
type Change<K extends Kind> = (status: AccountStatus, operation: Extract<AccountOperation, { kind: K }>) => AccountStatus;

const END_USER_REASON = "end user request";
const NORMAL: readonly AccountVariant[] = ["normal"];
const DISABLED: readonly AccountVariant[] = ["disabled", "disabled_temporarily"];
const TO_BE_DELETED: readonly AccountVariant[] = ["scheduled_deletion_deactivated", "scheduled_deletion_disabled"];

/** Everything that keeps somebody out, but for the valid period and what cannot be undone. */
const open = (status: AccountStatus): AccountStatus => ({
  ...status,
  isIndefinitelyDisabled: status.isAnonymized,
  isDeactivated: false,
  disableReason: null,
  temporarilyDisabledFrom: null,
  temporarilyDisabledUntil: null,
  deleteAt: null,
  deleteReason: null,
  anonymizeAt: null,
});
const closed = (status: AccountStatus): AccountStatus => ({ ...open(status), isIndefinitelyDisabled: true });

/** The variants an operation is allowed from; those of `delete_at` are told apart below (spec: user model §2.4). */
const ALLOWED: Readonly<Record<Kind, readonly AccountVariant[]>> = {
  reenable: DISABLED,
  disable: ["normal", "disabled_temporarily"],
  disable_temporarily: [...NORMAL, ...DISABLED],
  schedule_deletion_by_end_user: NORMAL,
  schedule_deletion_by_admin: [...NORMAL, ...DISABLED, "scheduled_anonymization_disabled", "anonymized"],
  unschedule_deletion: [...TO_BE_DELETED, "anonymized"],
  schedule_anonymization: [...NORMAL, ...DISABLED, ...TO_BE_DELETED],
  unschedule_anonymization: ["scheduled_anonymization_disabled"],
  anonymize: [...NORMAL, ...DISABLED, ...TO_BE_DELETED, "scheduled_anonymization_disabled"],
  set_valid_period: [...NORMAL, ...DISABLED, ...TO_BE_DELETED, "scheduled_anonymization_disabled"],
};

/** The variant that an operation leads to, as errors name it; a valid period leaves it alone. */
const TARGETS: Readonly<Record<Exclude<Kind, "set_valid_period">, AccountVariant>> = {
  reenable: "normal",
  disable: "disabled",
  disable_temporarily: "disabled_temporarily",
  schedule_deletion_by_end_user: "scheduled_deletion_deactivated",
  schedule_deletion_by_admin: "scheduled_deletion_disabled",
  unschedule_deletion: "normal",
  schedule_anonymization: "scheduled_anonymization_disabled",
  unschedule_anonymization: "normal",
  anonymize: "anonymized",
};

const CHANGES: { readonly [K in Kind]: Change<K> } = {
  reenable: open,
  disable: (status, { reason }) => ({ ...closed(status), disableReason: reason }),
  disable_temporarily: (status, { from, until, reason }) => ({ ...open(status), disableReason: reason, temporarilyDisabledFrom: from, temporarilyDisabledUntil: until }),
  schedule_deletion_by_end_user: (status, { deleteAt }) => ({ ...closed(status), isDeactivated: true, deleteAt, deleteReason: END_USER_REASON }),
  schedule_deletion_by_admin: (status, { deleteAt, reason }) => ({ ...closed(status), deleteAt, deleteReason: reason }),
  unschedule_deletion: open,
  schedule_anonymization: (status, { anonymizeAt }) => ({ ...closed(status), anonymizeAt }),
  unschedule_anonymization: open,
  anonymize: (status) => {
    const { isDeactivated, deleteAt, deleteReason } = status;
    return { ...closed(status), isAnonymized: true, isDeactivated, deleteAt, deleteReason };
  },
  set_valid_period: (status, { from, until }) => ({
    ...status,
    accountValidFrom: from === undefined ? status.accountValidFrom : from,
    accountValidUntil: until === undefined ? status.accountValidUntil : until,
  }),
};

/** An anonymized account shows itself as such, whether it is to be deleted too or not. */
function isAllowed(status: AccountStatus, kind: Kind, variant: AccountVariant): boolean {
  if (!ALLOWED[kind].includes(variant)) return false;
  if (variant !== "anonymized") return true;
  return (status.deleteAt !== null) === (kind === "unschedule_deletion");
}

/**
 * The status after an operation at a time (spec: user model §2.4). Throws InvalidAccountStatusTransition: with a cause when times clash, which is looked at first,
 * else with the names of the two states.
 */
export function changeAccountStatus(stored: AccountStatus, operation: AccountOperation, now: Date): AccountStatus {
  const status = currentStatus(stored, now);
  const changed = (CHANGES[operation.kind] as Change<Kind>)(status, operation);
  checkAccountTimes(changed);
  const from = accountVariant(status, now);
  if (!isAllowed(status, operation.kind, from)) throw illegalStatusTransition(from, operation.kind === "set_valid_period" ? from : TARGETS[operation.kind]);
  return currentStatus(changed, now);
}
