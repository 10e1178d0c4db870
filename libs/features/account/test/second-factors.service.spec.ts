import { generateSync } from "otplib";
import { beforeAll, describe, expect, it } from "vitest";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { normaliseRecoveryCode } from "@gatehouse/record-authenticators";
import {
  AccountTokens,
  DeleteAuthenticator,
  EnrolOneTimePassword,
  EnrolTotp,
  FinishEnrolment,
  RecoveryCodes,
  ResendCode,
  ResumeLoginIdChange,
  StartLoginIdChange,
} from "../src/index.js";
import { AccountProject, CODE, type NewUser, refused, service } from "./account-project.js";

let totp: EnrolTotp;
let otp: EnrolOneTimePassword;
let finish: FinishEnrolment;
let deleting: DeleteAuthenticator;
let codes: RecoveryCodes;
let tokens: AccountTokens;
beforeAll(async () => {
  totp = await service(EnrolTotp);
  otp = await service(EnrolOneTimePassword);
  finish = await service(FinishEnrolment);
  deleting = await service(DeleteAuthenticator);
  codes = await service(RecoveryCodes);
  tokens = await service(AccountTokens);
});

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const TOTP = { type: "totp", kind: "secondary", secret: SECRET, displayName: "App" } as const;
const codeOf = (ctx: ProjectContext, secret: string): string => generateSync({ secret, epoch: Math.floor(ctx.now().getTime() / 1000) });
const wrongCode = (right: string): string => String((Number(right) + 500_000) % 1_000_000).padStart(6, "0");
const authentication = (more: object) => ({ config: { authentication: { identities: ["login_id"], ...more } } });

async function ann(options: Parameters<typeof AccountProject.make>[0] = {}, more: NewUser = {}): Promise<{ at: AccountProject; userId: UserId }> {
  const at = await AccountProject.make(options);
  return { at, userId: await at.addUser({ email: "ann@example.com", ...more }) };
}

async function resumed(at: AccountProject, userId: UserId) {
  const { token, secret } = await totp.start(at.ctx, userId);
  return { secret, ...(await totp.resume(at.ctx, { userId, token, displayName: "My phone", code: codeOf(at.ctx, secret) })) };
}

/** Recovery codes and trusted browsers, as an earlier second factor left them. */
async function withRecovery(at: AccountProject, userId: UserId): Promise<void> {
  await codes.regenerate(at.ctx, userId);
  await at.query(
    "insert into device_token (project_id, id, user_id, token_hash, created_at, expire_at) values ($1, gen_random_uuid(), $2, 'h', now(), now() + interval '1 day')",
    userId,
  );
}
const left = async (at: AccountProject): Promise<number[]> =>
  Promise.all(["recovery_code", "device_token"].map(async (table) => (await at.query(`select 1 from ${table} where project_id = $1`)).length));

describe("adding an authenticator app", () => {
  it("shows a secret, takes its code, and stores it with its recovery codes at the finish", async () => {
    const { at, userId } = await ann();
    const started = await totp.start(at.ctx, userId);
    expect(started).toMatchObject({ secret: expect.stringMatching(/^[A-Z2-7]{32}$/), issuer: at.ctx.request.publicOrigin, accountId: "ann@example.com" });
    expect(new URL(started.uri).searchParams.get("secret")).toBe(started.secret);
    const next = await totp.resume(at.ctx, { userId, token: started.token, displayName: "My phone", code: codeOf(at.ctx, started.secret) });
    expect(next.token).not.toBe(started.token);
    expect([next.recoveryCodesCreated, next.recoveryCodes?.length]).toEqual([true, 16]);
    expect(await left(at)).toEqual([0, 0]);
    expect((await at.facts(userId)).authenticators).toHaveLength(1);
    expect(await tokens.find(at.ctx, { token: next.token, userId, kinds: ["totp"] })).toMatchObject({ recoveryCodes: next.recoveryCodes, verified: true });
    const made = await finish.run(at.ctx, { userId, token: next.token });
    expect(made).toMatchObject({ type: "totp", kind: "secondary", isDefault: false, secret: started.secret, displayName: "My phone" });
    expect(await left(at)).toEqual([16, 0]);
    for (const token of [started.token, next.token]) expect((await refused(finish.run(at.ctx, { userId, token }))).reason).toBe("AccountManagementTokenInvalid");
  });

  it("refuses a wrong code and keeps the token", async () => {
    const { at, userId } = await ann();
    const { token, secret } = await totp.start(at.ctx, userId);
    const input = { userId, token, displayName: "x" };
    const code = codeOf(at.ctx, secret);
    expect(await refused(totp.resume(at.ctx, { ...input, code: wrongCode(code) }))).toMatchObject({
      name: "Unauthorized",
      reason: "InvalidCredentials",
      code: 401,
      info: { AuthenticationType: "totp" },
    });
    expect((await totp.resume(at.ctx, { ...input, code })).recoveryCodesCreated).toBe(true);
  });

  it("limits guesses, which lock the account where codes count", async () => {
    const { at, userId } = await ann(authentication({ rate_limits: { totp: { per_user_per_ip: { enabled: true, period: "1m", burst: 2 } } } }));
    const { token } = await totp.start(at.ctx, userId);
    const guess = (ctx: ProjectContext, given: string, id: UserId) => refused(totp.resume(ctx, { userId: id, token: given, displayName: "x", code: "no" }));
    for (const reason of ["InvalidCredentials", "InvalidCredentials", "RateLimited"]) expect((await guess(at.ctx, token, userId)).reason).toBe(reason);
    const lockout = { max_attempts: 2, history_duration: "1h", minimum_duration: "10m", maximum_duration: "1h", lockout_type: "per_user", totp: { enabled: true } };
    const strict = await ann(authentication({ lockout }));
    const begun = await totp.start(strict.at.ctx, strict.userId);
    for (const reason of ["InvalidCredentials", "AccountLockout"]) expect((await guess(strict.at.ctx, begun.token, strict.userId)).reason).toBe(reason);
    const right = codeOf(strict.at.ctx, begun.secret);
    expect((await refused(totp.resume(strict.at.ctx, { userId: strict.userId, token: begun.token, displayName: "x", code: right }))).reason).toBe("AccountLockout");
  });

  it("makes no recovery codes for who has some, and none where the project gives none", async () => {
    const { at, userId } = await ann({}, { authenticators: [TOTP] });
    await withRecovery(at, userId);
    expect(await resumed(at, userId)).toMatchObject({ recoveryCodesCreated: false });
    const without = await ann(authentication({ recovery_code: { disabled: true } }));
    const { token, recoveryCodesCreated } = await resumed(without.at, without.userId);
    await finish.run(without.at.ctx, { userId: without.userId, token });
    expect([recoveryCodesCreated, await left(without.at)]).toEqual([false, [0, 0]]);
  });

  it("cannot be finished before its code was given, by another user, or twice (stolen token)", async () => {
    const { at, userId } = await ann();
    const thief = await at.addUser({ email: "eve@example.com" });
    const { token } = await totp.start(at.ctx, userId);
    expect((await refused(finish.run(at.ctx, { userId, token }))).reason).toBe("AccountManagementTokenInvalid");
    const next = await resumed(at, userId);
    expect((await refused(finish.run(at.ctx, { userId: thief, token: next.token }))).reason).toBe("AccountManagementTokenNotBoundToUser");
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => finish.run(at.ctx, { userId, token: next.token })));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await at.facts(userId)).authenticators).toHaveLength(2);
  });

  it("does not take a token of another operation (confused token)", async () => {
    const { at, userId } = await ann();
    const { token } = await totp.start(at.ctx, userId);
    const email = await (await service(StartLoginIdChange)).add(at.ctx, { userId, type: "email", key: "email", value: "b@example.com" });
    const resumeEmail = (await service(ResumeLoginIdChange)).run(at.ctx, { userId, token, key: "email", code: CODE });
    expect((await refused(resumeEmail)).reason).toBe("AccountManagementTokenInvalid");
    expect((await refused(otp.resume(at.ctx, { userId, token: email.token as string, code: CODE }))).reason).toBe("AccountManagementTokenInvalid");
    expect((await refused((await service(ResendCode)).run(at.ctx, { userId, token }))).reason).toBe("AccountManagementTokenInvalid");
  });

  it("ends the grace period for having no second factor", async () => {
    const { at, userId } = await ann();
    await at.query("update auth_user set mfa_grace_period_end_at = now() + interval '1 day' where project_id = $1");
    await finish.run(at.ctx, { userId, token: (await resumed(at, userId)).token });
    expect((await at.facts(userId)).user.mfaGracePeriodEndAt).toBeNull();
  });
});

describe("adding an address for one-time passwords", () => {
  it("stores a second factor, proves the address, and leaves the first factors as they are", async () => {
    const { at, userId } = await ann({}, { authenticators: [{ type: "oob_otp_email", kind: "primary", target: "ann@example.com" }] });
    const { token } = await otp.start(at.ctx, { userId, channel: "email", target: "Ann@Example.com" });
    const wrong = await refused(otp.resume(at.ctx, { userId, token, code: "000000" }));
    expect(wrong).toMatchObject({ reason: "InvalidVerificationCode", code: 403 });
    const next = await otp.resume(at.ctx, { userId, token, code: CODE });
    expect(next).toMatchObject({ recoveryCodesCreated: true });
    expect(await finish.run(at.ctx, { userId, token: next.token })).toMatchObject({ type: "oob_otp_email", kind: "secondary", email: "ann@example.com", isDefault: false });
    expect((await at.facts(userId)).verified).toEqual([{ name: "email", value: "ann@example.com" }]);
    expect((await left(at))[0]).toBe(16);
  });

  it("refuses an address that the user has as a second factor, before anything is sent", async () => {
    const { at, userId } = await ann({}, { authenticators: [{ type: "oob_otp_sms", kind: "secondary", target: "+85298765432" }] });
    const refusal = await refused(otp.start(at.ctx, { userId, channel: "sms", target: "+852 9876 5432" }));
    expect(refusal).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "DuplicatedAuthenticator", AuthenticatorType: "oob_otp_sms" } } });
  });

  it.each([
    ["email", "no address"],
    ["email", "+85298765432"],
    ["sms", "ann@example.com"],
    ["whatsapp", "12345"],
    ["email", ""],
  ] as const)("refuses what is no address of the channel: %s %s", async (channel, target) => {
    const { at, userId } = await ann();
    expect(await refused(otp.start(at.ctx, { userId, channel, target }))).toMatchObject({ reason: "ValidationFailed", message: "invalid target" });
  });

  it("refuses a huge text", async () => {
    const { at, userId } = await ann();
    for (const target of [`+852${"9".repeat(100_000)}`, `${"a".repeat(100_000)}@example.com`])
      expect((await refused(otp.start(at.ctx, { userId, channel: target.includes("@") ? "email" : "sms", target }))).message).toBe("invalid target");
  });

  it("sends again by the channel it began with", async () => {
    const { at, userId } = await ann();
    const { token } = await otp.start(at.ctx, { userId, channel: "whatsapp", target: "+85298765432" });
    expect((await refused((await service(ResendCode)).run(at.ctx, { userId, token }))).info.bucket_name).toBe("VerificationCooldownWhatsapp");
    const next = await otp.resume(at.ctx, { userId, token, code: CODE });
    expect(await finish.run(at.ctx, { userId, token: next.token })).toMatchObject({ type: "oob_otp_sms", phone: "+85298765432" });
  });
});

describe("removing a second factor", () => {
  const secondFactor = async (at: AccountProject, userId: UserId, wanted = "totp") =>
    (await at.facts(userId)).authenticators.find(({ type, kind }) => kind === "secondary" && type === wanted)?.id as string;

  it("takes recovery codes and trusted browsers with the last one only", async () => {
    const { at, userId } = await ann(
      {},
      { authenticators: [TOTP, { type: "oob_otp_email", kind: "secondary", target: "x@example.com" }], verified: [{ name: "email", value: "x@example.com" }] },
    );
    await withRecovery(at, userId);
    await deleting.run(at.ctx, { userId, authenticatorId: await secondFactor(at, userId) });
    expect([await left(at), (await at.facts(userId)).verified.length]).toEqual([[16, 1], 1]);
    await deleting.run(at.ctx, { userId, authenticatorId: await secondFactor(at, userId, "oob_otp_email") });
    expect([await left(at), (await at.facts(userId)).verified]).toEqual([[0, 0], []]);
    expect((await at.facts(userId)).authenticators).toMatchObject([{ type: "password", kind: "primary" }]);
  });

  it("is refused for the last one where one is required, also for two at the same time", async () => {
    const { at, userId } = await ann(authentication({ secondary_authentication_mode: "required" }), { authenticators: [TOTP] });
    const refusal = await refused(deleting.run(at.ctx, { userId, authenticatorId: await secondFactor(at, userId) }));
    expect(refusal).toMatchObject({
      name: "Invalid",
      reason: "AccountManagementSecondaryAuthenticatorIsRequired",
      message: "at least one secondary authenticator is needed",
      code: 400,
    });
    const next = await resumed(at, userId);
    await finish.run(at.ctx, { userId, token: next.token });
    const ids = (await at.facts(userId)).authenticators.filter(({ kind }) => kind === "secondary").map(({ id }) => id);
    const outcomes = await Promise.allSettled(ids.map((authenticatorId) => deleting.run(at.ctx, { userId, authenticatorId })));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("is refused for another user's, for a first factor, and for nobody's", async () => {
    const { at, userId } = await ann();
    const bob = await at.addUser({ email: "bob@example.com", authenticators: [TOTP] });
    const remove = (authenticatorId: string) => refused(deleting.run(at.ctx, { userId, authenticatorId }));
    expect(await remove(await secondFactor(at, bob))).toMatchObject({
      reason: "AccountManagementAuthenticatorNotOwnedByUser",
      message: "authenticator not owned by current user",
      code: 400,
    });
    const password = (await at.facts(userId)).authenticators[0]?.id as string;
    for (const id of [password, at.ctx.newId(), "x"]) expect(await remove(id)).toMatchObject({ name: "NotFound", reason: "AuthenticatorNotFound", code: 404 });
    expect((await at.facts(bob)).authenticators).toHaveLength(2);
  });
});

describe("recovery codes", () => {
  it("are replaced as a whole, and shown again only where the project says so", async () => {
    const { at, userId } = await ann(authentication({ recovery_code: { count: 10, list_enabled: true } }), { authenticators: [TOTP] });
    const first = await codes.regenerate(at.ctx, userId);
    const second = await codes.regenerate(at.ctx, userId);
    expect(second).toHaveLength(10);
    for (const code of second) expect(normaliseRecoveryCode(code)).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
    const listed = await codes.list(at.ctx, userId);
    expect(listed?.map(({ code }) => code).sort()).toEqual([...second].sort());
    expect(second.some((code) => first.includes(code))).toBe(false);
    const secret = await ann();
    await codes.regenerate(secret.at.ctx, secret.userId);
    expect(await codes.list(secret.at.ctx, secret.userId)).toBeUndefined();
    expect((await secret.at.query("select code from recovery_code where project_id = $1")).every(({ code }) => code === null)).toBe(true);
  });
});
