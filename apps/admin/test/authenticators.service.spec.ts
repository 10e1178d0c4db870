import { randomUUID } from "node:crypto";
import { toGlobalId } from "@gatehouse/platform-graphql";
import { DeviceTokenStore, RecoveryCodeStore } from "@gatehouse/record-authenticators";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { AdminUsers } from "./admin-users.js";

let client: AdminClient;
beforeAll(async () => {
  client = await adminClient();
});

const AUTHENTICATOR = "authenticator { id type kind isDefault expireAfter claims }";
const CLAIMS = "https://authgear.com/claims/";
const password = (kind: string, plain = "a password") => ({ kind, type: "PASSWORD", password: { password: plain } });
const duplicate = (type: string) => ({ errorName: "Invalid", reason: "InvariantViolated", info: { cause: { kind: "DuplicatedAuthenticator", AuthenticatorType: type } } });

describe("createAuthenticator", () => {
  it("adds one password of each kind (probe 22; user model probe 20)", async () => {
    const users = await AdminUsers.make(client);
    const { id, userId } = await users.add({ email: "a@example.com" });
    const create = (definition: object) => users.mutate("createAuthenticator", { userID: id, definition }, AUTHENTICATOR);
    expect((await create(password("PRIMARY"))).authenticator).toMatchObject({ type: "PASSWORD", kind: "PRIMARY", isDefault: true, expireAfter: null, claims: {} });
    expect((await create(password("SECONDARY"))).authenticator).toMatchObject({ kind: "SECONDARY", isDefault: false });
    for (const kind of ["PRIMARY", "SECONDARY"])
      expect(await users.refusal("createAuthenticator", { userID: id, definition: password(kind) })).toMatchObject(duplicate("password"));
    expect(await users.told()).toEqual(["audit:create_authenticator", "audit:create_authenticator"]);
    const payload = await users.payload("admin_api.mutation.create_authenticator.executed");
    expect(payload).toMatchObject({ user: { id: userId, can_reauthenticate: true }, authenticator: { user_id: userId, type: "password", kind: "secondary", is_default: false } });
    expect(JSON.stringify(payload)).not.toContain("argon2");
  });

  it("adds addresses of one-time passwords, normalised and not proven", async () => {
    const users = await AdminUsers.make(client);
    const { id, userId } = await users.add({ username: "ada" });
    const create = async (definition: object) => (await users.mutate("createAuthenticator", { userID: id, definition }, AUTHENTICATOR)).authenticator.claims;
    const mail = { kind: "SECONDARY", type: "OOB_OTP_EMAIL", oobOtpEmail: { email: " A@Example.com " } };
    expect(await create(mail)).toEqual({ [`${CLAIMS}oob_otp/email`]: "a@example.com" });
    expect(await create({ kind: "SECONDARY", type: "OOB_OTP_SMS", oobOtpSMS: { phone: "+852 9876-5432" } })).toEqual({ [`${CLAIMS}oob_otp/phone`]: "+85298765432" });
    expect(await users.refusal("createAuthenticator", { userID: id, definition: { ...mail, oobOtpEmail: { email: "a@EXAMPLE.com" } } })).toMatchObject(duplicate("oob_otp_email"));
    expect(await create({ ...mail, kind: "PRIMARY" })).toEqual({ [`${CLAIMS}oob_otp/email`]: "a@example.com" });
    expect((await users.facts(userId)).verified).toEqual([]);
  });

  it("ends the grace period for having no second factor", async () => {
    const users = await AdminUsers.make(client);
    const { id, userId } = await users.add({ email: "a@example.com" });
    const until = "update auth_user set mfa_grace_period_end_at = now() + interval '1 day' where project_id = $1 and id = $2";
    await users.test.db.transaction((tx) => tx.query(until, [users.test.project.id, userId]));
    await users.mutate("createAuthenticator", { userID: id, definition: password("PRIMARY") }, AUTHENTICATOR);
    expect((await users.facts(userId)).user.mfaGracePeriodEndAt).not.toBeNull();
    await users.mutate("createAuthenticator", { userID: id, definition: password("SECONDARY") }, AUTHENTICATOR);
    expect((await users.facts(userId)).user.mfaGracePeriodEndAt).toBeNull();
  });

  it("refuses other types (probe 21), and definitions without their part", async () => {
    const users = await AdminUsers.make(client);
    const { id } = await users.add({ email: "a@example.com" });
    const refused = (definition: object) => users.refusal("createAuthenticator", { userID: id, definition });
    for (const type of ["TOTP", "PASSKEY"])
      expect(await refused({ kind: "SECONDARY", type })).toMatchObject({ errorName: "Invalid", reason: "Invalid", message: "unsupported authenticator type" });
    for (const [type, member] of Object.entries({ PASSWORD: "password", OOB_OTP_EMAIL: "oobOtpEmail", OOB_OTP_SMS: "oobOtpSMS" }))
      expect(await refused({ kind: "PRIMARY", type })).toMatchObject({ errorName: "Invalid", reason: "Invalid", message: `definition/${member} is required` });
    expect(await refused(password("PRIMARY", ""))).toEqual({ data: null, message: "unexpected error" });
    expect(await refused(password("PRIMARY", "abc"))).toMatchObject({ reason: "PasswordPolicyViolated" });
    for (const target of ["a", "a@b@c", ""])
      expect(await refused({ kind: "PRIMARY", type: "OOB_OTP_EMAIL", oobOtpEmail: { email: target } })).toMatchObject({
        reason: "ValidationFailed",
        message: "invalid target",
        info: { causes: [{ kind: "format", details: { format: "email" } }] },
      });
    expect(await refused({ kind: "PRIMARY", type: "OOB_OTP_SMS", oobOtpSMS: { phone: "98765432" } })).toMatchObject({ reason: "ValidationFailed" });
    expect(await users.told()).toEqual([]);
  });

  it("makes one of eight at once (race)", async () => {
    const users = await AdminUsers.make(client);
    const { id, userId } = await users.add({ email: "a@example.com" });
    const one = `mutation { createAuthenticator(input: { userID: "${id}", definition: { kind: SECONDARY, type: OOB_OTP_EMAIL, oobOtpEmail: { email: "s@example.com" } } }) { authenticator { id } } }`;
    const answers = await Promise.all(Array.from({ length: 8 }, () => users.ask(one)));
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    expect((await users.facts(userId)).authenticators).toHaveLength(1);
  });

  it("decides on the rows of the transaction: what is deleted in the same request can be made anew", async () => {
    const users = await AdminUsers.make(client);
    const { id, userId } = await users.add({ email: "a@example.com", password: "old password" });
    const authenticatorID = await users.authenticatorId(userId, "password");
    const { errors } = await users.ask(
      `mutation { a: deleteAuthenticator(input: { authenticatorID: "${authenticatorID}" }) { user { id } }
         b: createAuthenticator(input: { userID: "${id}", definition: { kind: PRIMARY, type: PASSWORD, password: { password: "new password" } } }) { authenticator { id } } }`,
    );
    expect(errors).toBeUndefined();
    expect(await users.authenticatorId(userId, "password")).not.toBe(authenticatorID);
  });
});

describe("deleteAuthenticator", () => {
  it("may take the last one", async () => {
    const users = await AdminUsers.make(client);
    const { userId } = await users.add({ email: "a@example.com", password: "old password" });
    const { user } = await users.mutate("deleteAuthenticator", { authenticatorID: await users.authenticatorId(userId, "password") }, "user { primaryPassword { id } }");
    expect(user.primaryPassword).toBeNull();
    expect(await users.told()).toEqual(["audit:delete_authenticator"]);
    expect(await users.payload("admin_api.mutation.delete_authenticator.executed")).toMatchObject({
      user: { can_reauthenticate: false },
      authenticator: { type: "password", is_default: true },
    });
  });

  it("takes recovery codes and trusted browsers with the last second factor (user model probe 21)", async () => {
    const users = await AdminUsers.make(client);
    const secret = "JBSWY3DPEHPK3PXP";
    const { userId } = await users.add({
      email: "a@example.com",
      authenticators: [
        { type: "totp", kind: "secondary", secret },
        { type: "password", kind: "secondary", passwordHash: "x" },
      ],
    });
    const [codes, tokens] = [client.service.nest.get(RecoveryCodeStore, { strict: false }), client.service.nest.get(DeviceTokenStore, { strict: false })];
    const { ctx, db } = users.test;
    const token = await db.transaction(async (tx) => {
      await codes.replace(ctx, tx, { userId, codes: ["ABCDEFGHJK"], listable: true });
      return tokens.create(ctx, tx, { userId, days: 1 });
    });
    const left = () => db.read(async (tx) => [(await codes.list(ctx, tx, userId)).length, await tokens.isValid(ctx, tx, { userId, token })]);
    await users.mutate("deleteAuthenticator", { authenticatorID: await users.authenticatorId(userId, "totp", "secondary") }, "user { id }");
    expect(await left()).toEqual([1, true]);
    await users.mutate("deleteAuthenticator", { authenticatorID: await users.authenticatorId(userId, "password", "secondary") }, "user { id }");
    expect(await left()).toEqual([0, false]);
  });

  it("leaves passkeys to their identities", async () => {
    const users = await AdminUsers.make(client);
    const credential = { credentialId: randomUUID(), publicKey: "k", signCount: 0, transports: [] };
    const { userId } = await users.add({ username: "ada", authenticators: [{ type: "passkey", kind: "primary", passkey: credential }] });
    expect(await users.refusal("deleteAuthenticator", { authenticatorID: await users.authenticatorId(userId, "passkey") })).toMatchObject({
      reason: "InvariantViolated",
      info: { cause: { kind: "RemovePasskeyAuthenticator" } },
    });
  });

  it("knows no authenticator of another project, and none that is not there (tenant isolation)", async () => {
    const [users, other] = [await AdminUsers.make(client), await AdminUsers.make(client)];
    const { id, userId } = await other.add({ email: "a@example.com", password: "old password" });
    for (const authenticatorID of [await other.authenticatorId(userId, "password"), toGlobalId("Authenticator", randomUUID()), toGlobalId("Authenticator", "x")])
      expect(await users.refusal("deleteAuthenticator", { authenticatorID })).toMatchObject({ errorName: "NotFound", reason: "AuthenticatorNotFound" });
    expect(await users.refusal("deleteAuthenticator", { authenticatorID: id })).toMatchObject({ errorName: "Invalid", reason: "Invalid", message: "invalid authenticator ID" });
    expect(await users.refusal("createAuthenticator", { userID: id, definition: password("SECONDARY") })).toMatchObject({ errorName: "NotFound", reason: "UserNotFound" });
    expect((await other.facts(userId)).authenticators).toHaveLength(1);
  });
});

describe("claims", () => {
  it("of every type are those of the contract; secrets are in none", async () => {
    const users = await AdminUsers.make(client);
    const credential = { credentialId: randomUUID(), publicKey: "k", signCount: 0, transports: [] };
    const { id } = await users.add({
      username: "ada",
      password: "old password",
      authenticators: [
        { type: "totp", kind: "secondary", secret: "JBSWY3DPEHPK3PXP", displayName: "Phone" },
        { type: "passkey", kind: "primary", passkey: credential },
      ],
    });
    const { data, body } = await users.ask("query($id: ID!) { node(id: $id) { ... on User { authenticators { edges { node { type claims expireAfter } } } } } }", { id });
    const claims = Object.fromEntries(data.node.authenticators.edges.map(({ node }: any) => [node.type, node.claims]));
    expect(claims).toEqual({ PASSWORD: {}, TOTP: { [`${CLAIMS}totp/display_name`]: "Phone" }, PASSKEY: { [`${CLAIMS}passkey/credential_id`]: credential.credentialId } });
    expect(body).not.toMatch(/JBSWY3DPEHPK3PXP|argon2/);
  });
});
