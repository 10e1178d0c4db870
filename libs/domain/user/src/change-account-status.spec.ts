import { describe, expect, it } from "vitest";
import { accountVariant, type AccountVariant, isDisabled } from "./account-status.js";
import { type AccountOperation, changeAccountStatus } from "./change-account-status.js";
import { type AccountStatus, normalStatus } from "./user.js";

const NOW = new Date("2030-01-10T00:00:00Z");
const day = (offset: number): Date => new Date(NOW.getTime() + offset * 86_400_000);
const made = (change: Partial<AccountStatus>): AccountStatus => ({ ...normalStatus, ...change });

/** A status of every variant, and those beside them that differ in what is allowed. */
const STATES = {
  normal: made({}),
  future_window: made({ temporarilyDisabledFrom: day(1), temporarilyDisabledUntil: day(2), disableReason: "soon" }),
  expired_window: made({ temporarilyDisabledFrom: day(-2), temporarilyDisabledUntil: day(-1), disableReason: "over" }),
  disabled_temporarily: made({ temporarilyDisabledFrom: day(-1), temporarilyDisabledUntil: day(1), disableReason: "now" }),
  disabled: made({ isIndefinitelyDisabled: true, disableReason: "for good" }),
  scheduled_deletion_deactivated: made({ isIndefinitelyDisabled: true, isDeactivated: true, deleteAt: day(3), deleteReason: "end user request" }),
  scheduled_deletion_disabled: made({ isIndefinitelyDisabled: true, deleteAt: day(3), deleteReason: "asked" }),
  scheduled_anonymization_disabled: made({ isIndefinitelyDisabled: true, anonymizeAt: day(3) }),
  anonymized: made({ isIndefinitelyDisabled: true, isAnonymized: true }),
  anonymized_to_be_deleted: made({ isIndefinitelyDisabled: true, isAnonymized: true, deleteAt: day(3), deleteReason: "asked" }),
} satisfies Record<string, AccountStatus>;
type State = keyof typeof STATES;

const OPERATIONS = {
  reenable: { kind: "reenable" },
  disable: { kind: "disable", reason: "r" },
  disable_temporarily: { kind: "disable_temporarily", from: day(-1), until: day(1), reason: "r" },
  schedule_deletion_by_end_user: { kind: "schedule_deletion_by_end_user", deleteAt: day(30) },
  schedule_deletion_by_admin: { kind: "schedule_deletion_by_admin", deleteAt: day(30), reason: "r" },
  unschedule_deletion: { kind: "unschedule_deletion" },
  schedule_anonymization: { kind: "schedule_anonymization", anonymizeAt: day(30) },
  unschedule_anonymization: { kind: "unschedule_anonymization" },
  anonymize: { kind: "anonymize" },
  set_valid_period: { kind: "set_valid_period", from: day(-5), until: day(5) },
} satisfies Record<string, AccountOperation>;
type Name = keyof typeof OPERATIONS;

/** Where each operation is allowed, and the variant that it leads to. */
const ALLOWED: Record<Name, { from: State[]; to: AccountVariant | "the same" }> = {
  reenable: { from: ["disabled", "disabled_temporarily"], to: "normal" },
  disable: { from: ["normal", "future_window", "expired_window", "disabled_temporarily"], to: "disabled" },
  disable_temporarily: { from: ["normal", "future_window", "expired_window", "disabled_temporarily", "disabled"], to: "disabled_temporarily" },
  schedule_deletion_by_end_user: { from: ["normal", "future_window", "expired_window"], to: "scheduled_deletion_deactivated" },
  schedule_deletion_by_admin: {
    from: ["normal", "future_window", "expired_window", "disabled_temporarily", "disabled", "scheduled_anonymization_disabled", "anonymized"],
    to: "scheduled_deletion_disabled",
  },
  unschedule_deletion: { from: ["scheduled_deletion_deactivated", "scheduled_deletion_disabled", "anonymized_to_be_deleted"], to: "normal" },
  schedule_anonymization: {
    from: ["normal", "future_window", "expired_window", "disabled_temporarily", "disabled", "scheduled_deletion_deactivated", "scheduled_deletion_disabled"],
    to: "scheduled_anonymization_disabled",
  },
  unschedule_anonymization: { from: ["scheduled_anonymization_disabled"], to: "normal" },
  anonymize: { from: (Object.keys(STATES) as State[]).filter((state) => !state.startsWith("anonymized")), to: "anonymized" },
  set_valid_period: { from: (Object.keys(STATES) as State[]).filter((state) => !state.startsWith("anonymized")), to: "the same" },
};

const pairs = (Object.keys(OPERATIONS) as Name[]).flatMap((name) => (Object.keys(STATES) as State[]).map((state) => ({ name, state })));

describe("every operation on every state", () => {
  it.each(pairs.filter(({ name, state }) => ALLOWED[name].from.includes(state)))("$name from $state is allowed", ({ name, state }) => {
    const before = accountVariant(STATES[state], NOW);
    const after = changeAccountStatus(STATES[state], OPERATIONS[name], NOW);
    const to = ALLOWED[name].to === "the same" || before === "anonymized" ? before : ALLOWED[name].to;
    expect(accountVariant(after, NOW)).toBe(to);
  });

  it.each(pairs.filter(({ name, state }) => !ALLOWED[name].from.includes(state)))("$name from $state is refused by both names", ({ name, state }) => {
    const from = accountVariant(STATES[state], NOW);
    const to = ALLOWED[name].to === "the same" ? from : ALLOWED[name].to;
    const act = () => changeAccountStatus(STATES[state], OPERATIONS[name], NOW);
    expect(act).toThrow(
      expect.objectContaining({
        errorName: "Invalid",
        reason: "InvalidAccountStatusTransition",
        message: `invalid account status transition: ${from} -> ${to}`,
        info: { from, to },
      }),
    );
  });

  it.each(pairs.filter(({ name, state }) => ALLOWED[name].from.includes(state)))("$name from $state leaves nothing of the state before", ({ name, state }) => {
    const { isAnonymized, deleteAt, deleteReason, isDeactivated } = STATES[state];
    const closed = { ...normalStatus, isAnonymized, isIndefinitelyDisabled: true };
    const opened = { ...normalStatus, isAnonymized, isIndefinitelyDisabled: isAnonymized };
    const old = state === "expired_window" ? STATES.normal : STATES[state];
    const expected: Record<Name, AccountStatus> = {
      reenable: opened,
      disable: { ...closed, disableReason: "r" },
      disable_temporarily: { ...opened, disableReason: "r", temporarilyDisabledFrom: day(-1), temporarilyDisabledUntil: day(1) },
      schedule_deletion_by_end_user: { ...closed, isDeactivated: true, deleteAt: day(30), deleteReason: "end user request" },
      schedule_deletion_by_admin: { ...closed, deleteAt: day(30), deleteReason: "r" },
      unschedule_deletion: opened,
      schedule_anonymization: { ...closed, anonymizeAt: day(30) },
      unschedule_anonymization: opened,
      anonymize: { ...closed, isAnonymized: true, isDeactivated, deleteAt, deleteReason },
      set_valid_period: { ...old, accountValidFrom: day(-5), accountValidUntil: day(5) },
    };
    expect(changeAccountStatus(STATES[state], OPERATIONS[name], NOW)).toEqual(expected[name]);
  });
});

describe("the valid period", () => {
  const period = { accountValidFrom: day(-5), accountValidUntil: day(5) };
  it.each<[string, AccountOperation, Partial<AccountStatus>]>([
    ["an absent end stays", { kind: "set_valid_period", until: day(9) }, { accountValidFrom: day(-5), accountValidUntil: day(9) }],
    ["null opens an end", { kind: "set_valid_period", from: null }, { accountValidFrom: null, accountValidUntil: day(5) }],
    ["both at once", { kind: "set_valid_period", from: null, until: null }, { accountValidFrom: null, accountValidUntil: null }],
  ])("%s", (_, operation, expected) => {
    expect(changeAccountStatus(made(period), operation, NOW)).toEqual(made(expected));
  });

  it.each(Object.keys(OPERATIONS).filter((name) => name !== "set_valid_period") as Name[])("outlives %s", (name) => {
    const [state] = ALLOWED[name].from as [State];
    expect(changeAccountStatus({ ...STATES[state], ...period }, OPERATIONS[name], NOW)).toMatchObject(period);
  });

  it("disables whatever the variant says", () => {
    expect(isDisabled(changeAccountStatus(STATES.normal, { kind: "set_valid_period", from: day(1) }, NOW), NOW)).toBe(true);
  });
});
