import { accountTimesClash } from "@gatehouse/domain-errors";
import { isDisabled } from "./account-status.js";
import type { AccountStatus } from "./user.js";

/** The times of an account that must not clash. */
export type AccountTimes = Pick<AccountStatus, "temporarilyDisabledFrom" | "temporarilyDisabledUntil" | "accountValidFrom" | "accountValidUntil">;

const inOrder = (earlier: Date | null, later: Date | null): boolean => !earlier || !later || earlier < later;

/** Throws InvalidAccountStatusTransition with the first rule that the times break (spec: user model §2.4). */
export function checkAccountTimes({ temporarilyDisabledFrom: from, temporarilyDisabledUntil: until, accountValidFrom, accountValidUntil }: AccountTimes): void {
  if (!inOrder(accountValidFrom, accountValidUntil)) throw accountTimesClash("AccountValidFromShouldBeBeforeAccountValidUntil");
  if (from && !until) throw accountTimesClash("TemporarilyDisabledPeriodMissingUntilTimestamp");
  if (until && !from) throw accountTimesClash("TemporarilyDisabledPeriodMissingFromTimestamp");
  if (!inOrder(from, until)) throw accountTimesClash("TemporarilyDisabledFromShouldBeBeforeTemporarilyDisabledUntil");
  if (!inOrder(accountValidFrom, from)) throw accountTimesClash("AccountValidFromShouldBeBeforeTemporarilyDisabledFrom");
  if (!inOrder(until, accountValidUntil)) throw accountTimesClash("TemporarilyDisabledUntilShouldBeBeforeAccountValidUntil");
}

/** The status as it is read: a temporary window that is over is gone, and its reason with it. */
export function currentStatus(status: AccountStatus, now: Date): AccountStatus {
  const { temporarilyDisabledUntil: until } = status;
  if (!until || now < until) return status;
  const disableReason = status.isIndefinitelyDisabled ? status.disableReason : null;
  return { ...status, disableReason, temporarilyDisabledFrom: null, temporarilyDisabledUntil: null };
}

/** `is_disabled` as lists and indexes keep it, and when it flips next; null when it never does by itself (spec: user model §2.1). */
export function statusCache(status: AccountStatus, now: Date): { isDisabled: boolean; staleFrom: Date | null } {
  const disabled = isDisabled(status, now);
  const turns = [status.temporarilyDisabledFrom, status.temporarilyDisabledUntil, status.accountValidFrom, status.accountValidUntil];
  const ahead = turns.filter((at) => at !== null && at > now).sort((a, b) => Number(a) - Number(b));
  return { isDisabled: disabled, staleFrom: ahead.find((at) => isDisabled(status, at as Date) !== disabled) ?? null };
}
