import { beforeAll, describe, expect, it, vi } from "vitest";
import type { AuthenticatorKind } from "@gatehouse/domain-authenticator";
import type { UserId } from "@gatehouse/domain-project";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import { ChangePassword, DeleteAuthenticator } from "../src/index.js";
import { AccountProject, PASSWORD, refused, service } from "./account-project.js";

let passwords: ChangePassword;
let deleting: DeleteAuthenticator;
beforeAll(async () => {
  passwords = await service(ChangePassword);
  deleting = await service(DeleteAuthenticator);
});

const NEW = "another horse";
const wrong = { name: "Unauthorized", reason: "InvalidCredentials", code: 401, info: { AuthenticationType: "password" } };
const noPassword = { name: "Invalid", reason: "ChangePasswordFailed", code: 400, info: { cause: { kind: "NoPassword" } } };

const hashOf = async (at: AccountProject, userId: UserId, kind: AuthenticatorKind) =>
  (await at.facts(userId)).authenticators.find((one) => one.type === "password" && one.kind === kind)?.passwordHash as string;
const opens = async (at: AccountProject, userId: UserId, [kind, plain]: [AuthenticatorKind, string]) =>
  (await at.test.resources.hasher.verify(await hashOf(at, userId, kind), plain)).ok;
const change = (at: AccountProject, userId: UserId, [oldPassword, newPassword, kind = "primary"]: [string, string, AuthenticatorKind?]) =>
  passwords.run(at.ctx, { userId, kind, oldPassword, newPassword });

describe("changing the password", () => {
  it("stores the new one and ends its expiry; sessions go on and nothing is told", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ email: "ann@example.com" });
    await at.query("update authenticator set expire_after = now() where project_id = $1");
    await change(at, userId, [PASSWORD, NEW]);
    expect([await opens(at, userId, ["primary", NEW]), await opens(at, userId, ["primary", PASSWORD])]).toEqual([true, false]);
    expect((await at.facts(userId)).authenticators[0]?.expireAfter).toBeNull();
    expect(await at.events()).toEqual([]);
  });

  it("refuses a wrong old password, which is told to who watches", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ email: "ann@example.com" });
    expect(await refused(change(at, userId, ["wrong", NEW]))).toMatchObject(wrong);
    expect(await opens(at, userId, ["primary", PASSWORD])).toBe(true);
    expect((await at.events()).map(({ type }) => type)).toEqual(["authentication.primary.password.failed"]);
  });

  it("refuses a new one that breaks the policy", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ email: "ann@example.com" });
    for (const plain of ["short", ""])
      expect(await refused(change(at, userId, [PASSWORD, plain]))).toMatchObject({ reason: "PasswordPolicyViolated", info: { causes: [{ Name: "PasswordTooShort" }] } });
    expect((await refused(change(at, userId, [PASSWORD, "x".repeat(8193)]))).reason).toBe("ValidationFailed");
    expect(await opens(at, userId, ["primary", PASSWORD])).toBe(true);
  });

  it("refuses a former one where the project keeps a history", async () => {
    const at = await AccountProject.make({ config: { authenticator: { password: { policy: { history_size: 2 } } } } });
    const userId = await at.addUser({ email: "ann@example.com" });
    const reused = { reason: "PasswordPolicyViolated", info: { causes: [{ Name: "PasswordReused", Info: { history_size: 2, history_days: 0 } }] } };
    expect(await refused(change(at, userId, [PASSWORD, PASSWORD]))).toMatchObject(reused);
    await change(at, userId, [PASSWORD, "second horse"]);
    await change(at, userId, ["second horse", "third horse"]);
    expect(await refused(change(at, userId, ["third horse", "second horse"]))).toMatchObject(reused);
  });

  it("answers every failure of the old password alike: limits and lock do not show (account probing)", async () => {
    const limits = { rate_limits: { password: { per_user_per_ip: { enabled: true, period: "1m", burst: 1 } } } };
    const lockout = {
      lockout: { max_attempts: 1, history_duration: "1h", minimum_duration: "10m", maximum_duration: "1h", lockout_type: "per_user", password: { enabled: true } },
    };
    for (const more of [limits, lockout]) {
      const at = await AccountProject.make({ config: { authentication: { identities: ["login_id"], ...more } } });
      const userId = await at.addUser({ email: "ann@example.com" });
      for (const old of ["wrong", "wrong", PASSWORD]) expect(await refused(change(at, userId, [old, NEW]))).toMatchObject(wrong);
      expect(await opens(at, userId, ["primary", PASSWORD])).toBe(true);
    }
  });

  it("keeps out the right guess among many at the same time, once the others have locked (guessing in parallel)", async () => {
    const lockout = { max_attempts: 2, history_duration: "1h", minimum_duration: "10m", maximum_duration: "1h", lockout_type: "per_user", password: { enabled: true } };
    const at = await AccountProject.make({ config: { authentication: { identities: ["login_id"], lockout } } });
    const userId = await at.addUser({ email: "ann@example.com" });
    const hasher = await service(PasswordHasher);
    const verify = hasher.verify.bind(hasher);
    // While the right password is checked, two wrong ones are.
    const slow = vi.spyOn(hasher, "verify").mockImplementationOnce(async (hash, plain) => {
      for (let n = 0; n < 2; n += 1) await refused(change(at, userId, ["wrong", NEW]));
      return verify(hash, plain);
    });
    const late = await refused(change(at, userId, [PASSWORD, NEW]));
    slow.mockRestore();
    expect(late).toMatchObject(wrong);
    expect(await opens(at, userId, ["primary", PASSWORD])).toBe(true);
  });

  it("lets one of two changes at the same time win", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ email: "ann@example.com" });
    const outcomes = await Promise.allSettled([change(at, userId, [PASSWORD, "horse number one"]), change(at, userId, [PASSWORD, "horse number two"])]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("needs one that is there", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ email: "ann@example.com", password: null });
    expect(await refused(change(at, userId, [PASSWORD, NEW]))).toMatchObject(noPassword);
    expect(await refused(change(at, userId, [PASSWORD, NEW, "secondary"]))).toMatchObject(noPassword);
    expect(await refused(deleting.secondaryPassword(at.ctx, userId))).toMatchObject(noPassword);
  });
});

describe("a secondary password", () => {
  it("is added once, changed, and removed", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ email: "ann@example.com" });
    expect((await refused(passwords.createSecondary(at.ctx, { userId, password: "short" }))).reason).toBe("PasswordPolicyViolated");
    expect(await passwords.createSecondary(at.ctx, { userId, password: "second factor" })).toMatchObject({ type: "password", kind: "secondary", isDefault: false });
    expect(await refused(passwords.createSecondary(at.ctx, { userId, password: NEW }))).toMatchObject({
      info: { cause: { kind: "DuplicatedAuthenticator", AuthenticatorType: "password" } },
    });
    await change(at, userId, ["second factor", NEW, "secondary"]);
    expect([await opens(at, userId, ["secondary", NEW]), await opens(at, userId, ["primary", PASSWORD])]).toEqual([true, true]);
    await deleting.secondaryPassword(at.ctx, userId);
    expect((await at.facts(userId)).authenticators).toMatchObject([{ type: "password", kind: "primary" }]);
  });

  it("is not removed as the last second factor where one is required", async () => {
    const at = await AccountProject.make({
      config: { authentication: { identities: ["login_id"], secondary_authentication_mode: "required", secondary_authenticators: ["password"] } },
    });
    const userId = await at.addUser({ email: "ann@example.com" });
    await passwords.createSecondary(at.ctx, { userId, password: "second factor" });
    expect((await refused(deleting.secondaryPassword(at.ctx, userId))).reason).toBe("AccountManagementSecondaryAuthenticatorIsRequired");
  });
});
