import { describe, expect, it } from "vitest";
import { Admin, nodes } from "../support/admin.js";
import { readDatabase } from "../support/database.js";
import { byEmail, newPassword, password, seenRecoveryCodes } from "../support/inputs.js";
import { PASSWORD } from "../support/project.js";
import { totp } from "../support/totp.js";

const ANN = "ann@example.com";
const SECOND_FACTOR = { secondary_authentication_mode: "required", secondary_authenticators: ["totp", "password"] };

describe("the address of a user", () => {
  it("is the one that is left when its login id is deleted, and as verified as that one is", async () => {
    const admin = await Admin.make();
    const userID = await admin.createUser("old@example.com");
    await admin.mutate("createIdentity", { userID, definition: { loginID: { key: "email", value: "new@example.com" } } });
    await admin.mutate("setVerifiedStatus", { userID, claimName: "email", claimValue: "old@example.com", isVerified: true });
    const before = await admin.user(userID, "standardAttributes loginIDs { id claims }");
    expect(before.standardAttributes).toMatchObject({ email: "old@example.com", email_verified: true });
    const identityID = before.loginIDs.find(({ claims }: any) => claims.email === "old@example.com").id;
    const { user } = await admin.mutate("deleteIdentity", { identityID }, "user { standardAttributes verifiedClaims { value } }");
    expect(user).toMatchObject({ standardAttributes: { email: "new@example.com", email_verified: false }, verifiedClaims: [] });
  });
});

describe("a password", () => {
  const OURS = /^\$argon2id\$/;
  const hashOf = async (admin: Admin): Promise<string> =>
    (await readDatabase("select password_hash from authenticator where project_id = $1", [admin.project.id]))[0]?.password_hash;

  it("is kept as a hash of ours", async () => {
    const admin = await Admin.make();
    await admin.createUser(ANN, { password: PASSWORD });
    expect(await hashOf(admin)).toMatch(OURS);
  });

  it("that came as another system's hash is good, and is kept as ours from then on", async () => {
    const admin = await Admin.make();
    // The hash of "secret of before" by another system.
    const password_hash = "$2y$10$qxlR/FfspjRPkqHv4jnaH.Qadc0FOJZ7K4AD5Fp0NIYF65D/jU8iK";
    await admin.import([{ email: ANN, password: { type: "bcrypt", password_hash } }]);
    expect(await hashOf(admin)).toBe(password_hash);
    const login = (secret: string) => admin.project.browser().run("login", [byEmail(ANN), password(secret)]);
    expect((await login("secret of after")).error?.reason).toBe("InvalidCredentials");
    expect(await hashOf(admin)).toBe(password_hash);
    for (let times = 0; times < 2; times++) {
      expect((await login("secret of before")).finished).toBe(true);
      expect(await hashOf(admin)).toMatch(OURS);
    }
  });

  it("is one of each kind for a user", async () => {
    const admin = await Admin.make();
    const userID = await admin.createUser(ANN, { password: PASSWORD });
    const definition = (kind: string) => ({ kind, type: "PASSWORD", password: { password: `${kind} of before` } });
    const refused = await admin.refused("createAuthenticator", { userID, definition: definition("PRIMARY") }, "authenticator { id }");
    expect(refused).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "DuplicatedAuthenticator" } } });
    await admin.mutate("createAuthenticator", { userID, definition: definition("SECONDARY") }, "authenticator { id }");
    const user = await admin.user(userID, "primaryPassword { kind } secondaryPassword { kind }");
    expect(user).toEqual({ primaryPassword: { kind: "PRIMARY" }, secondaryPassword: { kind: "SECONDARY" } });
  });
});

describe("recovery codes", () => {
  it("are void once the last second factor is gone (codes on an old piece of paper)", async () => {
    const admin = await Admin.make({ authentication: SECOND_FACTOR });
    const browser = admin.project.browser();
    const asked = await browser.run("signup", [byEmail(ANN), newPassword(), { authentication: "secondary_totp" }]);
    const codes = await browser.feed(asked.token, { code: totp(asked.data.secret) });
    expect((await browser.feed(codes.token, seenRecoveryCodes)).finished).toBe(true);
    const [first, second] = codes.data.recovery_codes;
    const use = (recovery_code: string) => admin.project.browser().run("login", [byEmail(ANN), password(), { authentication: "recovery_code", recovery_code }]);
    const offered = async () => (await admin.project.browser().run("login", [byEmail(ANN), password()])).options.map(({ authentication }) => authentication);
    expect(await offered()).toEqual(["secondary_totp", "recovery_code"]);
    expect((await use(first)).finished).toBe(true);
    const query = `{ getUserByLoginID(loginIDKey: "email", loginIDValue: "${ANN}") { id secondaryTOTPAuthenticators { id } } }`;
    const { id: userID, secondaryTOTPAuthenticators } = (await admin.ask(query)).getUserByLoginID;
    await admin.mutate("deleteAuthenticator", { authenticatorID: secondaryTOTPAuthenticators[0].id });
    const definition = { kind: "SECONDARY", type: "PASSWORD", password: { password: "a second password" } };
    await admin.mutate("createAuthenticator", { userID, definition }, "authenticator { id }");
    expect(await offered()).toEqual(["secondary_password"]);
    expect(await use(second)).toMatchObject({ status: 400, finished: false });
    const other = { authentication: "secondary_password", password: "a second password" };
    expect((await admin.project.browser().run("login", [byEmail(ANN), password(), other])).finished).toBe(true);
  });
});

describe("attributes", () => {
  const attributes = [{ id: "0001", pointer: "/home", type: "country_code" }];
  const CONFIG = { config: { user_profile: { custom_attributes: { attributes } } } };

  it("that are countries are codes of countries", async () => {
    const admin = await Admin.make(CONFIG);
    const userID = await admin.createUser(ANN);
    const { user } = await admin.mutate("updateUser", { userID, customAttributes: { home: "HK" } }, "user { customAttributes }");
    expect(user.customAttributes).toEqual({ home: "HK" });
    for (const home of ["Hong Kong", "ZZ"]) expect((await admin.refused("updateUser", { userID, customAttributes: { home } })).reason).toBe("ValidationFailed");
    expect((await admin.user(userID, "customAttributes")).customAttributes).toEqual({ home: "HK" });
  });

  it("that are unknown are dropped among the project's own, and refused among the standard ones", async () => {
    const admin = await Admin.make(CONFIG);
    const userID = await admin.createUser(ANN);
    const { user } = await admin.mutate("updateUser", { userID, customAttributes: { home: "HK", nope: "x" } }, "user { customAttributes }");
    expect(user.customAttributes).toEqual({ home: "HK" });
    expect(await admin.refused("updateUser", { userID, standardAttributes: { nope: "x" } })).toMatchObject({ errorName: "Invalid", reason: "ValidationFailed" });
  });
});

describe("roles and groups", () => {
  it("have keys of the permitted form", async () => {
    const admin = await Admin.make();
    const { role } = await admin.mutate("createRole", { key: "a:b" }, "role { key }");
    expect(role.key).toBe("a:b");
    await admin.mutate("createRole", { key: "a".repeat(40) }, "role { key }");
    for (const key of ["authgear:x", "a".repeat(41), "1a"]) {
      expect((await admin.refused("createRole", { key }, "role { id }")).reason).toBe("ValidationFailed");
      expect((await admin.refused("createGroup", { key }, "group { id }")).reason).toBe("ValidationFailed");
    }
  });

  it("a role of the user's group is effective, not his own, as long as he is in the group", async () => {
    const admin = await Admin.make();
    const userID = await admin.createUser(ANN);
    await admin.mutate("createRole", { key: "r" }, "role { id }");
    await admin.mutate("createGroup", { key: "g" }, "group { id }");
    await admin.mutate("addRoleToGroups", { roleKey: "r", groupKeys: ["g"] }, "role { id }");
    await admin.mutate("addUserToGroups", { userID, groupKeys: ["g"] });
    const both = async () => {
      const { roles, effectiveRoles } = await admin.user(userID, "roles { edges { node { key } } } effectiveRoles { edges { node { key } } }");
      return [nodes(roles), nodes(effectiveRoles)];
    };
    expect(await both()).toEqual([[], [{ key: "r" }]]);
    await admin.mutate("removeUserFromGroups", { userID, groupKeys: ["g"] });
    expect(await both()).toEqual([[], []]);
  });
});
