import { toGlobalId } from "@gatehouse/platform-graphql";
import type { IdentityToMake } from "@gatehouse/record-accounts";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { AdminUsers } from "./admin-users.js";

let client: AdminClient;
beforeAll(async () => {
  client = await adminClient();
});

const USER = "user { standardAttributes customAttributes }";
const MASKED = { data: null, message: "unexpected error" };
const custom = (attributes: [pointer: string, rest: object][]) => ({
  user_profile: { custom_attributes: { attributes: attributes.map(([pointer, rest], index) => ({ id: `000${index}`, pointer: `/${pointer}`, ...rest })) } },
});
const withoutTime = ({ updated_at: _time, ...attributes }: Record<string, unknown>) => attributes;

describe("updateUser with standard attributes", () => {
  const update = async (users: AdminUsers, userID: string, standardAttributes: unknown) =>
    withoutTime((await users.mutate("updateUser", { userID, standardAttributes }, USER)).user.standardAttributes);

  it("replaces the whole set; what names the user comes from his identities (probe 26)", async () => {
    const users = await AdminUsers.make(client);
    const { id, userId } = await users.add({ email: "a@example.com", username: "ada", standardAttributes: { family_name: "B" } });
    const named = { email: "a@example.com", email_verified: false, preferred_username: "ada" };
    expect(await update(users, id, { given_name: "A" })).toEqual({ given_name: "A", ...named });
    expect(await update(users, id, {})).toEqual(named);
    expect(await users.told()).toEqual(["user.profile.updated", "audit:update_user", "user.profile.updated", "audit:update_user"]);
    expect((await users.payload("user.profile.updated")).user).toMatchObject({ id: userId, standard_attributes: named });
    expect((await users.payload("admin_api.mutation.update_user.executed")).user.id).toBe(userId);
  });

  it("leaves what is absent or null, and then tells of nothing but the call", async () => {
    const users = await AdminUsers.make(client, { config: custom([["hobby", { type: "string" }]]) });
    const { id, userId } = await users.add({ email: "a@example.com", standardAttributes: { given_name: "A" }, customAttributes: { "0000": "chess" } });
    const before = (await users.facts(userId)).user;
    await users.mutate("updateUser", { userID: id, standardAttributes: null }, USER);
    expect((await users.facts(userId)).user).toEqual(before);
    expect(await users.told()).toEqual(["audit:update_user"]);
    expect((await users.mutate("updateUser", { userID: id, customAttributes: {} }, USER)).user).toMatchObject({ standardAttributes: { given_name: "A" }, customAttributes: {} });
  });

  it("takes any of the user's own addresses, and keeps it while it is one of them", async () => {
    const users = await AdminUsers.make(client);
    const google: IdentityToMake = { type: "oauth", uniqueKey: "google:{}:1", claims: { email: "g@example.com" }, details: {} };
    const { id, userId } = await users.add({ email: ["a@example.com", "b@example.com"], identities: [google] });
    expect(await update(users, id, { email: "b@example.com" })).toMatchObject({ email: "b@example.com" });
    expect(await update(users, id, { email: "g@example.com" })).toMatchObject({ email: "g@example.com" });
    await users.mutate("createIdentity", { userID: id, definition: { loginID: { key: "email", value: "c@example.com" } } }, "user { id }");
    expect((await users.facts(userId)).user.standardAttributes.email).toBe("g@example.com");
    for (const attributes of [{ email: "other@example.com" }, { phone_number: "+85298765432" }, { preferred_username: "ada" }])
      expect(await users.refusal("updateUser", { userID: id, standardAttributes: attributes })).toEqual(MASKED);
  });

  it("ignores what is computed", async () => {
    const users = await AdminUsers.make(client);
    const { id } = await users.add({ email: "a@example.com" });
    expect(await update(users, id, { email_verified: true, phone_number_verified: true, updated_at: 1 })).toEqual({ email: "a@example.com", email_verified: false });
  });

  it("takes every attribute of the contract", async () => {
    const users = await AdminUsers.make(client);
    const { id } = await users.add({});
    const text = Object.fromEntries(["given_name", "family_name", "middle_name", "name", "nickname", "gender"].map((name) => [name, "x"]));
    const address = { formatted: "1 Road", street_address: "1", locality: "L", region: "R", postal_code: "P", country: "C", floor: 3 };
    const all = {
      ...text,
      picture: "https://example.com/a.png",
      profile: "https://example.com/a",
      website: "http://example.com",
      birthdate: "--02-29",
      zoneinfo: "Asia/Hong_Kong",
      locale: "zh-Hant-HK",
      address,
    };
    expect(await update(users, id, all)).toEqual(all);
  });

  it.each([
    ["unknown", "x", "/unknown"],
    ["given_name", "", "/given_name"],
    ["given_name", null, "/given_name"],
    ["given_name", 1, "/given_name"],
    ["given_name", "a\u0000b", "/given_name"],
    ["picture", "ftp://example.com/a", "/picture"],
    ["picture", "authgearimages://host/a/b", "/picture"],
    ["profile", "/a", "/profile"],
    ["birthdate", "2001-02-29", "/birthdate"],
    ["zoneinfo", "UTC", "/zoneinfo"],
    ["locale", "zh-hant-hk", "/locale"],
    ["address", { country: "" }, "/address/country"],
    ["address", "x", "/address"],
    ["__proto__", "x", "/__proto__"],
  ])("refuses %s: %j", async (name, value, location) => {
    const users = await AdminUsers.make(client);
    const { id } = await users.add({});
    const refused = await users.refusal("updateUser", { userID: id, standardAttributes: JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`) });
    expect(refused).toMatchObject({ errorName: "Invalid", reason: "ValidationFailed", info: { causes: [{ location }] }, data: null });
  });

  it("keeps pictures of ours by their inner address, and shows a public one", async () => {
    const users = await AdminUsers.make(client);
    const { id, userId } = await users.add({});
    const origin = users.test.project.config.http.public_origin;
    const shown = `${origin}/_images/app/0a1b/profile`;
    for (const picture of ["authgearimages:///app/0a1b", shown]) {
      expect(await update(users, id, { picture })).toEqual({ picture: shown });
      expect((await users.facts(userId)).user.standardAttributes.picture).toBe("authgearimages:///app/0a1b");
    }
    expect((await users.payload("user.profile.updated")).user.standard_attributes.picture).toBe(shown);
    const elsewhere = "https://elsewhere.example/_images/app/0a1b/profile";
    expect(await update(users, id, { picture: elsewhere })).toEqual({ picture: elsewhere });
  });

  it("acts as the greatest role: nothing is hidden from it, nothing read-only", async () => {
    const hidden = { end_user: "hidden", bearer: "hidden", portal_ui: "hidden" };
    const access_control = ["/given_name", "/email"].map((pointer) => ({ pointer, access_control: hidden }));
    const profile = { standard_attributes: { access_control }, custom_attributes: { attributes: [{ id: "0000", pointer: "/hobby", type: "string", access_control: hidden }] } };
    const users = await AdminUsers.make(client, { config: { user_profile: profile } });
    const { id } = await users.add({ email: "a@example.com" });
    const { user } = await users.mutate("updateUser", { userID: id, standardAttributes: { given_name: "A" }, customAttributes: { hobby: "chess" } }, USER);
    expect(user).toMatchObject({ standardAttributes: { given_name: "A", email: "a@example.com" }, customAttributes: { hobby: "chess" } });
  });
});

describe("updateUser with custom attributes", () => {
  const config = custom([
    ["text", { type: "string" }],
    ["height", { type: "number", minimum: 0.5, maximum: 2.5 }],
    ["age", { type: "integer", minimum: 0 }],
    ["colour", { type: "enum", enum: ["red", "green"] }],
    ["phone", { type: "phone_number" }],
    ["mail", { type: "email" }],
    ["site", { type: "url" }],
    ["country", { type: "country_code" }],
  ]);
  const good = { text: "x", height: 1.75, age: 7, colour: "red", phone: "+85298765432", mail: "a@b.co", site: "https://example.com/x", country: "HK" };

  it("replaces the whole set, by id, and drops what the project does not know (user model probe 23)", async () => {
    const users = await AdminUsers.make(client, { config });
    const { id, userId } = await users.add({});
    const update = async (customAttributes: object) => (await users.mutate("updateUser", { userID: id, customAttributes }, USER)).user.customAttributes;
    expect(await update({ ...good, unknown: [1], constructor: "x" })).toEqual(good);
    expect((await users.facts(userId)).user.customAttributes).toMatchObject({ "0000": "x", "0007": "HK" });
    expect(await update({ colour: "green" })).toEqual({ colour: "green" });
    expect((await users.payload("user.profile.updated")).user.custom_attributes).toEqual({ colour: "green" });
  });

  it.each([
    ["text", ""],
    ["text", null],
    ["text", "a\u0000"],
    ["height", 0.4],
    ["height", 2.6],
    ["height", "1"],
    ["age", 1.5],
    ["age", -1],
    ["colour", "blue"],
    ["phone", "98765432"],
    ["mail", "a"],
    ["site", "example"],
    ["country", "Hong Kong"],
    ["country", "ZZ"],
  ])("refuses %s: %j (user model probe 22)", async (name, value) => {
    const users = await AdminUsers.make(client, { config });
    const { id } = await users.add({});
    const refused = await users.refusal("updateUser", { userID: id, customAttributes: { ...good, [name]: value } });
    expect(refused).toMatchObject({ errorName: "Invalid", reason: "ValidationFailed", info: { causes: [{ location: `/${name}` }] } });
  });
});

describe("attributes in the document", () => {
  const inline = (id: string, literal: string) => `mutation { updateUser(input: { userID: "${id}", standardAttributes: ${literal} }) { user { standardAttributes } } }`;

  it("are a string of JSON, or null", async () => {
    const users = await AdminUsers.make(client);
    const { id } = await users.add({});
    expect((await users.ask(inline(id, JSON.stringify('{"given_name":"A"}')))).data.updateUser.user.standardAttributes).toMatchObject({ given_name: "A" });
    expect((await users.ask(inline(id, "null"))).data.updateUser.user.standardAttributes).toMatchObject({ given_name: "A" });
  });

  it("are nothing else, nor are variables anything but objects; clients are not told why", async () => {
    const users = await AdminUsers.make(client);
    const { id } = await users.add({});
    const masked = { errors: [{ message: "unexpected error", locations: [] }] };
    for (const literal of ['{ given_name: "A" }', '"[]"', '"x"', '"1"', '"null"', "1", "true"]) {
      const { errors, data } = await users.ask(inline(id, literal));
      expect([{ errors }, data ?? null]).toEqual([masked, null]);
    }
    for (const value of [[], "{}", 1, true]) {
      const { errors, data } = await users.ask('mutation($a: UserStandardAttributes) { updateUser(input: { userID: "x", standardAttributes: $a }) { user { id } } }', { a: value });
      expect([{ errors }, data ?? null]).toEqual([masked, null]);
    }
  });
});

describe("setVerifiedStatus", () => {
  const FIELDS = "user { standardAttributes verifiedClaims { name value } }";

  it("marks addresses of the user as proven and back, and tells of changes once", async () => {
    const users = await AdminUsers.make(client);
    const ldap: IdentityToMake = { type: "ldap", uniqueKey: "hq:uid:1", claims: { phone_number: "+85298765432" } };
    const { id } = await users.add({ email: "a@example.com", identities: [ldap] });
    const set = (claimName: string, claimValue: string, isVerified: boolean) => users.mutate("setVerifiedStatus", { userID: id, claimName, claimValue, isVerified }, FIELDS);
    await set("phone_number", "+85298765432", true);
    for (let time = 0; time < 2; time += 1)
      expect((await set("email", "a@example.com", true)).user).toMatchObject({ standardAttributes: { email_verified: true, phone_number_verified: true } });
    for (let time = 0; time < 2; time += 1) expect((await set("email", "a@example.com", false)).user.verifiedClaims).toEqual([{ name: "phone_number", value: "+85298765432" }]);
    expect((await users.told()).filter((type) => !type.startsWith("audit:"))).toEqual(["identity.phone.verified", "identity.email.verified", "identity.email.unverified"]);
    expect((await users.told()).filter((type) => type === "audit:set_verified_status")).toHaveLength(5);
    expect(await users.payload("admin_api.mutation.set_verified_status.executed")).toEqual({ claim_name: "email", claim_value: "a@example.com", is_verified: false });
    expect(await users.payload("identity.email.verified")).toMatchObject({
      user: { is_verified: true, standard_attributes: { email_verified: true } },
      identity: { claims: { email: "a@example.com" } },
    });
  });

  it("knows no other claims, nor addresses of other users and projects (tenant isolation)", async () => {
    const [users, other] = [await AdminUsers.make(client), await AdminUsers.make(client)];
    const { id } = await users.add({ email: "a@example.com", username: "ada", authenticators: [{ type: "oob_otp_email", kind: "secondary", target: "second@example.com" }] });
    await users.add({ email: "b@example.com" });
    for (const [claimName, claimValue] of [
      ["email", "b@example.com"],
      ["email", "second@example.com"],
      ["email", "A@example.com"],
      ["preferred_username", "ada"],
      ["__proto__", "x"],
    ])
      expect(await users.refusal("setVerifiedStatus", { userID: id, claimName, claimValue, isVerified: true })).toMatchObject({
        errorName: "NotFound",
        reason: "IdentityNotFound",
      });
    expect(await other.refusal("setVerifiedStatus", { userID: id, claimName: "email", claimValue: "a@example.com", isVerified: true })).toMatchObject({ reason: "UserNotFound" });
    expect(await other.refusal("updateUser", { userID: id, standardAttributes: {} })).toMatchObject({ reason: "UserNotFound" });
    expect(await users.refusal("setVerifiedStatus", { userID: toGlobalId("Identity", "x"), claimName: "email", claimValue: "x", isVerified: true })).toMatchObject({
      message: "invalid user ID",
    });
  });
});

describe("what a user is called", () => {
  const shown = async (users: AdminUsers, id: string) => {
    const { data } = await users.ask("query($id: ID!) { node(id: $id) { ... on User { formattedName endUserAccountID } } }", { id });
    return [data.node.formattedName, data.node.endUserAccountID];
  };

  it("comes from his attributes, or the directory", async () => {
    const users = await AdminUsers.make(client);
    const entry = {
      serverName: "hq",
      userIdAttributeName: "uid",
      userIdAttributeValue: Buffer.from("ada").toString("base64"),
      lastLoginUsername: "Ada",
      rawEntry: { dn: "uid=ada,dc=example" },
    };
    const ldap: IdentityToMake = { type: "ldap", uniqueKey: "hq:uid:ada", details: { ldap: entry } };
    const add = async (user: Parameters<AdminUsers["add"]>[0]) => shown(users, (await users.add(user)).id);
    expect(await add({ email: "a@example.com", username: "ada", phone: "+85298765432", standardAttributes: { name: "Ada L", given_name: "x", nickname: "Al" } })).toEqual([
      "Ada L (Al)",
      "a@example.com",
    ]);
    expect(await add({ username: "bob", phone: "+85298765433", standardAttributes: { given_name: "G", middle_name: "M", family_name: "F" } })).toEqual(["G M F", "bob"]);
    expect(await add({ phone: "+85298765434", standardAttributes: { nickname: "Al" } })).toEqual(["Al", "+85298765434"]);
    expect(await add({ identities: [ldap] })).toEqual([null, "uid=ada,dc=example"]);
    expect(await add({})).toEqual([null, null]);
  });
});
