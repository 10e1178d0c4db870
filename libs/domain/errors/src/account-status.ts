import { type ApiError, defineError } from "@gatehouse/platform-errors-core";
import { invalidAccountStatusTransition } from "./admin.js";

/** What is said of times that clash (spec: user model §2.4). */
const CLASHES = {
  AccountValidFromShouldBeBeforeAccountValidUntil: "the start timestamp of account valid period must be less than the end timestamp of the account valid period",
  TemporarilyDisabledPeriodMissingUntilTimestamp: "temporarily disabled period is missing the end timestamp",
  TemporarilyDisabledPeriodMissingFromTimestamp: "temporarily disabled period is missing the start timestamp",
  TemporarilyDisabledFromShouldBeBeforeTemporarilyDisabledUntil:
    "the start timestamp of temporarily disabled period must be less than the end timestamp of temporarily disabled period",
  AccountValidFromShouldBeBeforeTemporarilyDisabledFrom: "the start timestamp of account valid period must be less than the start timestamp of temporarily disabled period",
  TemporarilyDisabledUntilShouldBeBeforeAccountValidUntil: "the end timestamp of temporarily disabled period must be less than the end timestamp of account valid period",
} as const;

/** A rule between the times of an account. */
export type AccountTimesRule = keyof typeof CLASHES;

/** Times of an account that break a rule. */
export const accountTimesClash = (kind: AccountTimesRule): ApiError => invalidAccountStatusTransition({ cause: { kind } }, CLASHES[kind]);

/** A change that the account's state does not allow; states by their names in errors. */
export const illegalStatusTransition = (from: string, to: string): ApiError => invalidAccountStatusTransition({ from, to }, `invalid account status transition: ${from} -> ${to}`);

/** A respite for enrolling a second factor that ends too early or too late. */
export const mfaGracePeriodInvalid = defineError({
  name: "Invalid",
  reason: "MFAGracePeriodInvalid",
  message: "MFA grace period must end between now and 90 days from now",
  cause: "`endAt` is in the past, or more than 90 days ahead.",
  remedy: "Choose a time within the next 90 days.",
});
