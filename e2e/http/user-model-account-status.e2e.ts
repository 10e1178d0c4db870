import { describe, expect, it } from "vitest";
import { Admin } from "../support/admin.js";
import type { Step } from "../support/flow-client.js";
import { byEmail, password, seenRecoveryCodes } from "../support/inputs.js";
import { until } from "../support/platform.js";
import { PASSWORD } from "../support/project.js";
import { totp } from "../support/totp.js";

const ANN = "ann@example.com";
const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
const HOUR = 3600;

/** A project with a user who has a password. */
async function withAnn(): Promise<{ admin: Admin; userID: string }> {
  const admin = await Admin.make();
  return { admin, userID: await admin.createUser(ANN, { password: PASSWORD }) };
}

/** Signs in as far as it goes. */
async function login(admin: Admin): Promise<Step> {
  const browser = admin.project.browser();
  const asked = await browser.run("login", [byEmail(ANN)]);
  return asked.error ? asked : browser.feed(asked.token, password());
}

const forbidden = (reason: string, info: object = {}) => ({ status: 403, error: { name: "Forbidden", reason, code: 403, info } });
const transition = (info: object) => ({ errorName: "Invalid", reason: "InvalidAccountStatusTransition", info });
const shown = "user { isDisabled disableReason temporarilyDisabledFrom temporarilyDisabledUntil accountValidFrom deleteAt anonymizeAt }";

describe("a disabled user", () => {
  it("is not disabled again, but may be for a while instead and for good again", async () => {
    const { admin, userID } = await withAnn();
    await admin.mutate("setDisabledStatus", { userID, isDisabled: true, reason: "left" });
    expect(await login(admin)).toMatchObject(forbidden("DisabledUser", { reason: "left" }));
    expect(await admin.refused("setDisabledStatus", { userID, isDisabled: true })).toMatchObject(transition({ from: "disabled", to: "disabled" }));
    await admin.mutate("setDisabledStatus", { userID, isDisabled: true, temporarilyDisabledFrom: at(-HOUR), temporarilyDisabledUntil: at(HOUR) });
    await admin.mutate("setDisabledStatus", { userID, isDisabled: true });
    await admin.mutate("setDisabledStatus", { userID, isDisabled: false });
    expect((await login(admin)).finished).toBe(true);
    expect(await admin.refused("setDisabledStatus", { userID, isDisabled: false })).toMatchObject(transition({ from: "normal", to: "normal" }));
  });

  it("is so for an interval that has both ends, in their order", async () => {
    const { admin, userID } = await withAnn();
    const refused = (times: object) => admin.refused("setDisabledStatus", { userID, isDisabled: true, ...times });
    const kind = (name: string) => transition({ cause: expect.objectContaining({ kind: name }) });
    const backwards = await refused({ temporarilyDisabledFrom: at(HOUR), temporarilyDisabledUntil: at(0) });
    expect(backwards).toMatchObject(kind("TemporarilyDisabledFromShouldBeBeforeTemporarilyDisabledUntil"));
    expect(backwards.info).not.toHaveProperty("from");
    expect(await refused({ temporarilyDisabledFrom: at(HOUR) })).toMatchObject(kind("TemporarilyDisabledPeriodMissingUntilTimestamp"));
    expect(await refused({ temporarilyDisabledUntil: at(HOUR) })).toMatchObject(kind("TemporarilyDisabledPeriodMissingFromTimestamp"));
  });

  it("is so from when the interval starts until it ends, without anybody's doing", async () => {
    const { admin, userID } = await withAnn();
    const interval = { temporarilyDisabledFrom: at(3), temporarilyDisabledUntil: at(6) };
    const { user } = await admin.mutate("setDisabledStatus", { userID, isDisabled: true, reason: "pause", ...interval }, shown);
    expect([user.isDisabled, user.temporarilyDisabledFrom]).toEqual([false, expect.any(String)]);
    expect((await login(admin)).finished).toBe(true);
    const refused = await until(async () => {
      const step = await login(admin);
      return step.error ? step : undefined;
    }, "the start");
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(interval.temporarilyDisabledFrom));
    expect(refused).toMatchObject(forbidden("DisabledUser", { reason: "pause" }));
    await until(async () => ((await login(admin)).finished ? true : undefined), "the end");
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(interval.temporarilyDisabledUntil));
    expect(await admin.user(userID, "isDisabled temporarilyDisabledFrom temporarilyDisabledUntil disableReason")).toEqual({
      isDisabled: false,
      temporarilyDisabledFrom: null,
      temporarilyDisabledUntil: null,
      disableReason: null,
    });
  });
});

describe("a user whose account is not valid yet", () => {
  it("cannot sign in, and counts as disabled", async () => {
    const { admin, userID } = await withAnn();
    const { user } = await admin.mutate("setAccountValidFrom", { userID, accountValidFrom: at(HOUR) }, shown);
    expect(user.isDisabled).toBe(true);
    expect(await login(admin)).toMatchObject(forbidden("UserOutsideValidPeriod"));
    await admin.mutate("setAccountValidFrom", { userID, accountValidFrom: null });
    expect((await login(admin)).finished).toBe(true);
  });

  it("is told that rather than that he is disabled", async () => {
    const { admin, userID } = await withAnn();
    await admin.mutate("setAccountValidUntil", { userID, accountValidUntil: at(-HOUR) });
    await admin.mutate("setDisabledStatus", { userID, isDisabled: true, reason: "left" });
    expect(await login(admin)).toMatchObject(forbidden("UserOutsideValidPeriod"));
  });
});

describe("a user who is to be forgotten", () => {
  it("may be anonymized instead of deleted", async () => {
    const { admin, userID } = await withAnn();
    await admin.mutate("scheduleAccountDeletion", { userID });
    expect(await login(admin)).toMatchObject(forbidden("ScheduledDeletionByAdmin"));
    const { user } = await admin.mutate("scheduleAccountAnonymization", { userID }, shown);
    expect(user).toMatchObject({ isDisabled: true, deleteAt: null, anonymizeAt: expect.any(String) });
    expect(await login(admin)).toMatchObject(forbidden("ScheduledAnonymizationByAdmin"));
  });

  it("is not changed once he is anonymized, but may still be deleted", async () => {
    const { admin, userID } = await withAnn();
    await admin.mutate("anonymizeUser", { userID }, "anonymizedUserID");
    const refused = await admin.refused("updateUser", { userID, standardAttributes: { given_name: "Ann" } });
    expect(refused).toMatchObject({ errorName: "Invalid", reason: "UserIsAnonymized" });
    const { user } = await admin.mutate("scheduleAccountDeletion", { userID }, shown);
    expect(user).toMatchObject({ isDisabled: true, deleteAt: expect.any(String) });
  });

  it("leaves nothing behind when he is anonymized, not even his address", async () => {
    const { admin, userID } = await withAnn();
    await admin.mutate("updateUser", { userID, standardAttributes: { given_name: "Ann" } });
    await admin.mutate("anonymizeUser", { userID }, "anonymizedUserID");
    const user = await admin.user(userID, "isAnonymized isDisabled standardAttributes customAttributes loginIDs { id } primaryPassword { id } verifiedClaims { name }");
    expect(user).toEqual({
      isAnonymized: true,
      isDisabled: true,
      standardAttributes: { updated_at: expect.any(Number) },
      customAttributes: {},
      loginIDs: [],
      primaryPassword: null,
      verifiedClaims: [],
    });
    const next = await admin.createUser(ANN, { password: PASSWORD });
    expect(next).not.toBe(userID);
    expect((await login(admin)).finished).toBe(true);
  });

  it("does not get in by a login that was under way", async () => {
    const admin = await Admin.make({ authentication: { secondary_authentication_mode: "required", secondary_authentication_grace_period: { enabled: true } } });
    const userID = await admin.createUser(ANN, { password: PASSWORD });
    const browser = admin.project.browser();
    const asked = await browser.run("login", [byEmail(ANN), password(), { authentication: "secondary_totp" }]);
    await admin.mutate("anonymizeUser", { userID }, "anonymizedUserID");
    let step = await browser.feed(asked.token, { code: totp(asked.data.secret) });
    if (!step.error && !step.finished) step = await browser.feed(step.token, seenRecoveryCodes);
    expect(step).toMatchObject(forbidden("AnonymizedUser"));
  });
});
