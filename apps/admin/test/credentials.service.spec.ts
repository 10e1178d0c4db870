import { randomUUID } from "node:crypto";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import type { OutgoingMessage } from "@gatehouse/service-message-queue";
import { toGlobalId } from "@gatehouse/platform-graphql";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { AdminUsers, caughtMessages } from "./admin-users.js";

const USER = "user { id }";
const PASSWORD = "user { primaryPassword { expireAfter isDefault } }";
const HISTORY = { authenticator: { password: { policy: { history_size: 3 } } } };

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

const hasher = () => client.service.nest.get(PasswordHasher, { strict: false });
const hashOf = async (users: AdminUsers, userId: string): Promise<string> => (await users.facts(userId)).authenticators.find(({ type }) => type === "password")?.passwordHash ?? "";
const isPassword = async (users: AdminUsers, userId: string, plain: string): Promise<boolean> => (await hasher().verify(await hashOf(users, userId), plain)).ok;

describe("createUser", () => {
  const create = (users: AdminUsers, input: object) =>
    users.mutate("createUser", input, "user { id authenticators { edges { node { type isDefault expireAfter } } } verifiedClaims { name } }");
  const email = (value: string) => ({ definition: { loginID: { key: "email", value } } });

  it("makes the authenticators of the login id, and mails a generated password to its address", async () => {
    const users = await AdminUsers.make(client, { config: { authentication: { primary_authenticators: ["password", "oob_otp_email"] } } });
    const { user } = await create(users, { ...email("New@Example.com"), password: "", sendPassword: true, setPasswordExpired: true });
    expect(user.authenticators.edges.map(({ node }: any) => [node.type, node.isDefault, node.expireAfter !== null]).sort()).toEqual([
      ["OOB_OTP_EMAIL", true, false],
      ["PASSWORD", true, true],
    ]);
    expect(user.verifiedClaims).toEqual([]);
    expect(mails).toEqual([
      { channel: "email", to: "new@example.com", template: "send_password_to_new_user_email", variables: { Email: "new@example.com", Password: expect.stringMatching(/^.{8,}$/) } },
    ]);
    expect(await users.told()).toEqual(["user.created", "audit:create_user"]);
  });

  it("sends no password to a user without an address (probe 15), and makes no user", async () => {
    const users = await AdminUsers.make(client);
    const refused = await users.refusal("createUser", { definition: { loginID: { key: "username", value: "ada" } }, password: "", sendPassword: true });
    expect(refused).toMatchObject({ errorName: "Invalid", reason: "SendPasswordNoTarget", data: null });
    expect((await users.ask("{ users { totalCount } }")).data.users.totalCount).toBe(0);
    expect(mails).toEqual([]);
  });

  it("ignores a password where there are none, and asks for no mail then", async () => {
    const users = await AdminUsers.make(client, { config: { authentication: { primary_authenticators: ["oob_otp_sms"] } } });
    const { user } = await create(users, { ...email("a@example.com"), password: "x", sendPassword: true });
    expect([user.authenticators.edges, mails]).toEqual([[], []]);
  });

  it("refuses definitions that make no sense, and projects where nobody could log in", async () => {
    const users = await AdminUsers.make(client);
    const none = await AdminUsers.make(client, { config: { authentication: { primary_authenticators: [] } } });
    expect(await users.refusal("createUser", { definition: {} })).toMatchObject({
      errorName: "Invalid",
      reason: "Invalid",
      message: "exactly 1 field must be present in identity definition",
    });
    for (const loginID of [
      { key: "", value: "a@example.com" },
      { key: "email", value: "" },
    ])
      expect(await users.refusal("createUser", { definition: { loginID } })).toMatchObject({ reason: "Invalid", message: "login ID key & value is required" });
    expect(await users.refusal("createUser", { definition: { loginID: { key: "nick", value: "a" } } })).toMatchObject({ info: { cause: { kind: "InvalidLoginIDKey" } } });
    expect(await none.refusal("createUser", email("a@example.com"))).toMatchObject({ errorName: "InternalError", reason: "InvalidConfiguration" });
    const reversed = { accountValidFrom: "2030-01-02T00:00:00Z", accountValidUntil: "2030-01-01T00:00:00Z" };
    expect(await users.refusal("createUser", { ...email("a@example.com"), ...reversed })).toMatchObject({
      info: { cause: { kind: "AccountValidFromShouldBeBeforeAccountValidUntil" } },
    });
    expect(await users.refusal("createUser", { ...email("a@example.com"), password: "abc" })).toMatchObject({
      reason: "PasswordPolicyViolated",
      info: { causes: [{ Name: "PasswordTooShort" }] },
    });
    expect(await users.told()).toEqual([]);
  });

  it("refuses an address of another user's social account (probe 16)", async () => {
    const users = await AdminUsers.make(client);
    const oauth = { providerType: "google", providerKeys: {}, subjectId: "1", alias: "google", rawProfile: {} };
    await users.add({ identities: [{ type: "oauth", uniqueKey: "google:{}:1", claims: { email: "taken@example.com" }, details: { oauth } }] });
    const refused = await users.refusal("createUser", email("Taken@example.com"));
    expect(refused).toMatchObject({ errorName: "Invalid", reason: "InvariantViolated", message: "identity already exists" });
    expect(refused.info).toEqual({
      cause: { kind: "DuplicatedIdentity" },
      IdentityTypeIncoming: "login_id",
      LoginIDTypeIncoming: "email",
      IdentityTypeExisting: "oauth",
      OAuthProviderTypeExisting: "google",
    });
  });

  it("asks neither whether the public may sign up, nor how often from one address", async () => {
    const authentication = { public_signup_disabled: true, rate_limits: { signup: { per_ip: { enabled: true, period: "1h", burst: 1 } } } };
    const users = await AdminUsers.make(client, { config: { authentication } });
    for (const value of ["a@example.com", "b@example.com"]) await create(users, email(value));
    expect((await users.ask("{ users { totalCount } }")).data.users.totalCount).toBe(2);
  });

  it("decides on the rows of the transaction: two of one login id in one request make nobody", async () => {
    const users = await AdminUsers.make(client);
    const one = `createUser(input: { definition: { loginID: { key: "email", value: "a@example.com" } } }) { user { id } }`;
    const { data, errors } = await users.ask(`mutation { a: ${one} b: ${one} }`);
    expect([data, errors?.[0].extensions.info.cause.kind]).toEqual([null, "DuplicatedIdentity"]);
    expect((await users.ask("{ users { totalCount } }")).data.users.totalCount).toBe(0);
  });

  it("is made once by a race of eight", async () => {
    const users = await AdminUsers.make(client);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => users.ask(`mutation { createUser(input: { definition: { loginID: { key: "email", value: "r@example.com" } } }) { user { id } } }`)),
    );
    expect(answers.filter(({ data }) => data !== null)).toHaveLength(1);
    for (const { errors } of answers.filter(({ data }) => data === null)) expect(errors?.[0].extensions.info.cause.kind).toBe("DuplicatedIdentity");
  });
});

describe("resetPassword", () => {
  it("changes the hash and mails the password to every email login id, proven or not (probe 17)", async () => {
    const users = await AdminUsers.make(client);
    const { id, userId } = await users.add({ email: ["a@example.com", "b@example.com"], phone: "+85298765432", password: "old password" });
    await users.mutate("resetPassword", { userID: id, password: "new_password", sendPassword: true }, USER);
    expect(await isPassword(users, userId, "new_password")).toBe(true);
    expect(mails.map(({ to, template, variables }) => [to, template, variables.Password]).sort()).toEqual([
      ["a@example.com", "send_password_to_existing_user_email", "new_password"],
      ["b@example.com", "send_password_to_existing_user_email", "new_password"],
    ]);
    expect(await users.told()).toEqual(["audit:reset_password"]);
    expect((await users.payload("admin_api.mutation.reset_password.executed")).user.id).toBe(userId);
  });

  it("refuses what the policy does: too short (probe 18), used before", async () => {
    const users = await AdminUsers.make(client, { config: HISTORY });
    const { id, userId } = await users.add({ email: "a@example.com", password: "old password" });
    expect(await users.refusal("resetPassword", { userID: id, password: "abc" })).toMatchObject({
      errorName: "Invalid",
      reason: "PasswordPolicyViolated",
      info: { causes: [{ Name: "PasswordTooShort", Info: { min_length: 8, pw_length: 3 } }] },
    });
    await users.mutate("resetPassword", { userID: id, password: "second password" }, USER);
    await users.mutate("resetPassword", { userID: id, password: "third password" }, USER);
    expect(await users.refusal("resetPassword", { userID: id, password: "second password" })).toMatchObject({
      info: { causes: [{ Name: "PasswordReused", Info: { history_size: 3 } }] },
    });
    expect(await isPassword(users, userId, "third password")).toBe(true);
  });

  it("changes nothing when there is nobody to mail to", async () => {
    const users = await AdminUsers.make(client);
    const { id, userId } = await users.add({ username: "ada", password: "old password" });
    expect(await users.refusal("resetPassword", { userID: id, password: "new_password", sendPassword: true })).toMatchObject({ reason: "SendPasswordNoTarget" });
    expect(await isPassword(users, userId, "old password")).toBe(true);
  });

  it("generates one that satisfies the policy, and mails it only when asked to", async () => {
    const policy = { min_length: 8, uppercase_required: true, lowercase_required: true, digit_required: true, symbol_required: true, minimum_guessable_level: 5 };
    const users = await AdminUsers.make(client, { config: { authenticator: { password: { policy } } } });
    const { id, userId } = await users.add({ email: "a@example.com", password: "old password" });
    await users.mutate("resetPassword", { userID: id }, USER);
    expect([mails, await isPassword(users, userId, "old password")]).toEqual([[], false]);
    await users.mutate("resetPassword", { userID: id, password: "", sendPassword: true }, USER);
    const plain = mails[0]?.variables.Password as string;
    expect(plain).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z0-9]).{32,}$/);
    expect(await isPassword(users, userId, plain)).toBe(true);
  });

  it("can be made to expire; the next one is not", async () => {
    const users = await AdminUsers.make(client);
    const { id } = await users.add({ email: "a@example.com", password: "old password" });
    const expired = await users.mutate("resetPassword", { userID: id, password: "new_password", setPasswordExpired: true }, PASSWORD);
    expect(Date.parse(expired.user.primaryPassword.expireAfter)).toBeLessThanOrEqual(Date.now());
    expect((await users.mutate("resetPassword", { userID: id, password: "third password" }, PASSWORD)).user.primaryPassword.expireAfter).toBeNull();
  });

  it("gives a first password to a user without one, whose expiry is not asked", async () => {
    const users = await AdminUsers.make(client);
    const { id } = await users.add({ email: "a@example.com" });
    expect((await users.mutate("resetPassword", { userID: id, password: "new_password", setPasswordExpired: true }, PASSWORD)).user.primaryPassword).toEqual({
      expireAfter: null,
      isDefault: true,
    });
  });

  it("leaves secondary passwords alone", async () => {
    const users = await AdminUsers.make(client);
    const { id, userId } = await users.add({ email: "a@example.com", authenticators: [{ type: "password", kind: "secondary", passwordHash: "kept" }] });
    await users.mutate("resetPassword", { userID: id, password: "new_password" }, USER);
    expect((await users.facts(userId)).authenticators.find(({ kind }) => kind === "secondary")?.passwordHash).toBe("kept");
  });

  it("is limited by the address that is mailed to, never by the administrator's own", async () => {
    const limits = (perIp: number, perTarget: number) => ({
      messaging: { rate_limits: { email_per_ip: { enabled: true, period: "1h", burst: perIp }, email_per_target: { enabled: true, period: "1h", burst: perTarget } } },
    });
    const reset = async (users: AdminUsers) => {
      const { id } = await users.add({ email: `${randomUUID()}@example.com` });
      const again = () => users.ask(`mutation { resetPassword(input: { userID: "${id}", sendPassword: true }) { user { id } } }`);
      return [(await again()).errors, (await again()).errors?.[0].extensions.reason];
    };
    expect(await reset(await AdminUsers.make(client, { config: limits(1, 10) }))).toEqual([undefined, undefined]);
    expect(await reset(await AdminUsers.make(client, { config: limits(10, 1) }))).toEqual([undefined, "RateLimited"]);
  });
});

describe("setPasswordExpired", () => {
  it("sets the end of a password to now, and takes it away", async () => {
    const users = await AdminUsers.make(client);
    const { id } = await users.add({ email: "a@example.com", password: "old password" });
    const set = (expired: boolean) => users.mutate("setPasswordExpired", { userID: id, expired }, PASSWORD);
    expect(Date.parse((await set(true)).user.primaryPassword.expireAfter)).toBeLessThanOrEqual(Date.now());
    expect((await set(false)).user.primaryPassword.expireAfter).toBeNull();
    expect(await users.told()).toEqual(["audit:set_password_expired", "audit:set_password_expired"]);
    expect(await users.payload("admin_api.mutation.set_password_expired.executed")).toMatchObject({ expired: false, user: { standard_attributes: { email: "a@example.com" } } });
  });

  it("needs a primary password", async () => {
    const users = await AdminUsers.make(client);
    const { id } = await users.add({ email: "a@example.com", authenticators: [{ type: "password", kind: "secondary", passwordHash: "x" }] });
    expect(await users.refusal("setPasswordExpired", { userID: id, expired: true })).toMatchObject({ errorName: "NotFound", reason: "AuthenticatorNotFound" });
  });
});

describe("an anonymized user", () => {
  it("keeps what he has: no password, no end of one, no attributes", async () => {
    const users = await AdminUsers.make(client);
    const { id, userId } = await users.add({ email: "a@example.com", password: "old password" });
    await users.test.db.transaction((tx) => tx.query("update auth_user set is_anonymized = true where project_id = $1 and id = $2", [users.test.project.id, userId]));
    const refused = { errorName: "Invalid", reason: "UserIsAnonymized", data: null };
    expect(await users.refusal("resetPassword", { userID: id, password: "new_password" })).toMatchObject(refused);
    expect(await users.refusal("setPasswordExpired", { userID: id, expired: true })).toMatchObject(refused);
    expect(await users.refusal("updateUser", { userID: id, standardAttributes: {} })).toMatchObject(refused);
    expect(await isPassword(users, userId, "old password")).toBe(true);
  });
});

describe("users of another project, and none", () => {
  it("cannot be given passwords (tenant isolation)", async () => {
    const [users, other] = [await AdminUsers.make(client), await AdminUsers.make(client)];
    const { id, userId } = await other.add({ email: "a@example.com", password: "old password" });
    for (const userID of [id, toGlobalId("User", randomUUID()), toGlobalId("User", "not-a-uuid")]) {
      expect(await users.refusal("resetPassword", { userID, password: "new_password" })).toMatchObject({ errorName: "NotFound", reason: "UserNotFound" });
      expect(await users.refusal("setPasswordExpired", { userID, expired: true })).toMatchObject({ errorName: "NotFound", reason: "UserNotFound" });
    }
    for (const userID of ["!!!", toGlobalId("Role", userId), "VXNlcjo="])
      expect(await users.refusal("resetPassword", { userID, password: "new_password" })).toMatchObject({ errorName: "Invalid", reason: "Invalid", message: "invalid user ID" });
    expect(await isPassword(other, userId, "old password")).toBe(true);
  });
});
