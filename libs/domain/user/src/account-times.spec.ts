import { describe, expect, it } from "vitest";
import { accountStatusError, isDisabled } from "./account-status.js";
import { checkAccountTimes, currentStatus, statusCache } from "./account-times.js";
import { changeAccountStatus } from "./change-account-status.js";
import { type AccountStatus, normalStatus } from "./user.js";

const NOW = new Date("2030-01-10T00:00:00Z");
const day = (offset: number): Date => new Date(NOW.getTime() + offset * 86_400_000);
const times = (tdFrom: number | null, tdUntil: number | null, validFrom: number | null, validUntil: number | null): AccountStatus => {
  const at = (offset: number | null) => (offset === null ? null : day(offset));
  return { ...normalStatus, temporarilyDisabledFrom: at(tdFrom), temporarilyDisabledUntil: at(tdUntil), accountValidFrom: at(validFrom), accountValidUntil: at(validUntil) };
};

const CLASHES: [string, string, AccountStatus][] = [
  [
    "AccountValidFromShouldBeBeforeAccountValidUntil",
    "the start timestamp of account valid period must be less than the end timestamp of the account valid period",
    times(null, null, 2, 1),
  ],
  [
    "AccountValidFromShouldBeBeforeAccountValidUntil",
    "the start timestamp of account valid period must be less than the end timestamp of the account valid period",
    times(null, null, 1, 1),
  ],
  ["TemporarilyDisabledPeriodMissingUntilTimestamp", "temporarily disabled period is missing the end timestamp", times(1, null, null, null)],
  ["TemporarilyDisabledPeriodMissingFromTimestamp", "temporarily disabled period is missing the start timestamp", times(null, 1, null, null)],
  [
    "TemporarilyDisabledFromShouldBeBeforeTemporarilyDisabledUntil",
    "the start timestamp of temporarily disabled period must be less than the end timestamp of temporarily disabled period",
    times(2, 1, null, null),
  ],
  [
    "TemporarilyDisabledFromShouldBeBeforeTemporarilyDisabledUntil",
    "the start timestamp of temporarily disabled period must be less than the end timestamp of temporarily disabled period",
    times(1, 1, null, null),
  ],
  [
    "AccountValidFromShouldBeBeforeTemporarilyDisabledFrom",
    "the start timestamp of account valid period must be less than the start timestamp of temporarily disabled period",
    times(1, 2, 1, null),
  ],
  [
    "TemporarilyDisabledUntilShouldBeBeforeAccountValidUntil",
    "the end timestamp of temporarily disabled period must be less than the end timestamp of account valid period",
    times(1, 2, null, 2),
  ],
];

describe("times that clash", () => {
  it.each(CLASHES)("%s", (kind, message, status) => {
    expect(() => checkAccountTimes(status)).toThrow(expect.objectContaining({ reason: "InvalidAccountStatusTransition", message, info: { cause: { kind } } }));
  });

  it.each([
    ["none", times(null, null, null, null)],
    ["one end of the valid period", times(null, null, 1, null)],
    ["the other end", times(null, null, null, 1)],
    ["a window inside the valid period", times(1, 2, 0, 3)],
  ])("are not: %s", (_, status) => {
    expect(() => checkAccountTimes(status)).not.toThrow();
  });

  it("are told of one at a time: the valid period first, then the window, then both together", () => {
    const kindOf = (status: AccountStatus): unknown => {
      try {
        return checkAccountTimes(status);
      } catch (error) {
        return (error as { info: { cause: { kind: string } } }).info.cause.kind;
      }
    };
    expect([times(2, 1, 4, 3), times(2, 1, 3, 4), times(1, 4, 2, 3), times(2, 4, 1, 3)].map(kindOf)).toEqual([
      "AccountValidFromShouldBeBeforeAccountValidUntil",
      "TemporarilyDisabledFromShouldBeBeforeTemporarilyDisabledUntil",
      "AccountValidFromShouldBeBeforeTemporarilyDisabledFrom",
      "TemporarilyDisabledUntilShouldBeBeforeAccountValidUntil",
    ]);
  });

  it("are told of before a state that does not allow the change", () => {
    const anonymized = { ...normalStatus, isIndefinitelyDisabled: true, isAnonymized: true };
    const scheduled = { ...normalStatus, isIndefinitelyDisabled: true, anonymizeAt: day(1) };
    expect(() => changeAccountStatus(scheduled, { kind: "disable_temporarily", from: day(2), until: day(1), reason: null }, NOW)).toThrow(
      expect.objectContaining({ info: { cause: { kind: "TemporarilyDisabledFromShouldBeBeforeTemporarilyDisabledUntil" } } }),
    );
    expect(() => changeAccountStatus(anonymized, { kind: "set_valid_period", from: day(2), until: day(1) }, NOW)).toThrow(
      expect.objectContaining({ info: { cause: { kind: "AccountValidFromShouldBeBeforeAccountValidUntil" } } }),
    );
  });

  it("do not for a window that is over, whatever the new valid period", () => {
    expect(changeAccountStatus(times(-3, -2, null, null), { kind: "set_valid_period", from: day(-1), until: null }, NOW)).toEqual(times(null, null, -1, null));
  });
});

describe("a temporary window", () => {
  it("that is over is gone with its reason; one ahead or running stays", () => {
    expect(currentStatus({ ...times(-2, -1, null, null), disableReason: "r" }, NOW)).toEqual(normalStatus);
    expect(currentStatus({ ...times(-1, 0, null, null), disableReason: "r" }, NOW)).toEqual(normalStatus);
    for (const status of [times(-1, 1, null, null), times(1, 2, null, null)]) expect(currentStatus(status, NOW)).toEqual(status);
  });

  it("keeps nobody out before it starts, everybody in it, nobody after", () => {
    const status = { ...times(1, 2, null, null), disableReason: "r" };
    expect([0, 1, 1.5, 2].map((at) => isDisabled(status, day(at)))).toEqual([false, true, true, false]);
    expect(accountStatusError(status, day(1))).toMatchObject({ reason: "DisabledUser", info: { reason: "r" } });
  });
});

describe("the cached is_disabled", () => {
  it.each<[string, AccountStatus, boolean, number | null]>([
    ["a normal account never turns", times(null, null, null, null), false, null],
    ["a window ahead", times(1, 2, null, null), false, 1],
    ["a running window", times(-1, 2, null, null), true, 2],
    ["a window that is over", times(-2, -1, null, null), false, null],
    ["not valid yet", times(null, null, 1, 5), true, 1],
    ["valid until", times(null, null, -1, 5), false, 5],
    ["no longer valid", times(null, null, -2, -1), true, null],
    ["a window inside a valid period", times(2, 3, 1, 4), true, 1],
    ["a disabled account, whatever its period", { ...times(null, null, 1, 2), isIndefinitelyDisabled: true }, true, null],
    ["a disabled account with a period to come", { ...times(null, null, 1, null), isIndefinitelyDisabled: true }, true, null],
    ["an anonymized account", { ...normalStatus, isAnonymized: true }, true, null],
  ])("%s", (_, status, disabled, staleFrom) => {
    expect(statusCache(status, NOW)).toEqual({ isDisabled: disabled, staleFrom: staleFrom === null ? null : day(staleFrom) });
  });
});
