import { hash } from "@node-rs/bcrypt";
import { beforeAll, describe, expect, it } from "vitest";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import { statementCount } from "@gatehouse/platform-postgres";
import { testProject } from "@gatehouse/platform-testing";
import { ImportClient, makeKeys } from "./import-client.js";

let client: ImportClient;
beforeAll(async () => {
  client = await ImportClient.open();
});

const logins = (types: string[] = ["email", "phone", "username"], more: Record<string, unknown> = {}) => ({
  identity: { login_id: { keys: types.map((type) => ({ type })), ...more } },
  user_profile: {
    custom_attributes: {
      attributes: [
        { id: "0000", pointer: "/hobby", type: "string" },
        { id: "0001", pointer: "/age", type: "integer" },
      ],
    },
  },
});
const everything = {
  preferred_username: "ada",
  email: "ada@example.com",
  phone_number: "+85298765432",
  email_verified: true,
  phone_number_verified: true,
  name: "Ada Lovelace",
  given_name: "Ada",
  birthdate: "1815-12-10",
  zoneinfo: "Europe/London",
  locale: "en",
  address: { country: "GB" },
  custom_attributes: { hobby: "numbers", age: 36 },
  roles: ["r1"],
  groups: ["g1"],
  account_valid_from: "2020-01-01T00:00:00+02:00",
  account_valid_until: "2120-01-01T00:00:00Z",
};

describe("an imported user", () => {
  it("has everything of its record", async () => {
    const target = await testProject({ config: logins() });
    await makeKeys(target, { roles: ["r1"], groups: ["g1"] });
    const bcrypt = await hash("secret", { cost: 4 });
    const detail = await client.one(target.ctx, {
      ...everything,
      disabled: true,
      password: { type: "bcrypt", password_hash: bcrypt, expire_after: "2030-01-01T00:00:00Z" },
      mfa: { email: "MFA@example.com", phone_number: "+85298765433", password: { type: "bcrypt", password_hash: bcrypt }, totp: { secret: "JBSWY3DPEHPK3PXP" } },
    });
    expect(detail).toMatchObject({ index: 0, outcome: "inserted" });
    expect(detail.warnings).toBeUndefined();
    const facts = await client.facts(target, detail.user_id);
    expect(facts.identities.map(({ loginIdKey, loginId }) => [loginIdKey, loginId]).sort()).toEqual([
      ["email", "ada@example.com"],
      ["phone", "+85298765432"],
      ["username", "ada"],
    ]);
    expect(facts.verified.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: "email", value: "ada@example.com" },
      { name: "phone_number", value: "+85298765432" },
    ]);
    expect(facts.user.standardAttributes).toEqual({
      ...{ preferred_username: "ada", email: "ada@example.com", phone_number: "+85298765432", name: "Ada Lovelace", given_name: "Ada" },
      ...{ birthdate: "1815-12-10", zoneinfo: "Europe/London", locale: "en", address: { country: "GB" } },
    });
    expect(facts.user.customAttributes).toEqual({ "0000": "numbers", "0001": 36 });
    expect([facts.roles, facts.groups]).toEqual([["r1"], ["g1"]]);
    expect(facts.user.status).toMatchObject({ isIndefinitelyDisabled: true, accountValidFrom: new Date("2019-12-31T22:00:00Z"), accountValidUntil: new Date("2120-01-01") });
    expect(facts.authenticators.every(({ isDefault }) => !isDefault)).toBe(true);
    const found = facts.authenticators.map(({ type, kind, email, phone, secret, displayName, expireAfter }) => [type, kind, email ?? phone ?? secret, displayName, expireAfter]);
    expect(found.sort()).toEqual(
      [
        ["password", "primary", null, null, new Date("2030-01-01")],
        ["password", "secondary", null, null, null],
        ["oob_otp_email", "secondary", "mfa@example.com", null, null],
        ["oob_otp_sms", "secondary", "+85298765433", null, null],
        ["totp", "secondary", "JBSWY3DPEHPK3PXP", "Imported", null],
      ].sort(),
    );
    const hasher = client.module.get(PasswordHasher);
    const primary = facts.authenticators.find(({ type, kind }) => type === "password" && kind === "primary");
    expect(await hasher.verify(primary?.passwordHash ?? "", "secret")).toEqual({ ok: true, needsRehash: true });
  });

  it("comes without events and messages", async () => {
    const target = await testProject();
    await client.one(target.ctx, { email: "a@example.com" });
    expect(await target.db.read((tx) => tx.query("select type from outbox where project_id = $1", [target.project.id]))).toEqual([]);
  });

  it("is told of what had no effect", async () => {
    const target = await testProject({ config: logins(["email"]) });
    const detail = await client.one(target.ctx, {
      email: "a@example.com",
      preferred_username: "ada",
      phone_number: null,
      email_verified: false,
      phone_number_verified: true,
      name: null,
      custom_attributes: { hobby: null, unknown: 1 },
      disabled: false,
      mfa: { email: null, phone_number: null },
    });
    expect(detail.warnings?.map(({ message }) => message)).toEqual([
      "preferred_username is ignored because it is not an allowed login ID.",
      "phone_number = null has no effect in insert.",
      "email_verified = false has no effect in insert.",
      "phone_number_verified = true has no effect when phone_number is absent.",
      "disabled = false has no effect in insert.",
      "mfa.email = null has no effect in insert.",
      "mfa.phone_number = null has no effect in insert.",
    ]);
    const facts = await client.facts(target, detail.user_id);
    expect([facts.identities.length, facts.user.standardAttributes, facts.user.customAttributes]).toEqual([1, { email: "a@example.com" }, {}]);
  });

  it("passes the block lists of email domains, and no other check", async () => {
    const types = { email: { domain_blocklist_enabled: true, block_plus_sign: true } };
    const target = await testProject({ config: logins(["email"], { types }), resources: { "email_domain_blocklist.txt": "blocked.example\n" } });
    expect(await client.one(target.ctx, { email: "a@blocked.example" })).toMatchObject({ outcome: "inserted" });
    expect(await client.one(target.ctx, { email: "a+b@ok.example" })).toMatchObject({ outcome: "failed", errors: [{ reason: "ValidationFailed", message: "invalid login ID" }] });
  });
});

describe("what fails a record, and leaves nothing of it", () => {
  const cases: [string, Record<string, unknown>, Record<string, unknown>][] = [
    ["an email that is none", { email: "a" }, { reason: "ValidationFailed", info: { causes: [{ location: "/login_id", kind: "format", details: { format: "email" } }] } }],
    ["no identifier", { name: "A" }, { reason: "ValidationFailed", info: { causes: [{ kind: "required", details: { missing: ["email"] } }] } }],
    ["the identifier null", { email: null }, { reason: "ValidationFailed", info: { causes: [{ location: "/email", kind: "type" }] } }],
    ["an unknown member", { email: "a@example.com", nope: 1 }, { reason: "ValidationFailed", info: { causes: [{ location: "/nope", kind: "" }] } }],
    ["a bad attribute", { email: "a@example.com", locale: "EN" }, { reason: "ValidationFailed", info: { causes: [{ location: "/locale" }] } }],
    ["a bad custom attribute", { email: "a@example.com", custom_attributes: { age: "x" } }, { reason: "ValidationFailed", info: { causes: [{ location: "/age" }] } }],
    ["an unknown role", { email: "a@example.com", roles: ["r1", "nope"] }, { reason: "RoleUnknownKeys", info: { keys: ["nope"] } }],
    ["an unknown group", { email: "a@example.com", groups: ["nope"] }, { reason: "GroupUnknownKeys", info: { keys: ["nope"] } }],
    ["null for disabled", { email: "a@example.com", disabled: null }, { reason: "ValidationFailed" }],
    [
      "a period that ends before it starts",
      { email: "a@example.com", account_valid_from: "2030-01-01T00:00:00Z", account_valid_until: "2029-01-01T00:00:00Z" },
      { reason: "InvalidAccountStatusTransition", info: { cause: { kind: "AccountValidFromShouldBeBeforeAccountValidUntil" } } },
    ],
    ["a hash that is no bcrypt", { email: "a@example.com", password: { type: "bcrypt", password_hash: "plain" } }, { name: "Invalid", reason: "InvalidBcryptHash" }],
    ["a hash of another format", { email: "a@example.com", password: { type: "argon2", password_hash: "$2a$" } }, { reason: "InvalidPasswordHash", info: { type: "argon2" } }],
    [
      "an unknown format",
      { email: "a@example.com", password: { type: "md5", password_hash: "x" } },
      { reason: "ValidationFailed", info: { causes: [{ location: "/password/type", kind: "enum" }] } },
    ],
    ["a bad second password", { email: "a@example.com", mfa: { password: { type: "bcrypt", password_hash: "x" } } }, { reason: "InvalidBcryptHash" }],
    ["a bad TOTP secret", { email: "a@example.com", mfa: { totp: { secret: "1" } } }, { name: "Invalid", reason: "InvalidTOTPSecret" }],
    ["a bad second address", { email: "a@example.com", mfa: { phone_number: "x" } }, { reason: "ValidationFailed", message: "invalid target" }],
    ["a bad second address before a bad TOTP secret", { email: "a@example.com", mfa: { email: "x", totp: { secret: "1" } } }, { message: "invalid target" }],
  ];
  it.each(cases)("%s", async (_name, record, error) => {
    const target = await testProject({ config: logins() });
    await makeKeys(target, { roles: ["r1"] });
    const detail = await client.one(target.ctx, record);
    expect(detail).toMatchObject({ outcome: "failed", errors: [{ code: expect.any(Number), ...error }] });
    expect(detail.user_id).toBeUndefined();
    expect(await client.users(target)).toBe(0);
  });

  it("a login id that another user has, whatever his identity", async () => {
    const target = await testProject({ config: logins() });
    const first = await client.one(target.ctx, { email: "a@example.com" });
    await target.db.read((tx) =>
      tx.query("update identity set type = 'oauth', unique_key = 'google:1', details = $3 where project_id = $1 and user_id = $2", [
        target.project.id,
        first.user_id,
        { oauth: { providerType: "google" } },
      ]),
    );
    const detail = await client.one(target.ctx, { preferred_username: "b", email: "a@example.com" }, { identifier: "preferred_username" });
    expect(detail.errors?.[0]).toMatchObject({
      reason: "InvariantViolated",
      info: {
        cause: { kind: "DuplicatedIdentity" },
        IdentityTypeIncoming: "login_id",
        LoginIDTypeIncoming: "email",
        IdentityTypeExisting: "oauth",
        OAuthProviderTypeExisting: "google",
      },
    });
    expect(await client.users(target)).toBe(1);
  });

  it("an identifier that two users have", async () => {
    const target = await testProject();
    for (const email of ["a@example.com", "b@example.com"]) await client.one(target.ctx, { email });
    await target.db.read((tx) => tx.query('update identity set claims = \'{"email": "a@example.com"}\' where project_id = $1', [target.project.id]));
    expect(await client.one(target.ctx, { email: "a@example.com" }, { upsert: true })).toMatchObject({
      outcome: "failed",
      errors: [{ reason: "Invalid", message: "more than one user has this email" }],
    });
  });
});

describe("hashes and secrets in the answer are covered", () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["as they should be", { password: { type: "bcrypt", password_hash: "s3cret" } }, { password: { type: "bcrypt", password_hash: "REDACTED" } }],
    ["a malformed password", { password: { type: "bcrypt", hash: "s3cret" } }, { password: "REDACTED" }],
    ["a password that is a text", { password: "s3cret" }, { password: "REDACTED" }],
    ["the second factors", { mfa: { totp: { secret: "s3cret" }, password: { password_hash: "s3cret" } } }, { mfa: { totp: { secret: "REDACTED" }, password: "REDACTED" } }],
    ["malformed second factors", { mfa: "s3cret" }, { mfa: "REDACTED" }],
    ["unknown second factors", { mfa: { sms: "s3cret", email: "m@example.com" } }, { mfa: { sms: "REDACTED", email: "m@example.com" } }],
    [
      "the signer key of Firebase",
      { password: { type: "firebase-scrypt", password_hash: "s3cret", salt: "s3cret", signer_key: "s3cret" } },
      { password: { type: "firebase-scrypt", password_hash: "REDACTED", salt: "REDACTED", signer_key: "REDACTED" } },
    ],
  ])("%s", async (_name, more, shown) => {
    const target = await testProject();
    const detail = await client.one(target.ctx, { email: "a@example.com", ...more });
    expect(detail.record).toEqual({ email: "a@example.com", ...shown });
    const kept = await target.db.read((tx) => tx.query("select records, details from user_import_task where project_id = $1", [target.project.id]));
    expect(JSON.stringify(kept)).not.toContain("s3cret");
  });
});

describe("many records", () => {
  it("101 of them come back in order; the answer has no summary before the end", async () => {
    const target = await testProject();
    const records = Array.from({ length: 101 }, (_, i) => ({ email: `u${i}@example.com` }));
    const { id } = await client.start(target.ctx, { identifier: "email", records });
    expect(await client.tasks.run(target.ctx, id)).toBe(1);
    expect((await client.read(target.ctx, id)).details).toBeUndefined();
    expect(await client.tasks.run(target.ctx, id)).toBeUndefined();
    const { details } = await client.read(target.ctx, id);
    expect(details?.map(({ index, record }) => [index, record.email])).toEqual(records.map(({ email }, i) => [i, email]));
    expect(await client.users(target)).toBe(101);
  });

  it("of which some fail are applied otherwise", async () => {
    const target = await testProject();
    const records = [{ email: "a@example.com" }, { email: "b" }, { email: "a@example.com" }, { email: "c@example.com", roles: ["nope"] }, { email: "d@example.com" }, {}];
    const details = await client.run(target.ctx, { identifier: "email", records });
    expect(details.map(({ outcome }) => outcome)).toEqual(["inserted", "failed", "skipped", "failed", "inserted", "failed"]);
    expect(details[2]).toMatchObject({ user_id: details[0]?.user_id, warnings: [{ message: "skipping because upsert = false and user exists" }] });
    expect(await client.users(target)).toBe(2);
  });

  it("are applied one after the other where they touch the same user", async () => {
    const target = await testProject({ config: logins() });
    const records = [
      { email: "a@example.com", preferred_username: "one", name: "1" },
      { email: "a@example.com", preferred_username: "two" },
      { email: "b@example.com", preferred_username: "one" },
      { email: "b@example.com", name: "2", preferred_username: null },
      { email: "a@example.com", preferred_username: "one", name: null },
    ];
    const details = await client.run(target.ctx, { identifier: "email", upsert: true, records });
    expect(details.map(({ outcome }) => outcome)).toEqual(["inserted", "updated", "inserted", "updated", "updated"]);
    expect((await client.facts(target, details[0]?.user_id)).user.standardAttributes).toEqual({ email: "a@example.com", preferred_username: "one" });
    expect((await client.facts(target, details[2]?.user_id)).user.standardAttributes).toEqual({ email: "b@example.com", name: "2" });
  });

  it("a hundred new users with roles and passwords take few statements", async () => {
    const target = await testProject({ config: logins() });
    await makeKeys(target, { roles: ["r1"], groups: ["g1"] });
    const password = { type: "bcrypt", password_hash: await hash("secret", { cost: 4 }) };
    const records = Array.from({ length: 100 }, (_, i) => ({ email: `u${i}@example.com`, email_verified: true, roles: ["r1"], groups: ["g1"], password }));
    const { id } = await client.start(target.ctx, { identifier: "email", records });
    const counted = await statementCount.during(() => client.tasks.run(target.ctx, id));
    expect(counted.sql, counted.statements.join("\n")).toBeLessThanOrEqual(18);
    expect((await client.read(target.ctx, id)).details?.every(({ outcome }) => outcome === "inserted")).toBe(true);
  });
});
