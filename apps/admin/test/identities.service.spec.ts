import { randomUUID } from "node:crypto";
import { toGlobalId } from "@gatehouse/platform-graphql";
import { statementCount } from "@gatehouse/platform-postgres";
import type { AuthenticatorToMake, IdentityToMake } from "@gatehouse/record-accounts";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { AdminUsers } from "./admin-users.js";

let client: AdminClient;
beforeAll(async () => {
  client = await adminClient();
});

const CODES = { authentication: { identities: ["login_id", "oauth", "anonymous", "passkey"], primary_authenticators: ["oob_otp_email", "oob_otp_sms", "password", "passkey"] } };
const loginID = (key: string, value: string) => ({ loginID: { key, value } });
const email = (value: string) => loginID("email", value);
const USER = "user { standardAttributes isAnonymous identities { edges { node { type } } } authenticators { edges { node { type kind claims } } } }";
const WITH_IDENTITY = `identity { id type claims } ${USER}`;
const CLAIMS = "https://authgear.com/claims/";

const google = (subjectId: string, claims: Record<string, unknown> = {}): IdentityToMake => ({
  type: "oauth",
  uniqueKey: `google:{}:${subjectId}`,
  claims,
  details: { oauth: { providerType: "google", providerKeys: {}, subjectId, alias: "google", rawProfile: { sub: subjectId } } },
});
const passkey = (credentialId: string) => ({
  identity: { type: "passkey", uniqueKey: credentialId, details: { passkey: { credentialId, displayName: "Phone" } } } satisfies IdentityToMake,
  authenticator: { type: "passkey", kind: "primary", passkey: { credentialId, publicKey: "k", signCount: 0, transports: [] } } satisfies AuthenticatorToMake,
});
const authenticatorsOf = (user: any): string[] => user.authenticators.edges.map(({ node }: any) => `${node.kind} ${node.type}`);

describe("createIdentity", () => {
  it("makes the one-time password of the address, which is not proven (probe 19)", async () => {
    const users = await AdminUsers.make(client, { config: { authentication: { primary_authenticators: ["oob_otp_email"] } } });
    const { id, userId } = await users.add({ username: "ada" });
    const { identity, user } = await users.mutate("createIdentity", { userID: id, definition: email(" John@Example.COM "), password: "ignored" }, WITH_IDENTITY);
    expect(identity.claims).toEqual({
      email: "john@example.com",
      [`${CLAIMS}login_id/type`]: "email",
      [`${CLAIMS}login_id/key`]: "email",
      [`${CLAIMS}login_id/value`]: "john@example.com",
      [`${CLAIMS}login_id/original_value`]: "John@Example.COM",
    });
    expect(authenticatorsOf(user)).toEqual(["PRIMARY OOB_OTP_EMAIL"]);
    expect(user.authenticators.edges[0].node.claims).toEqual({ [`${CLAIMS}oob_otp/email`]: "john@example.com" });
    expect(user.standardAttributes).toMatchObject({ email: "john@example.com", email_verified: false, preferred_username: "ada" });
    expect(await users.told()).toEqual(["identity.email.added", "audit:create_identity"]);
    expect(await users.payload("admin_api.mutation.create_identity.executed")).toMatchObject({ user: { id: userId }, identity: { claims: identity.claims, user_id: userId } });
  });

  it("takes the password only when the user has none, and then by the policy", async () => {
    const users = await AdminUsers.make(client);
    const [bare, full] = [await users.add({ username: "bare" }), await users.add({ username: "full", password: "old password" })];
    const create = (userID: string, value: string, password: string) => ({ userID, definition: email(value), password });
    expect(await users.refusal("createIdentity", create(bare.id, "a@example.com", "abc"))).toMatchObject({ reason: "PasswordPolicyViolated" });
    expect(authenticatorsOf((await users.mutate("createIdentity", create(bare.id, "a@example.com", ""), USER)).user)).toEqual([]);
    expect(authenticatorsOf((await users.mutate("createIdentity", create(bare.id, "b@example.com", "a password"), USER)).user)).toEqual(["PRIMARY PASSWORD"]);
    const { passwordHash } = (await users.facts(full.userId)).authenticators[0] as { passwordHash: string };
    await users.mutate("createIdentity", create(full.id, "c@example.com", "abc"), USER);
    expect((await users.facts(full.userId)).authenticators.map((one) => one.passwordHash)).toEqual([passwordHash]);
  });

  it("makes a guest a regular user, without a word", async () => {
    const users = await AdminUsers.make(client);
    const { id } = await users.add({ identities: [{ type: "anonymous", uniqueKey: randomUUID(), details: { anonymous: { keyId: "k", key: null } } }] });
    const { user } = await users.mutate("createIdentity", { userID: id, definition: email("a@example.com") }, USER);
    expect([user.isAnonymous, user.identities.edges]).toEqual([false, [{ node: { type: "LOGIN_ID" } }]]);
    expect(await users.told()).toEqual(["identity.email.added", "audit:create_identity"]);
  });

  it("asks neither the switches of end users nor for proof", async () => {
    const keys = [{ type: "email", create_disabled: true, update_disabled: true, delete_disabled: true }, { type: "username" }];
    const users = await AdminUsers.make(client, { config: { identity: { login_id: { keys } }, verification: { claims: { email: { enabled: true, required: true } } } } });
    const { id, userId } = await users.add({ username: "ada", password: "old password" });
    const { identity } = await users.mutate("createIdentity", { userID: id, definition: email("a@example.com") }, WITH_IDENTITY);
    await users.mutate("updateIdentity", { userID: id, identityID: identity.id, definition: email("b@example.com") }, USER);
    await users.mutate("deleteIdentity", { identityID: identity.id }, USER);
    expect((await users.facts(userId)).identities.map(({ loginId }) => loginId)).toEqual(["ada"]);
  });

  it("keeps block lists, reserved names and forms of login ids (user model probes 5 to 7)", async () => {
    const login_id = { keys: [{ type: "email" }, { type: "phone" }, { type: "username" }], types: { email: { domain_blocklist_enabled: true } } };
    const users = await AdminUsers.make(client, { config: { identity: { login_id } }, resources: { "email_domain_blocklist.txt": "rival.example" } });
    const { id } = await users.add({ username: "ada" });
    const cause = async (key: string, value: string) => {
      const refused = await users.refusal("createIdentity", { userID: id, definition: loginID(key, value) });
      expect(refused).toMatchObject({ errorName: "Invalid", reason: "ValidationFailed", message: "invalid login ID" });
      return refused.info.causes[0];
    };
    expect(await cause("email", "a@rival.example")).toEqual({ location: "/login_id", kind: "blocked", details: { reason: "EmailDomainBlocklist", blocklist: "custom" } });
    expect(await cause("username", "admin")).toMatchObject({ details: { reason: "UsernameReserved" } });
    expect(await cause("username", "ádmin")).toMatchObject({ kind: "format" });
    expect(await cause("phone", "98765432")).toMatchObject({ kind: "format", details: { format: "phone" } });
    expect(await cause("email", "   ")).toMatchObject({ kind: "required" });
    expect(await users.refusal("createIdentity", { userID: id, definition: loginID("nick", "x") })).toMatchObject({ info: { cause: { kind: "InvalidLoginIDKey" } } });
    expect(await users.refusal("createIdentity", { userID: id, definition: {} })).toMatchObject({ message: "exactly 1 field must be present in identity definition" });
  });

  it("finds duplicates: of dots, of case, of other keys, of social accounts and entries (user model probes 2, 4, 8, 9)", async () => {
    const keys = [{ type: "email" }, { type: "email", key: "work" }, { type: "username" }];
    const users = await AdminUsers.make(client, { config: { identity: { login_id: { keys, types: { email: { ignore_dot_sign: true } } } } } });
    await users.add({ email: "a.b@x.co", username: "Alice", identities: [google("1", { email: "e@example.com" })] });
    await users.add({ identities: [{ type: "ldap", uniqueKey: "hq:uid:1", claims: { preferred_username: "ldapper" } }] });
    const { id } = await users.add({ email: "me@example.com" });
    const info = async (key: string, value: string) => (await users.refusal("createIdentity", { userID: id, definition: loginID(key, value) })).info;
    const taken = { cause: { kind: "DuplicatedIdentity" }, IdentityTypeIncoming: "login_id" };
    const byLoginId = (type: string) => ({ ...taken, LoginIDTypeIncoming: type, IdentityTypeExisting: "login_id", LoginIDTypeExisting: type });
    expect(await info("email", "ab@x.co")).toEqual(byLoginId("email"));
    expect(await info("work", "A.B@X.co")).toEqual(byLoginId("email"));
    expect(await info("username", "alice")).toEqual(byLoginId("username"));
    expect(await info("email", "e@example.com")).toEqual({ ...taken, LoginIDTypeIncoming: "email", IdentityTypeExisting: "oauth", OAuthProviderTypeExisting: "google" });
    expect(await info("username", "ldapper")).toEqual({ ...taken, LoginIDTypeIncoming: "username", IdentityTypeExisting: "ldap" });
    const own = await users.mutate("createIdentity", { userID: id, definition: loginID("work", "Other.Me@example.com") }, WITH_IDENTITY);
    expect(own.identity.claims).toMatchObject({
      [`${CLAIMS}login_id/value`]: "otherme@example.com",
      [`${CLAIMS}login_id/original_value`]: "Other.Me@example.com",
      [`${CLAIMS}login_id/key`]: "work",
    });
  });

  it("gives one of two users a login id that both are to get at once (race)", async () => {
    const users = await AdminUsers.make(client);
    const made = [await users.add({ username: "one" }), await users.add({ username: "two" })];
    const answers = await Promise.all(
      made.map(({ id }) => users.ask(`mutation { createIdentity(input: { userID: "${id}", definition: { loginID: { key: "email", value: "r@example.com" } } }) { user { id } } }`)),
    );
    const refused = answers.filter(({ errors }) => errors);
    expect(refused.map(({ errors }) => errors?.[0].extensions.info.cause.kind)).toEqual(["DuplicatedIdentity"]);
    expect(await users.told()).toEqual(["identity.email.added", "audit:create_identity"]);
  });

  it("costs a bounded number of statements", async () => {
    const users = await AdminUsers.make(client, { config: CODES });
    const { id } = await users.add({ username: "ada" });
    const { sql, statements } = await statementCount.during(() => users.mutate("createIdentity", { userID: id, definition: email("a@example.com") }, "user { id }"));
    expect(sql, statements.join("\n")).toBeLessThanOrEqual(15);
  });
});

describe("updateIdentity", () => {
  it("moves the one-time password, forgets what was proven, and fills in the attributes", async () => {
    const users = await AdminUsers.make(client, { config: CODES });
    const { id, userId } = await users.add({
      email: "a@example.com",
      verified: [{ name: "email", value: "a@example.com" }],
      authenticators: [{ type: "oob_otp_email", kind: "primary", target: "a@example.com" }],
    });
    const identityID = await users.identityId(userId, "a@example.com");
    const { identity, user } = await users.mutate("updateIdentity", { userID: id, identityID, definition: email("B@example.com") }, WITH_IDENTITY);
    expect([identity.id, identity.claims.email]).toEqual([identityID, "b@example.com"]);
    expect(user.authenticators.edges.map(({ node }: any) => node.claims)).toEqual([{ [`${CLAIMS}oob_otp/email`]: "b@example.com" }]);
    expect(user.standardAttributes).toMatchObject({ email: "b@example.com", email_verified: false });
    expect(await users.told()).toEqual(["identity.email.updated", "audit:update_identity"]);
    expect((await users.payload("identity.email.updated")).old_identity.claims.email).toBe("a@example.com");
  });

  it("may change the key, even the type: then another authenticator is made in silence", async () => {
    const users = await AdminUsers.make(client, { config: CODES });
    const { id, userId } = await users.add({ email: "a@example.com", authenticators: [{ type: "oob_otp_email", kind: "primary", target: "a@example.com" }] });
    const identityID = await users.identityId(userId, "a@example.com");
    const { user } = await users.mutate("updateIdentity", { userID: id, identityID, definition: loginID("phone", "+852 9876 5432") }, USER);
    expect(user.authenticators.edges.map(({ node }: any) => node.claims)).toEqual([{ [`${CLAIMS}oob_otp/phone`]: "+85298765432" }]);
    expect(user.standardAttributes).toMatchObject({ phone_number: "+85298765432", phone_number_verified: false });
    expect(user.standardAttributes.email).toBeUndefined();
    expect(await users.told()).toEqual(["identity.phone.updated", "audit:update_identity"]);
  });

  it("fails, masked, where the user could not log in by the new value", async () => {
    const users = await AdminUsers.make(client);
    const { id, userId } = await users.add({ email: "a@example.com", authenticators: [{ type: "oob_otp_email", kind: "primary", target: "a@example.com" }] });
    const input = { userID: id, identityID: await users.identityId(userId, "a@example.com"), definition: loginID("username", "ada") };
    expect(await users.refusal("updateIdentity", input)).toEqual({ data: null, message: "unexpected error" });
    expect((await users.facts(userId)).identities[0]?.loginId).toBe("a@example.com");
  });

  it("needs a login id of this very user", async () => {
    const users = await AdminUsers.make(client);
    const other = await AdminUsers.make(client);
    const [a, b] = [await users.add({ email: "a@example.com", password: "old password", identities: [google("1")] }), await users.add({ email: "b@example.com" })];
    const foreign = await other.add({ email: "c@example.com" });
    const update = (identityID: string) => users.refusal("updateIdentity", { userID: a.id, identityID, definition: email("new@example.com") });
    expect(await update(await users.identityId(b.userId, "b@example.com"))).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "IdentityNotBelongToUser" } } });
    for (const id of [await users.identityId(a.userId, "oauth"), await other.identityId(foreign.userId, "c@example.com"), toGlobalId("Identity", "x")])
      expect(await update(id)).toMatchObject({ errorName: "NotFound", reason: "IdentityNotFound" });
    expect(await update(toGlobalId("User", a.userId))).toMatchObject({ errorName: "Invalid", message: "invalid identity ID" });
    expect(
      await users.refusal("updateIdentity", { userID: b.id, identityID: await users.identityId(b.userId, "b@example.com"), definition: email("A@example.com") }),
    ).toMatchObject({
      info: { cause: { kind: "DuplicatedIdentity" } },
    });
    expect(await users.told()).toEqual([]);
  });
});

describe("deleteIdentity", () => {
  it("takes the address with all that hung on it; what is left names the user (user model probe 18)", async () => {
    const users = await AdminUsers.make(client, { config: CODES });
    const { userId } = await users.add({
      email: "x@example.com",
      verified: ["x@example.com", "y@example.com"].map((value) => ({ name: "email", value })),
      authenticators: [{ type: "oob_otp_email", kind: "primary", target: "x@example.com" }],
    });
    await users.mutate("createIdentity", { userID: toGlobalId("User", userId), definition: email("y@example.com") }, USER);
    const { user } = await users.mutate("deleteIdentity", { identityID: await users.identityId(userId, "x@example.com") }, USER);
    expect(user.standardAttributes).toMatchObject({ email: "y@example.com", email_verified: true });
    expect(user.authenticators.edges.map(({ node }: any) => node.claims)).toEqual([{ [`${CLAIMS}oob_otp/email`]: "y@example.com" }]);
    expect((await users.facts(userId)).verified).toEqual([{ name: "email", value: "y@example.com" }]);
    expect((await users.told()).slice(2)).toEqual(["identity.email.removed", "audit:delete_identity"]);
    expect((await users.payload("admin_api.mutation.delete_identity.executed")).identity.claims.email).toBe("x@example.com");
  });

  it("refuses the last by which the user is found, a login id or a social account (probe 20)", async () => {
    const users = await AdminUsers.make(client);
    const [a, b] = [await users.add({ email: "a@example.com" }), await users.add({ identities: [google("1")] })];
    for (const identityID of [await users.identityId(a.userId, "a@example.com"), await users.identityId(b.userId, "oauth")])
      expect(await users.refusal("deleteIdentity", { identityID })).toMatchObject({
        errorName: "Invalid",
        reason: "InvariantViolated",
        info: { cause: { kind: "RemoveLastIdentity" } },
      });
  });

  it("does not ask whether the user can still log in", async () => {
    const users = await AdminUsers.make(client);
    const { userId } = await users.add({ email: "a@example.com", username: "ada" });
    await users.mutate("deleteIdentity", { identityID: await users.identityId(userId, "a@example.com") }, USER);
    expect((await users.facts(userId)).authenticators).toEqual([]);
  });

  it("takes identities of every type, and tells of them by their events", async () => {
    const users = await AdminUsers.make(client, { config: CODES });
    const { identity, authenticator } = passkey(randomUUID());
    const biometric: IdentityToMake = { type: "biometric", uniqueKey: randomUUID(), details: { biometric: { keyId: "k", key: {}, deviceInfo: {} } } };
    const { userId } = await users.add({ username: "ada", password: "old password", identities: [google("1"), biometric, identity], authenticators: [authenticator] });
    for (const type of ["oauth", "biometric", "passkey"]) await users.mutate("deleteIdentity", { identityID: await users.identityId(userId, type) }, USER);
    expect((await users.facts(userId)).authenticators.map(({ type }) => type)).toEqual(["password"]);
    expect((await users.told()).filter((type) => !type.startsWith("audit:"))).toEqual(["identity.oauth.disconnected", "identity.biometric.disabled"]);
  });

  it("knows no identity of another project (tenant isolation)", async () => {
    const [users, other] = [await AdminUsers.make(client), await AdminUsers.make(client)];
    const { userId } = await other.add({ email: "a@example.com", username: "ada" });
    const identityID = await other.identityId(userId, "a@example.com");
    for (const id of [identityID, toGlobalId("Identity", randomUUID())])
      expect(await users.refusal("deleteIdentity", { identityID: id })).toMatchObject({ errorName: "NotFound", reason: "IdentityNotFound" });
    expect((await other.facts(userId)).identities).toHaveLength(2);
    const { id } = await users.add({ email: "a@example.com" });
    expect(await other.refusal("createIdentity", { userID: id, definition: email("b@example.com") })).toMatchObject({ reason: "UserNotFound" });
  });

  it("of a passkey that is registered in another project cannot be had twice (user model probe 36)", async () => {
    const [users, other] = [await AdminUsers.make(client), await AdminUsers.make(client)];
    const { identity } = passkey(randomUUID());
    await users.add({ username: "ada", identities: [identity] });
    await expect(other.add({ username: "ada", identities: [identity] })).rejects.toMatchObject({ info: { cause: { kind: "DuplicatedIdentity" } } });
  });
});
