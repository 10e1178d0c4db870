import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Admin, nodes } from "../support/admin.js";
import { type FakeProvider, socialProject, startFakeProvider, visitProvider } from "../support/social.js";

const ANN = "ann@example.com";
const KEYS = { identity: { login_id: { keys: [{ type: "email" }, { type: "username" }] } } };
const authenticators = "authenticators { edges { node { type kind isDefault claims } } }";

describe("a login id", () => {
  let provider: FakeProvider;
  beforeAll(async () => {
    provider = await startFakeProvider();
  });
  afterAll(() => provider.close());

  it("is not given to a user when another has it from a social account (account takeover)", async () => {
    provider.setAccount({ sub: "s1", upn: "ann@corp.example", email: ANN, name: "Ann" });
    const admin = await Admin.make(socialProject(provider));
    const browser = admin.project.browser();
    expect((await visitProvider(browser, provider, await browser.create("signup"))).finished).toBe(true);
    const refused = await admin.refused("createUser", { definition: { loginID: { key: "email", value: ANN } } });
    expect(refused).toMatchObject({
      errorName: "Invalid",
      reason: "InvariantViolated",
      message: "identity already exists",
      info: {
        cause: { kind: "DuplicatedIdentity" },
        IdentityTypeIncoming: "login_id",
        LoginIDTypeIncoming: "email",
        IdentityTypeExisting: "oauth",
        OAuthProviderTypeExisting: "adfs",
      },
    });
    expect((await admin.ask("{ users { totalCount } }")).users.totalCount).toBe(1);
  });

  it("that is an address brings the way to be sent codes to it, unverified", async () => {
    const admin = await Admin.make({ config: KEYS, authentication: { primary_authenticators: ["oob_otp_email"] } });
    const userID = await admin.createUser("annie", {}, "username");
    expect(nodes((await admin.user(userID, authenticators)).authenticators)).toEqual([]);
    const input = { userID, definition: { loginID: { key: "email", value: ANN } } };
    const { user } = await admin.mutate("createIdentity", input, `user { standardAttributes verifiedClaims { name } ${authenticators} }`);
    expect(nodes(user.authenticators)).toEqual([
      { type: "OOB_OTP_EMAIL", kind: "PRIMARY", isDefault: expect.any(Boolean), claims: { "https://authgear.com/claims/oob_otp/email": ANN } },
    ]);
    expect([user.standardAttributes, user.verifiedClaims]).toMatchObject([{ email: ANN, email_verified: false, preferred_username: "annie" }, []]);
  });

  it("that is the only one stays", async () => {
    const admin = await Admin.make();
    const userID = await admin.createUser(ANN);
    const [{ id: identityID }] = (await admin.user(userID, "loginIDs { id }")).loginIDs;
    const refused = await admin.refused("deleteIdentity", { identityID });
    expect(refused).toMatchObject({ errorName: "Invalid", reason: "InvariantViolated", info: { cause: { kind: "RemoveLastIdentity" } } });
    expect((await admin.user(userID, "loginIDs { id }")).loginIDs).toEqual([{ id: identityID }]);
  });
});

describe("an authenticator", () => {
  it("of an app cannot be made for a user", async () => {
    const admin = await Admin.make();
    const userID = await admin.createUser(ANN);
    const refused = await admin.refused("createAuthenticator", { userID, definition: { kind: "SECONDARY", type: "TOTP" } }, "authenticator { id }");
    expect(refused).toMatchObject({ errorName: "Invalid", reason: "Invalid", message: "unsupported authenticator type" });
  });

  it("that is a password can be made once", async () => {
    const admin = await Admin.make();
    const userID = await admin.createUser(ANN);
    const input = { userID, definition: { kind: "PRIMARY", type: "PASSWORD", password: { password: "correct horse battery" } } };
    const made = await admin.mutate("createAuthenticator", input, "authenticator { kind type }");
    expect(made).toEqual({ authenticator: { kind: "PRIMARY", type: "PASSWORD" } });
    const refused = await admin.refused("createAuthenticator", input, "authenticator { id }");
    expect(refused).toMatchObject({ errorName: "Invalid", reason: "InvariantViolated", info: { cause: { kind: "DuplicatedAuthenticator", AuthenticatorType: "password" } } });
    expect(nodes((await admin.user(userID, authenticators)).authenticators)).toHaveLength(1);
  });
});
