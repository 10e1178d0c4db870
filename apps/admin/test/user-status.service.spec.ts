import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { SignIns } from "./admin-rows.js";
import { inDays, LifecycleOf, NORMAL } from "./lifecycle-of.js";

let client: AdminClient;
let user: LifecycleOf;
beforeAll(async () => {
  client = await adminClient();
});

/** A user who is signed in with a browser and an app. */
async function signedIn(): Promise<LifecycleOf> {
  const spa = { client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"] };
  const made = await LifecycleOf.user(client.ask, { config: { oauth: { clients: [spa] } } });
  const signIns = new SignIns(client.service, made.target);
  await signIns.browser(made.userId);
  await signIns.grant({ userId: made.userId });
  return made;
}
const sessionsOf = async (one: LifecycleOf): Promise<[number, number]> => [(await one.rows("idp_session")).length, (await one.rows("offline_grant")).length];
const transition = (from: string, to: string) => ({
  errorName: "Invalid",
  reason: "InvalidAccountStatusTransition",
  message: `invalid account status transition: ${from} -> ${to}`,
  info: { from, to },
});

describe("setDisabledStatus", () => {
  it("disables for good, and enables again", async () => {
    user = await signedIn();
    expect(await user.done("setDisabledStatus", { isDisabled: true, reason: "abuse" })).toEqual({ ...NORMAL, isDisabled: true, disableReason: "abuse" });
    expect(await sessionsOf(user)).toEqual([0, 0]);
    expect(await user.done("setDisabledStatus", { isDisabled: false, reason: "ignored" })).toEqual(NORMAL);
    const events = await user.events();
    expect(events.map(({ type }) => type)).toEqual([
      "user.disabled",
      "admin_api.mutation.set_disabled_status.executed",
      "user.reenabled",
      "admin_api.mutation.set_disabled_status.executed",
    ]);
    expect(events.map(({ payload }) => [payload.user.is_disabled, payload.user.disable_reason, payload.is_disabled])).toEqual([
      [true, "abuse", undefined],
      [true, "abuse", true],
      [false, undefined, undefined],
      [false, undefined, false],
    ]);
    expect(events.every(({ context }) => context.triggered_by === "admin_api" && context.user_id === user.userId)).toBe(true);
  });

  it("does not disable or enable twice (admin API §14.24)", async () => {
    user = await signedIn();
    expect(await user.refused("setDisabledStatus", { isDisabled: false })).toEqual(transition("normal", "normal"));
    await user.done("setDisabledStatus", { isDisabled: true });
    expect(await user.refused("setDisabledStatus", { isDisabled: true })).toEqual(transition("disabled", "disabled"));
    expect(await user.events()).toHaveLength(2);
  });

  it("disables for a time that runs already, and tells both ends", async () => {
    user = await signedIn();
    const [from, until] = [inDays(-1), inDays(1)];
    const status = await user.done("setDisabledStatus", { isDisabled: true, reason: "break", temporarilyDisabledFrom: from, temporarilyDisabledUntil: until });
    expect(status).toEqual({ ...NORMAL, isDisabled: true, disableReason: "break", temporarilyDisabledFrom: from, temporarilyDisabledUntil: until });
    expect(await sessionsOf(user)).toEqual([0, 0]);
    const [told] = await user.events();
    expect(told).toMatchObject({ type: "user.disabled", payload: { temporarily_disabled_from: from, temporarily_disabled_until: until, user: { is_disabled: true } } });
  });

  it("leaves a user in whose time is yet to come, and tells of it all the same (user model §13.12)", async () => {
    user = await signedIn();
    const [from, until] = [inDays(1), inDays(2)];
    const status = await user.done("setDisabledStatus", { isDisabled: true, temporarilyDisabledFrom: from, temporarilyDisabledUntil: until });
    expect(status).toEqual({ ...NORMAL, temporarilyDisabledFrom: from, temporarilyDisabledUntil: until });
    expect(await sessionsOf(user)).toEqual([1, 1]);
    expect((await user.events())[0]).toMatchObject({ type: "user.disabled", payload: { user: { is_disabled: false } } });
    expect(await user.refused("setDisabledStatus", { isDisabled: false })).toEqual(transition("normal", "normal"));
    expect((await user.rows("auth_user"))[0]).toMatchObject({ is_disabled: false, account_status_stale_from: new Date(from) });
  });

  it("shows nothing of a time that is over", async () => {
    user = await signedIn();
    await user.set("temporarily_disabled_from = now() - interval '2 days', temporarily_disabled_until = now() - interval '1 day', disable_reason = 'over'");
    expect(await user.read()).toEqual(NORMAL);
    const status = await user.done("setAccountValidFrom", { accountValidFrom: inDays(-1) });
    expect(status).toMatchObject({ isDisabled: false, temporarilyDisabledFrom: null });
    expect((await user.rows("auth_user"))[0]).toMatchObject({ temporarily_disabled_from: null, temporarily_disabled_until: null, disable_reason: null });
  });

  it.each([
    ["TemporarilyDisabledFromShouldBeBeforeTemporarilyDisabledUntil", { temporarilyDisabledFrom: inDays(2), temporarilyDisabledUntil: inDays(1) }],
    ["TemporarilyDisabledPeriodMissingUntilTimestamp", { temporarilyDisabledFrom: inDays(2) }],
    ["TemporarilyDisabledPeriodMissingFromTimestamp", { temporarilyDisabledUntil: inDays(2) }],
  ])("refuses times that make no sense: %s (user model §13.11)", async (kind, times) => {
    user = await signedIn();
    expect(await user.refused("setDisabledStatus", { isDisabled: true, ...times })).toMatchObject({ reason: "InvalidAccountStatusTransition", info: { cause: { kind } } });
    expect([await user.read(), await sessionsOf(user), await user.events()]).toEqual([NORMAL, [1, 1], []]);
  });

  it("ends no session when the rest of the request fails", async () => {
    user = await signedIn();
    const twice = `mutation($id: ID!) { a: setDisabledStatus(input: { userID: $id, isDisabled: true }) { user { id } } b: setDisabledStatus(input: { userID: $id, isDisabled: true }) { user { id } } }`;
    const { data, errors } = await client.ask(user.target, twice, { variables: { id: user.id } });
    expect([data, errors?.[0].extensions.reason]).toEqual([null, "InvalidAccountStatusTransition"]);
    expect([await user.read(), await sessionsOf(user), await user.events()]).toEqual([NORMAL, [1, 1], []]);
  });
});

describe("the valid period", () => {
  it.each([
    ["setAccountValidFrom", { accountValidFrom: inDays(1) }],
    ["setAccountValidUntil", { accountValidUntil: inDays(-1) }],
    ["setAccountValidPeriod", { accountValidFrom: inDays(1), accountValidUntil: inDays(2) }],
  ])("keeps a user out who is outside of it, by %s (user model §13.13)", async (mutation, input) => {
    user = await signedIn();
    expect(await user.done(mutation, input)).toEqual({ ...NORMAL, ...input, isDisabled: true });
    expect(await sessionsOf(user)).toEqual([0, 0]);
    const snake = mutation.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const times = Object.fromEntries(Object.entries(input).map(([name, value]) => [name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]));
    expect(await user.events()).toMatchObject([{ type: `admin_api.mutation.${snake}.executed`, payload: { ...times, user: { is_disabled: true, ...times } } }]);
  });

  it("that holds ends no session; null opens it again", async () => {
    user = await signedIn();
    const period = { accountValidFrom: inDays(-1), accountValidUntil: inDays(1) };
    expect(await user.done("setAccountValidPeriod", period)).toEqual({ ...NORMAL, ...period });
    expect(await user.done("setAccountValidFrom", { accountValidFrom: null })).toEqual({ ...NORMAL, accountValidUntil: period.accountValidUntil });
    expect(await user.done("setAccountValidUntil")).toEqual(NORMAL);
    expect(await user.done("setAccountValidPeriod", { accountValidFrom: period.accountValidFrom })).toEqual({ ...NORMAL, accountValidFrom: period.accountValidFrom });
    expect(await sessionsOf(user)).toEqual([1, 1]);
    const [, opened] = await user.events();
    expect(opened?.payload).toMatchObject({ account_valid_from: null });
  });

  it.each([
    ["AccountValidFromShouldBeBeforeAccountValidUntil", { accountValidFrom: inDays(2), accountValidUntil: inDays(1) }],
    ["AccountValidFromShouldBeBeforeTemporarilyDisabledFrom", { accountValidFrom: inDays(3.5), accountValidUntil: inDays(9) }],
    ["TemporarilyDisabledUntilShouldBeBeforeAccountValidUntil", { accountValidFrom: inDays(1), accountValidUntil: inDays(3.5) }],
  ])("must fit a temporary window: %s", async (kind, period) => {
    user = await signedIn();
    await user.done("setDisabledStatus", { isDisabled: true, temporarilyDisabledFrom: inDays(3), temporarilyDisabledUntil: inDays(4) });
    expect(await user.refused("setAccountValidPeriod", period)).toMatchObject({ reason: "InvalidAccountStatusTransition", info: { cause: { kind } } });
  });
});

describe("the grace period for a second factor", () => {
  it("is set, shown and removed, without an audit event", async () => {
    user = await signedIn();
    const endAt = inDays(89);
    expect(await user.done("setMFAGracePeriod", { endAt })).toEqual({ ...NORMAL, mfaGracePeriodEndAt: endAt });
    expect(await user.read("mfaGracePeriodEndAt")).toEqual({ mfaGracePeriodEndAt: endAt });
    expect(await user.done("removeMFAGracePeriod")).toEqual(NORMAL);
    expect(await user.events()).toEqual([]);
  });

  it.each([inDays(-0.01), inDays(90.01)])("does not end at %s", async (endAt) => {
    user = await signedIn();
    expect(await user.refused("setMFAGracePeriod", { endAt })).toMatchObject({ errorName: "Invalid", reason: "MFAGracePeriodInvalid" });
  });
});

describe("createSession", () => {
  it.each([
    ["disabled", { setDisabledStatus: { isDisabled: true, reason: "r" } }, "DisabledUser"],
    ["outside the valid period", { setAccountValidUntil: { accountValidUntil: inDays(-1) } }, "UserOutsideValidPeriod"],
    ["to be deleted", { scheduleAccountDeletion: {} }, "ScheduledDeletionByAdmin"],
    ["to be anonymized", { scheduleAccountAnonymization: {} }, "ScheduledAnonymizationByAdmin"],
    ["anonymized", { anonymizeUser: {} }, "AnonymizedUser"],
  ])("is refused for a user who is %s: no token waits for him to come back", async (_name, steps, reason) => {
    const spa = { client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"] };
    user = await LifecycleOf.user(client.ask, { config: { oauth: { clients: [spa] } }, features: { admin_api: { create_session_enabled: true } } });
    for (const [mutation, input] of Object.entries(steps)) await user.done(mutation, input);
    const { data, errors } = await user.run("createSession", { clientID: "spa" }, "refreshToken");
    expect([data, errors?.[0].extensions]).toMatchObject([null, { errorName: "Forbidden", reason }]);
    expect(await sessionsOf(user)).toEqual([0, 0]);
  });
});

describe("createUser with a valid period", () => {
  const CREATE = `mutation($from: DateTime, $until: DateTime) { createUser(input: { definition: { loginID: { key: "email", value: "b@example.com" } }, accountValidFrom: $from, accountValidUntil: $until }) {
    user { isDisabled accountValidFrom accountValidUntil } } }`;

  it("keeps it, and knows when it turns", async () => {
    user = await LifecycleOf.user(client.ask);
    const [from, until] = [inDays(1), inDays(2)];
    const { data } = await client.ask(user.target, CREATE, { variables: { from, until } });
    expect(data.createUser.user).toEqual({ isDisabled: true, accountValidFrom: from, accountValidUntil: until });
    const sql = "select is_disabled, account_status_stale_from as at from auth_user where project_id = $1 and id <> $2";
    expect(await user.target.db.read((tx) => tx.query(sql, [user.target.project.id, user.userId]))).toEqual([{ is_disabled: true, at: new Date(from) }]);
  });

  it("that ends before it starts is refused", async () => {
    user = await LifecycleOf.user(client.ask);
    const { errors } = await client.ask(user.target, CREATE, { variables: { from: inDays(2), until: inDays(1) } });
    expect(errors?.[0]).toMatchObject({
      message: "the start timestamp of account valid period must be less than the end timestamp of the account valid period",
      extensions: { errorName: "Invalid", reason: "InvalidAccountStatusTransition", info: { cause: { kind: "AccountValidFromShouldBeBeforeAccountValidUntil" } } },
    });
  });
});
