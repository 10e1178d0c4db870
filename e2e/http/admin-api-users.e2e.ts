import { describe, expect, it } from "vitest";
import { Admin } from "../support/admin.js";

const ANN = "ann@example.com";

describe("the state of a user", () => {
  it("does not change to what it is", async () => {
    const admin = await Admin.make();
    const userID = await admin.createUser(ANN);
    await admin.mutate("setDisabledStatus", { userID, isDisabled: true });
    expect(await admin.refused("setDisabledStatus", { userID, isDisabled: true })).toMatchObject({
      errorName: "Invalid",
      reason: "InvalidAccountStatusTransition",
      message: "invalid account status transition: disabled -> disabled",
      info: { from: "disabled", to: "disabled" },
    });
  });

  it("is what it was once a planned deletion is called off, and both are events", async () => {
    const admin = await Admin.make();
    const userID = await admin.createUser(ANN);
    const shown = "user { isDisabled deleteAt deleteReason }";
    const { user: planned } = await admin.mutate("scheduleAccountDeletion", { userID, reason: "asked" }, shown);
    expect(planned).toEqual({ isDisabled: true, deleteAt: expect.any(String), deleteReason: "asked" });
    const days = (Date.parse(planned.deleteAt) - Date.now()) / 86_400_000;
    expect([days > 29.9, days <= 30]).toEqual([true, true]);
    expect((await admin.mutate("unscheduleAccountDeletion", { userID }, shown)).user).toEqual({ isDisabled: false, deleteAt: null, deleteReason: null });
    const rows = await admin.settledLogs({ userIDs: [userID] });
    const types = rows.map(({ activityType }) => activityType).filter((type) => type.startsWith("USER_DELETION"));
    expect(types.toSorted()).toEqual(["USER_DELETION_SCHEDULED", "USER_DELETION_UNSCHEDULED"]);
  });

  it("of lockout is shown where the project locks nobody out", async () => {
    const admin = await Admin.make();
    const userID = await admin.createUser(ANN);
    const { accountLockout } = await admin.user(userID, "accountLockout { lockoutType isLocked lockedUntil lockedIPs { ipAddress } }");
    expect(accountLockout).toEqual({ lockoutType: "", isLocked: false, lockedUntil: null, lockedIPs: [] });
  });
});

describe("attributes of a user", () => {
  it("are replaced as a whole, but for those of his login ids", async () => {
    const admin = await Admin.make();
    const userID = await admin.createUser(ANN);
    await admin.mutate("updateUser", { userID, standardAttributes: { family_name: "Lee", given_name: "Ann" } });
    const { user } = await admin.mutate("updateUser", { userID, standardAttributes: { given_name: "A" } }, "user { standardAttributes }");
    expect(user.standardAttributes).toEqual({ given_name: "A", email: ANN, email_verified: false, updated_at: expect.any(Number) });
  });
});
