import { randomUUID } from "node:crypto";
import { OneTimePasswords, type OtpChannel } from "@gatehouse/record-one-time-codes";
import { MessageQueue, type OutgoingMessage } from "@gatehouse/service-message-queue";
import { toGlobalId } from "@gatehouse/platform-graphql";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { AdminUsers, caughtMessages } from "./admin-users.js";

let client: AdminClient;
let mails: OutgoingMessage[] = [];
beforeAll(async () => {
  client = await adminClient();
});
beforeEach(() => {
  mails = caughtMessages(client);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("sendResetPasswordMessage", () => {
  const link = (message: OutgoingMessage | undefined): URL => new URL(message?.link ?? "none:");

  it("sends the owner of a login id a link that says who had it sent (messaging probe 39), and answers null", async () => {
    const users = await AdminUsers.make(client);
    const { userId } = await users.add({ email: "a@example.com", password: "old password" });
    const { data, errors } = await users.ask('mutation { sendResetPasswordMessage(input: { loginID: " A@Example.com " }) }');
    expect([data, errors]).toEqual([{ sendResetPasswordMessage: null }, undefined]);
    expect(mails.map(({ channel, to, template }) => [channel, to, template])).toEqual([["email", "a@example.com", "forgot_password_email"]]);
    const { pathname, searchParams } = link(mails[0]);
    expect([pathname, searchParams.get("x_from_admin_api")]).toEqual(["/authflow/v2/reset_password", "true"]);
    const otp = client.service.nest.get(OneTimePasswords, { strict: false });
    expect((await otp.byLink(users.test.ctx, "forgot-password", searchParams.get("code") ?? ""))?.attachment).toMatchObject({
      userId,
      target: { identification: "email", target: "a@example.com" },
    });
    expect(await users.payload("admin_api.mutation.send_reset_password_message.executed")).toEqual({ login_id: " A@Example.com " });
  });

  it("sends nothing, and leaves the former link good, when a later mutation of the request fails", async () => {
    const users = await AdminUsers.make(client, { features: { rate_limits: { disabled: true } } });
    const { userId } = await users.add({ email: "a@example.com" });
    const send = 'send: sendResetPasswordMessage(input: { loginID: "a@example.com" })';
    expect((await users.ask(`mutation { ${send} }`)).errors).toBeUndefined();
    const { errors } = await users.ask(`mutation { ${send} fail: deleteRole(input: { id: "${toGlobalId("Role", randomUUID())}" }) { ok } }`);
    expect(errors?.[0].extensions.reason).toBe("RoleNotFound");
    expect(mails).toHaveLength(1);
    const otp = client.service.nest.get(OneTimePasswords, { strict: false });
    expect((await otp.byLink(users.test.ctx, "forgot-password", link(mails[0]).searchParams.get("code") ?? ""))?.attachment).toMatchObject({ userId });
  });

  it("sends nothing to somebody whom an earlier mutation of the request deletes", async () => {
    const users = await AdminUsers.make(client);
    const { id } = await users.add({ email: "a@example.com" });
    const remove = `deleteUser(input: { userID: "${id}" }) { deletedUserID }`;
    const { errors } = await users.ask(`mutation { ${remove} sendResetPasswordMessage(input: { loginID: "a@example.com" }) }`);
    expect([errors?.[0].extensions.reason, mails]).toEqual(["ForgotPasswordFailed", []]);
  });

  it("reaches somebody whom an earlier mutation of the request makes", async () => {
    const users = await AdminUsers.make(client);
    const create = 'createUser(input: { definition: { loginID: { key: "email", value: "new@example.com" } }, password: "" }) { user { id } }';
    const { errors } = await users.ask(`mutation { ${create} sendResetPasswordMessage(input: { loginID: "new@example.com" }) }`);
    expect([errors, mails.map(({ to }) => to)]).toEqual([undefined, ["new@example.com"]]);
  });

  it("is answered although the queue fails: what the request did is committed", async () => {
    const users = await AdminUsers.make(client);
    await users.add({ email: "a@example.com" });
    vi.spyOn(client.service.nest.get(MessageQueue, { strict: false }), "enqueue").mockRejectedValue(new Error("Redis is away"));
    const { data, errors } = await users.ask('mutation { sendResetPasswordMessage(input: { loginID: "a@example.com" }) }');
    expect([data, errors]).toEqual([{ sendResetPasswordMessage: null }, undefined]);
  });

  it("reaches phones by SMS, and the owner of a user name by his address", async () => {
    const users = await AdminUsers.make(client);
    await users.add({ phone: "+85298765432" });
    await users.add({ username: "ada", email: "ada@example.com" });
    for (const loginID of ["+852 9876 5432", "Ada"]) await users.ask(`mutation { sendResetPasswordMessage(input: { loginID: "${loginID}" }) }`);
    expect(mails.map(({ channel, to }) => [channel, to])).toEqual([
      ["sms", "+85298765432"],
      ["email", "ada@example.com"],
    ]);
  });

  it("tells that nobody has the login id, and where recovery is off", async () => {
    const users = await AdminUsers.make(client);
    const off = await AdminUsers.make(client, { config: { forgot_password: { enabled: false } } });
    await users.add({ username: "nowhere" });
    for (const loginID of ["nobody@example.com", "nowhere", "", toGlobalId("User", randomUUID())]) {
      const { data, errors } = await users.ask(`mutation { sendResetPasswordMessage(input: { loginID: "${loginID}" }) }`);
      expect([data, errors?.[0].extensions]).toEqual([
        { sendResetPasswordMessage: null },
        { errorName: "Invalid", reason: "ForgotPasswordFailed", info: { cause: { kind: "UserNotFound" } } },
      ]);
    }
    const { errors } = await off.ask('mutation { sendResetPasswordMessage(input: { loginID: "a@example.com" }) }');
    expect(errors?.[0].extensions.info.cause.kind).toBe("FeatureDisabled");
    expect([mails, await users.told()]).toEqual([[], []]);
  });

  it("obeys the limits of recovery, but not those by address", async () => {
    const limits = { trigger_per_ip: { enabled: true, period: "1h", burst: 1 } };
    const users = await AdminUsers.make(client, { config: { forgot_password: { rate_limits: { email: limits } } } });
    await users.add({ email: "a@example.com" });
    await users.add({ email: "b@example.com" });
    const send = async (loginID: string) => (await users.ask(`mutation { sendResetPasswordMessage(input: { loginID: "${loginID}" }) }`)).errors?.[0].extensions;
    expect([await send("a@example.com"), await send("b@example.com")]).toEqual([undefined, undefined]);
    expect(await send("a@example.com")).toMatchObject({ errorName: "TooManyRequest", reason: "RateLimited", info: { bucket_name: "ForgotPasswordCooldownEmail" } });
  });
});

describe("generateOOBOTPCode", () => {
  const generate = async (users: AdminUsers, target: string, purpose?: string): Promise<string> =>
    (await users.mutate("generateOOBOTPCode", { target, ...(purpose ? { purpose } : {}) }, "code")).code;
  const check = async (users: AdminUsers, code: string, [purpose, target, channel]: ["oob-otp" | "verification", string, OtpChannel]) =>
    Boolean(await client.service.nest.get(OneTimePasswords, { strict: false }).check(users.test.ctx, { purpose, target, channel, code }));

  it("makes codes of six digits for anybody; of two only the second is right (probe 23)", async () => {
    const users = await AdminUsers.make(client);
    const [first, second] = [await generate(users, "a@b.co"), await generate(users, "A@B.co")];
    expect([first, second]).toEqual([expect.stringMatching(/^\d{6}$/), expect.stringMatching(/^\d{6}$/)]);
    if (first !== second) expect(await check(users, first, ["oob-otp", "a@b.co", "email"])).toBe(false);
    expect(await check(users, second, ["oob-otp", "a@b.co", "email"])).toBe(true);
    expect(mails).toEqual([]);
    expect(await users.payload("admin_api.mutation.generate_oob_otp_code.executed")).toEqual({ target: "A@B.co", purpose: "login" });
  });

  it("leaves the former code good when a later mutation of the request fails", async () => {
    const users = await AdminUsers.make(client);
    const former = await generate(users, "a@example.com");
    const again = 'generateOOBOTPCode(input: { target: "a@example.com" }) { code }';
    const { errors } = await users.ask(`mutation { ${again} deleteRole(input: { id: "${toGlobalId("Role", randomUUID())}" }) { ok } }`);
    expect(errors?.[0].extensions.reason).toBe("RoleNotFound");
    expect(await check(users, former, ["oob-otp", "a@example.com", "email"])).toBe(true);
  });

  it("keeps purposes apart, and tells phone numbers from addresses", async () => {
    const users = await AdminUsers.make(client);
    const code = await generate(users, "+85298765432", "VERIFICATION");
    expect(await check(users, code, ["oob-otp", "+85298765432", "sms"])).toBe(false);
    expect(await check(users, code, ["verification", "+85298765432", "sms"])).toBe(true);
  });

  it("gives the fixed code of test mode", async () => {
    const users = await AdminUsers.make(client, { config: { test_mode: { oob_otp: { enabled: true, rules: [{ regex: "^a@", fixed_code: "123456" }] } } } });
    expect(await generate(users, "a@example.com")).toBe("123456");
  });

  it("is no way to another project's code", async () => {
    const [users, other] = [await AdminUsers.make(client), await AdminUsers.make(client)];
    expect(await check(other, await generate(users, "a@example.com"), ["oob-otp", "a@example.com", "email"])).toBe(false);
  });
});
