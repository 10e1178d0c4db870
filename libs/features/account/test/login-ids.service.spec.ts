import { statementCount } from "@gatehouse/platform-postgres";
import { beforeAll, describe, expect, it } from "vitest";
import { ResendCode, ResumeLoginIdChange, StartLoginIdChange } from "../src/index.js";
import { AccountProject, CODE, refused, service } from "./account-project.js";

let change: StartLoginIdChange;
let resume: ResumeLoginIdChange;
let resend: ResendCode;
beforeAll(async () => {
  change = await service(StartLoginIdChange);
  resume = await service(ResumeLoginIdChange);
  resend = await service(ResendCode);
});

const EMAIL = { type: "email", key: "email" } as const;
const PHONE = { type: "phone", key: "phone" } as const;
const USERNAME = { type: "username", key: "username" } as const;
const unverified = { verification: { claims: { email: { enabled: true, required: false }, phone_number: { enabled: true, required: false } } } };
const keys = (...login_id: object[]) => ({ identity: { login_id: { keys: login_id } } });
const invariant = (kind: string) => ({ name: "Invalid", reason: "InvariantViolated", code: 400, info: { cause: { kind } } });

describe("adding an email address that must be proven", () => {
  it("writes nothing before the code, then adds it as proven and tells of it", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ username: "ann" });
    const started = await change.add(at.ctx, { userId, ...EMAIL, value: " Ann@Example.com " });
    expect(started).toMatchObject({
      needVerification: true,
      token: expect.stringMatching(/^[a-zA-Z0-9]{32}$/),
      identity: { loginId: "ann@example.com", originalLoginId: "Ann@Example.com" },
    });
    expect([(await at.facts(userId)).identities.length, (await at.events()).length]).toEqual([1, 0]);
    const counted = await statementCount.during(() => resume.run(at.ctx, { userId, token: started.token as string, key: "email", code: ` ${CODE} ` }));
    const { identities, verified, user } = await at.facts(userId);
    expect(identities[0]).toMatchObject({ id: counted.result.identity.id, loginIdKey: "email", loginId: "ann@example.com", originalLoginId: "Ann@Example.com" });
    expect([verified, user.standardAttributes]).toEqual([[{ name: "email", value: "ann@example.com" }], { preferred_username: "ann", email: "ann@example.com" }]);
    const events = await at.events();
    expect(events.map(({ type }) => type)).toEqual(["identity.email.added", "identity.email.verified"]);
    expect(events[0]).toMatchObject({
      context: { triggered_by: "user" },
      payload: { user: { id: userId, standard_attributes: { email: "ann@example.com", email_verified: true } } },
    });
    expect(counted.sql, counted.statements.join("\n")).toBeLessThanOrEqual(9);
  });

  it("lets a wrong code be tried again, and ends token and code by success", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ username: "ann" });
    const { token = "" } = await change.add(at.ctx, { userId, ...EMAIL, value: "ann@example.com" });
    const wrong = await refused(resume.run(at.ctx, { userId, token, key: "email", code: "000000" }));
    expect(wrong).toMatchObject({ name: "Forbidden", reason: "InvalidVerificationCode", code: 403, info: { cause: { kind: "InvalidVerificationCode" } } });
    await resume.run(at.ctx, { userId, token, key: "email", code: CODE });
    expect(await refused(resume.run(at.ctx, { userId, token, key: "email", code: CODE }))).toMatchObject({
      name: "Invalid",
      reason: "AccountManagementTokenInvalid",
      message: "invalid token",
      code: 400,
    });
  });

  it("limits guesses of the code", async () => {
    const limit = { enabled: true, period: "1m", burst: 2 };
    const at = await AccountProject.make({ config: { verification: { rate_limits: { email: { validate_per_ip: limit } } } } });
    const userId = await at.addUser({ username: "ann" });
    const { token = "" } = await change.add(at.ctx, { userId, ...EMAIL, value: "ann@example.com" });
    const reasons = [];
    for (const code of ["000000", "000001", CODE]) reasons.push((await refused(resume.run(at.ctx, { userId, token, key: "email", code }))).reason);
    expect(reasons).toEqual(["InvalidVerificationCode", "InvalidVerificationCode", "RateLimited"]);
    const blocked = (await at.events()).filter(({ type }) => type === "rate_limit.blocked");
    expect(blocked.map(({ payload }) => payload)).toEqual([{ rate_limit: { name: "verification.email.validate.per_ip", group: "verification.email.validate" } }]);
  });

  it("reports the limit of sending, though the page can be entered; cooldowns have no name and are not reported", async () => {
    const limit = { enabled: true, period: "1m", burst: 1 };
    const at = await AccountProject.make({ config: { verification: { rate_limits: { email: { trigger_per_ip: limit } } } } });
    const userId = await at.addUser({ username: "ann" });
    await change.add(at.ctx, { userId, ...EMAIL, value: "ann@example.com" });
    await change.add(at.ctx, { userId, ...EMAIL, value: "ann@example.com" });
    expect((await at.events()).filter(({ type }) => type === "rate_limit.blocked")).toEqual([]);
    await change.add(at.ctx, { userId, ...EMAIL, value: "ann2@example.com" });
    const blocked = (await at.events()).filter(({ type }) => type === "rate_limit.blocked");
    expect(blocked.map(({ payload }) => payload)).toEqual([{ rate_limit: { name: "verification.email.trigger.per_ip", group: "verification.email.trigger" } }]);
  });

  it("can be entered again during the cooldown, whose end an explicit resend has to wait for", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ username: "ann" });
    const first = await change.add(at.ctx, { userId, ...EMAIL, value: "ann@example.com" });
    const second = await change.add(at.ctx, { userId, ...EMAIL, value: "ann@example.com" });
    expect(second.token).not.toBe(first.token);
    const limited = await refused(resend.run(at.ctx, { userId, token: second.token as string }));
    expect(limited).toMatchObject({ name: "TooManyRequest", reason: "RateLimited", code: 429, info: { bucket_name: "VerificationCooldownEmail" } });
    await resume.run(at.ctx, { userId, token: second.token as string, key: "email", code: CODE });
  });

  it("is bound to the user who started it, for 20 minutes (stolen token)", async () => {
    const at = await AccountProject.make();
    const [userId, thief] = [await at.addUser({ username: "ann" }), await at.addUser({ username: "eve" })];
    const { token = "" } = await change.add(at.ctx, { userId, ...EMAIL, value: "ann@example.com" });
    const stolen = { userId: thief, token, key: "email", code: CODE };
    expect(await refused(resume.run(at.ctx, stolen))).toMatchObject({ reason: "AccountManagementTokenNotBoundToUser", code: 400 });
    expect(await refused(resend.run(at.ctx, stolen))).toMatchObject({ reason: "AccountManagementTokenNotBoundToUser" });
    expect(await refused(resume.run(at.later(20), { ...stolen, userId }))).toMatchObject({ reason: "AccountManagementTokenInvalid" });
  });

  it("asks again whether it may be added when the code comes", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ username: "ann" });
    const { token = "" } = await change.add(at.ctx, { userId, ...EMAIL, value: "same@example.com" });
    expect(await refused(resume.run(at.ctx, { userId, token, key: "username", code: CODE }))).toMatchObject(invariant("InvalidLoginIDKey"));
    await at.addUser({ email: "same@example.com" });
    expect((await refused(resume.run(at.ctx, { userId, token, key: "email", code: CODE }))).reason).toBe("AccountManagementDuplicatedIdentity");
    expect((await at.facts(userId)).verified).toEqual([]);
  });

  it("lets one of two users have an address that both have proven", async () => {
    const at = await AccountProject.make();
    const users = [await at.addUser({ username: "ann" }), await at.addUser({ username: "bob" })];
    const started = [];
    for (const userId of users) started.push({ userId, token: (await change.add(at.ctx, { userId, ...EMAIL, value: "same@example.com" })).token as string });
    const outcomes = await Promise.allSettled(started.map((one) => resume.run(at.ctx, { ...one, key: "email", code: CODE })));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("adding a login id at once", () => {
  it("needs no code where the address need not be proven, or is already", async () => {
    const at = await AccountProject.make({ config: unverified });
    const userId = await at.addUser({ username: "ann" });
    expect(await change.add(at.ctx, { userId, ...EMAIL, value: "ann@example.com" })).toMatchObject({ needVerification: false, identity: { loginId: "ann@example.com" } });
    expect((await at.facts(userId)).verified).toEqual([]);
    expect((await at.events()).map(({ type }) => type)).toEqual(["identity.email.added"]);
    const strict = await AccountProject.make();
    const proven = await strict.addUser({
      username: "ann",
      verified: [{ name: "email", value: "ann@example.com" }],
      authenticators: [{ type: "oob_otp_email", kind: "secondary", target: "ann@example.com" }],
    });
    expect((await change.add(strict.ctx, { userId: proven, ...EMAIL, value: "ann@example.com" })).token).toBeUndefined();
  });

  it("adds a user name, whatever is verified", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ email: "ann@example.com" });
    const { identity } = await change.add(at.ctx, { userId, ...USERNAME, value: "Ann" });
    expect([identity.loginId, identity.originalLoginId]).toEqual(["ann", "Ann"]);
    expect((await at.facts(userId)).user.standardAttributes).toEqual({ email: "ann@example.com", preferred_username: "ann" });
    expect((await at.events()).map(({ type }) => type)).toEqual(["identity.username.added"]);
  });

  it("checks the value as at sign-up", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ email: "ann@example.com" });
    const refusal = await refused(change.add(at.ctx, { userId, ...EMAIL, value: "no address" }));
    expect(refusal).toMatchObject({
      reason: "ValidationFailed",
      message: "invalid login ID",
      info: { causes: [{ location: "/login_id", kind: "format", details: { format: "email" } }] },
    });
    expect((await refused(change.add(at.ctx, { userId, ...USERNAME, value: "admin" }))).info.causes[0]).toMatchObject({ kind: "blocked", details: { reason: "UsernameReserved" } });
  });

  it("needs a key of the type", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ email: "ann@example.com" });
    expect(await refused(change.add(at.ctx, { userId, type: "email", key: "nosuch", value: "b@example.com" }))).toMatchObject(invariant("InvalidLoginIDKey"));
    expect(await refused(change.add(at.ctx, { userId, type: "email", key: "username", value: "b@example.com" }))).toMatchObject(invariant("InvalidLoginIDKey"));
  });

  it("is refused where nobody may add any", async () => {
    const at = await AccountProject.make({ config: keys({ type: "email", create_disabled: true }, { type: "username", modify_disabled: true }) });
    const userId = await at.addUser({ email: "ann@example.com" });
    for (const [kind, value] of [
      [EMAIL, "b@example.com"],
      [USERNAME, "ann"],
    ] as const)
      expect(await refused(change.add(at.ctx, { userId, ...kind, value }))).toMatchObject(invariant("IdentityModifyDisabled"));
  });

  it.each([true, false])("is refused when another user has it, before any code is sent (required: %s)", async (required) => {
    const at = await AccountProject.make({ config: { verification: { claims: { email: { enabled: true, required } } } } });
    const [ann] = [await at.addUser({ username: "ann" }), await at.addUser({ email: "bob@example.com" })];
    expect(await refused(change.add(at.ctx, { userId: ann, ...EMAIL, value: "BOB@example.com" }))).toMatchObject({
      name: "AlreadyExists",
      reason: "AccountManagementDuplicatedIdentity",
      code: 409,
      info: {
        cause: { kind: "DuplicatedIdentity" },
        IdentityTypeIncoming: "login_id",
        LoginIDTypeIncoming: "email",
        IdentityTypeExisting: "login_id",
        LoginIDTypeExisting: "email",
      },
    });
    await change.add(at.ctx, { userId: ann, ...EMAIL, value: "free@example.com" });
  });

  it("is refused when the user has it himself, or it is the address of another user's social account", async () => {
    const at = await AccountProject.make({ config: unverified });
    const userId = await at.addUser({ email: "ann@example.com" });
    await at.addUser({ password: null, identities: [{ type: "oauth", uniqueKey: "google:{}:1", claims: { email: "bob@example.com" } }] });
    for (const value of ["ann@example.com", "bob@example.com"])
      expect((await refused(change.add(at.ctx, { userId, ...EMAIL, value }))).reason).toBe("AccountManagementDuplicatedIdentity");
  });
});

describe("another value for a login id", () => {
  it("replaces a user name and tells both values", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ username: "ann" });
    const identityId = await at.identityId(userId, "ann");
    const { identity, old } = await change.update(at.ctx, { userId, identityId, ...USERNAME, value: "Anna" });
    expect([identity.id, identity.loginId, old?.loginId]).toEqual([identityId, "anna", "ann"]);
    const { user, authenticators } = await at.facts(userId);
    expect([user.id, user.standardAttributes.preferred_username, authenticators.length]).toEqual([userId, "anna", 1]);
    const [event] = await at.events();
    expect(event).toMatchObject({
      type: "identity.username.updated",
      payload: { user: { id: userId }, old_identity: { claims: { preferred_username: "ann" } }, new_identity: { claims: { preferred_username: "anna" } } },
    });
  });

  it("takes one-time passwords and the proof along to the new address", async () => {
    const at = await AccountProject.make();
    const email = "old@example.com";
    const userId = await at.addUser({
      email,
      password: null,
      verified: [{ name: "email", value: email }],
      authenticators: [{ type: "oob_otp_email", kind: "primary", target: email }],
    });
    const identityId = await at.identityId(userId, email);
    const { token = "", old } = await change.update(at.ctx, { userId, identityId, ...EMAIL, value: "new@example.com" });
    expect(old?.loginId).toBe(email);
    expect((await at.facts(userId)).identities[0]?.loginId).toBe(email);
    const counted = await statementCount.during(() => resume.run(at.ctx, { userId, token, key: "email", code: CODE }));
    const { identities, authenticators, verified, user } = await at.facts(userId);
    expect(identities).toMatchObject([{ id: identityId, loginId: "new@example.com" }]);
    expect(authenticators).toMatchObject([{ type: "oob_otp_email", email: "new@example.com" }]);
    expect([verified, user.standardAttributes]).toEqual([[{ name: "email", value: "new@example.com" }], { email: "new@example.com" }]);
    expect((await at.events()).map(({ type }) => type)).toEqual(["identity.email.updated", "identity.email.verified"]);
    expect(counted.sql, counted.statements.join("\n")).toBeLessThanOrEqual(11);
  });

  it("keeps the proof of the old address while a second factor carries it", async () => {
    const at = await AccountProject.make({ config: unverified });
    const email = "old@example.com";
    const userId = await at.addUser({ email, verified: [{ name: "email", value: email }], authenticators: [{ type: "oob_otp_email", kind: "secondary", target: email }] });
    await change.update(at.ctx, { userId, identityId: await at.identityId(userId, email), ...EMAIL, value: "new@example.com" });
    expect((await at.facts(userId)).verified).toEqual([{ name: "email", value: email }]);
    expect((await at.facts(userId)).authenticators.map((one) => one.email)).toContain(email);
    expect((await at.events()).map(({ type }) => type)).toEqual(["identity.email.updated"]);
  });

  it("proves an address the user has, when he asks for it", async () => {
    const at = await AccountProject.make({ config: unverified });
    const userId = await at.addUser({ phone: "+85298765432" });
    const asked = { userId, identityId: await at.identityId(userId, "+85298765432"), ...PHONE, value: "+852 9876 5432" };
    expect((await change.update(at.ctx, asked)).needVerification).toBe(false);
    const { token = "", needVerification } = await change.update(at.ctx, { ...asked, isVerificationRequested: true });
    expect(needVerification).toBe(true);
    await resume.run(at.ctx, { userId, token, key: "phone", code: CODE });
    expect((await at.facts(userId)).verified).toEqual([{ name: "phone_number", value: "+85298765432" }]);
  });

  it("is refused for an identity of another user, of another type, or of nobody", async () => {
    const at = await AccountProject.make({ config: unverified });
    const [ann, bob] = [await at.addUser({ email: "ann@example.com", username: "ann" }), await at.addUser({ email: "bob@example.com" })];
    const update = async (identityId: string) => refused(change.update(at.ctx, { userId: ann, identityId, ...EMAIL, value: "new@example.com" }));
    expect(await update(await at.identityId(bob, "bob@example.com"))).toMatchObject({ name: "Invalid", reason: "AccountManagementIdentityNotOwnedByUser", code: 400 });
    for (const id of [await at.identityId(ann, "ann"), at.ctx.newId(), "no id"]) expect(await update(id)).toMatchObject({ reason: "IdentityNotFound", code: 404 });
  });

  it("is refused where nobody may change one, where its key is gone, and when another user has the value", async () => {
    const at = await AccountProject.make({ config: { ...unverified, ...keys({ type: "email", update_disabled: true }, { type: "email", key: "work" }) } });
    const userId = await at.addUser({ email: "ann@example.com" });
    const update = async (key: string, value = "new@example.com") =>
      refused(change.update(at.ctx, { userId, identityId: await at.identityId(userId, "ann@example.com"), type: "email", key, value }));
    expect(await update("email")).toMatchObject(invariant("IdentityModifyDisabled"));
    await at.query("update identity set login_id_key = 'gone' where project_id = $1");
    expect(await update("work")).toMatchObject(invariant("IdentityModifyDisabled"));
    await at.query("update identity set login_id_key = 'work' where project_id = $1");
    await at.addUser({ email: "bob@example.com" });
    expect((await update("work", "bob@example.com")).reason).toBe("AccountManagementDuplicatedIdentity");
  });
});

describe("phone numbers", () => {
  it("are resent by SMS, whatever brought the first code", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ username: "ann" });
    const { token = "" } = await change.add(at.ctx, { userId, ...PHONE, value: "+85298765432", channel: "whatsapp" });
    await resend.run(at.ctx, { userId, token });
    expect((await refused(resend.run(at.ctx, { userId, token }))).info.bucket_name).toBe("VerificationCooldownSMS");
    await resume.run(at.ctx, { userId, token, key: "phone", code: CODE });
    expect((await at.events()).map(({ type }) => type)).toEqual(["identity.phone.added", "identity.phone.verified"]);
    expect((await at.facts(userId)).user.standardAttributes.phone_number).toBe("+85298765432");
  });
});
