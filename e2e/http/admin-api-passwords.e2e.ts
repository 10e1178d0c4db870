import { describe, expect, it } from "vitest";
import { FakeSmtpServer } from "../../libs/features/messages/test/smtp-server.js";
import { Admin } from "../support/admin.js";
import { byEmail, password } from "../support/inputs.js";

const ANN = "ann@example.com";
const USERNAMES = { config: { identity: { login_id: { keys: [{ type: "email" }, { type: "username" }] } } } };
const countUsers = async (admin: Admin): Promise<number> => (await admin.ask("{ users { totalCount } }")).users.totalCount;
const login = (admin: Admin, secret: string) => admin.project.browser().run("login", [byEmail(ANN), password(secret)]);

describe("a password made for a user", () => {
  it("is not made for a user without an address, who is not created either", async () => {
    const admin = await Admin.make(USERNAMES);
    const input = { definition: { loginID: { key: "username", value: "annie" } }, password: "", sendPassword: true };
    expect(await admin.refused("createUser", input)).toMatchObject({ errorName: "Invalid", reason: "SendPasswordNoTarget" });
    expect(await countUsers(admin)).toBe(0);
    expect((await admin.mutate("createUser", { ...input, sendPassword: false }, "user { primaryPassword { kind } }")).user).toEqual({ primaryPassword: { kind: "PRIMARY" } });
  });

  it("replaces the old one and is mailed, which the log tells", async () => {
    const smtp = new FakeSmtpServer();
    const data = { host: "127.0.0.1", port: await smtp.start(), mode: "normal", username: "", password: "", sender: "no-reply@shop.example" };
    const admin = await Admin.make({ secrets: [{ key: "mail.smtp", data }] });
    const userID = await admin.createUser(ANN, { password: "old_password" });
    expect((await login(admin, "old_password")).finished).toBe(true);
    await admin.mutate("resetPassword", { userID, password: "new_password", sendPassword: true });
    const [row] = await admin.logged({ emailAddresses: [ANN], activityTypes: ["EMAIL_SENT"] });
    expect(row.data.payload).toMatchObject({ sender: "no-reply@shop.example", recipient: ANN });
    expect(smtp.mails.map((mail) => [mail.includes(ANN), mail.includes("new_password")])).toEqual([[true, true]]);
    smtp.stop();
    expect((await login(admin, "old_password")).error?.reason).toBe("InvalidCredentials");
    expect((await login(admin, "new_password")).finished).toBe(true);
  });

  it("follows the policy, and the old one stays when it does not", async () => {
    const admin = await Admin.make();
    const userID = await admin.createUser(ANN, { password: "old_password" });
    const refused = await admin.refused("resetPassword", { userID, password: "abc" });
    expect(refused).toMatchObject({
      errorName: "Invalid",
      reason: "PasswordPolicyViolated",
      info: { causes: [{ Name: "PasswordTooShort", Info: { min_length: 8, pw_length: 3 } }] },
    });
    expect((await login(admin, "old_password")).finished).toBe(true);
  });
});

describe("codes made for an address", () => {
  it("are six digits, and the newest alone is good", async () => {
    const admin = await Admin.make({ authentication: { primary_authenticators: ["oob_otp_email"] }, randomCodes: true });
    await admin.createUser("a@b.co");
    const browser = admin.project.browser();
    const asked = await browser.run("login", [byEmail("a@b.co"), { authentication: "primary_oob_otp_email", index: 0, channel: "email" }]);
    expect(asked.error).toBeUndefined();
    const [first, second] = [await admin.mutate("generateOOBOTPCode", { target: "a@b.co" }, "code"), await admin.mutate("generateOOBOTPCode", { target: "a@b.co" }, "code")];
    for (const { code } of [first, second]) expect(code).toMatch(/^\d{6}$/);
    expect((await browser.feed(asked.token, { code: first.code })).error?.reason).toBe("InvalidCredentials");
    expect((await browser.feed(asked.token, { code: second.code })).finished).toBe(true);
  });

  it("may be of an address that nobody has, and are in no log", async () => {
    const admin = await Admin.make({ randomCodes: true });
    const { code } = await admin.mutate("generateOOBOTPCode", { target: "nobody@b.co", purpose: "VERIFICATION" }, "code");
    const [row] = await admin.logged({ activityTypes: ["ADMIN_API_MUTATION_GENERATE_OOB_OTP_CODE_EXECUTED"] });
    expect(row.data.payload).toEqual({ target: "nobody@b.co", purpose: "verification" });
    expect(JSON.stringify(row)).not.toContain(`"${code}"`);
  });
});
