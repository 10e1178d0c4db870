import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FakeProvider, startFakeProvider } from "@gatehouse/service-social-login/testing";
import { CODE, eventsOf, type FlowRunner, flowRunner, PASSWORD, type Seen, usersOf } from "./flow-runner.js";

type Json = Record<string, any>;

const REDIRECT = "http://app.test/callback";
const identify = (login_id: string) => ({ identification: "email", login_id });
const enter = (password = PASSWORD) => ({ authentication: "primary_password", password });
const choose = { authentication: "primary_password", new_password: PASSWORD };

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.reset();
  provider.setAccount({ sub: "s1", upn: "ann@corp.test", email: "ann@example.com", name: "Ann" });
});

/** A project with two social login providers. */
function social(config: Json = {}, authentication: Json = {}): Promise<FlowRunner> {
  const providers = ["corp", "second"].map((alias) => provider.config("adfs", { alias }));
  const items = ["corp", "second"].map((alias) => ({ alias, client_secret: provider.clientSecret("adfs") }));
  return flowRunner({
    authentication: { identities: ["oauth", "login_id"], ...authentication },
    secrets: [{ key: "sso.oauth.client", data: { items } }],
    config: { identity: { oauth: { providers } }, ...config },
  });
}

/** Sends the browser to the provider and feeds its callback. */
async function visit(browser: FlowRunner, at: Seen, more: Json = {}): Promise<Seen> {
  const going = await browser.feed(at.token, { identification: "oauth", alias: "corp", redirect_uri: REDIRECT, ...more });
  expect(going.error).toBeUndefined();
  return browser.feed(going.token, { query: await provider.authorize(going.data.oauth_authorization_url) });
}

describe("social login", () => {
  it("offers each provider under its alias", async () => {
    const browser = await social();
    expect((await browser.create("login")).options.slice(0, 2)).toEqual(
      ["corp", "second"].map((alias) => ({
        identification: "oauth",
        provider_type: "adfs",
        oauth_provider_type: "adfs",
        alias,
        oauth_provider_alias: alias,
        provider_status: "active",
      })),
    );
  });

  it("sends the browser away without a state of its own", async () => {
    const browser = await social();
    const start = await browser.create("signup");
    const going = await browser.feed(start.token, { identification: "oauth", alias: "corp", redirect_uri: REDIRECT });
    expect(going.action).toMatchObject({
      type: "identify",
      identification: "oauth",
      data: { type: "oauth_data", alias: "corp", oauth_provider_type: "adfs", provider_status: "active" },
    });
    const url = new URL(going.data.oauth_authorization_url);
    expect([url.searchParams.get("state"), url.searchParams.get("redirect_uri")]).toEqual([null, REDIRECT]);
    for (const bad of [{ alias: "nosuch" }, { alias: "corp", redirect_uri: "no uri" }, { alias: "corp", redirect_uri: REDIRECT, response_mode: "fragment" }])
      expect((await browser.feed(start.token, { identification: "oauth", ...bad })).error, JSON.stringify(bad)).toMatchObject({ reason: "ValidationFailed" });
  });

  it("makes a user with a verified email and the provider's profile, and knows him again", async () => {
    const browser = await social();
    const done = await visit(browser, await browser.create("signup"));
    expect(done).toMatchObject({ finished: true });
    const [user] = await usersOf(browser);
    expect(user).toMatchObject({ standard_attributes: { email: "ann@example.com", name: "Ann" }, verified: [{ name: "email", value: "ann@example.com" }], amr: [[]] });
    expect(user?.identities).toMatchObject([{ type: "oauth", details: { oauth: { providerType: "adfs", subjectId: "s1", alias: "corp", rawProfile: { name: "Ann" } } } }]);
    provider.setAccount({ sub: "s1", upn: "ann@corp.test", email: "ann@new.example", name: "Ann B." });
    expect(await visit(browser.another(), await browser.another().create("login"))).toMatchObject({ finished: true });
    const renamed = { standard_attributes: { email: "ann@new.example", name: "Ann" }, verified: [{ name: "email", value: "ann@new.example" }] };
    expect(await usersOf(browser)).toMatchObject([{ ...renamed, identities: [{ claims: { email: "ann@new.example" }, details: { oauth: { rawProfile: { name: "Ann B." } } } }] }]);
  });

  it("answers an unknown account at login, a refusal, and a used code", async () => {
    const browser = await social();
    expect((await visit(browser, await browser.create("login"))).error).toMatchObject({
      reason: "UserNotFound",
      info: { IdentityTypeIncoming: "oauth", OAuthProviderTypeIncoming: "adfs", FlowType: "login" },
    });
    const going = await browser.run("signup", [{ identification: "oauth", alias: "corp", redirect_uri: REDIRECT }]);
    const denied = await browser.feed(going.token, { query: "?error=access_denied&error_description=No" });
    expect(denied.error).toMatchObject({
      name: "BadRequest",
      reason: "OAuthError",
      info: { error: "access_denied", error_description: "No", provider_type: "adfs", error_category: "" },
    });
    const query = await provider.authorize(going.data.oauth_authorization_url);
    expect((await browser.feed(going.token, { query })).finished).toBe(true);
    const again = await browser.another().run("login", [{ identification: "oauth", alias: "corp", redirect_uri: REDIRECT }]);
    expect((await browser.feed(again.token, { query })).error?.reason).toMatch(/^OAuth(Protocol)?Error$/);
  });

  it("tells whose address it is when the provider's account is new but its email is known", async () => {
    const browser = await social();
    await browser.another().signUp("ann@example.com");
    const refused = await visit(browser, await browser.create("login"));
    expect(refused.error?.info).toMatchObject({
      IdentityTypeExisting: "login_id",
      LoginIDTypeExisting: "email",
      ExistingIdentities: [{ IdentityType: "login_id", LoginIDType: "email" }],
    });
  });

  it("goes through signup_login both ways", async () => {
    const browser = await social();
    const first = await visit(browser, await browser.create("signup_login"));
    expect(first).toMatchObject({ finished: true, type: "signup" });
    const visitor = browser.another();
    expect(await visit(visitor, await visitor.create("signup_login"))).toMatchObject({ finished: true, type: "login" });
    expect(await usersOf(browser)).toHaveLength(1);
  });

  it("of an account without a secret does not exist", async () => {
    const providers = [provider.config("adfs", { alias: "demo", credentials_behavior: "use_demo_credentials" })];
    const secrets = [{ key: "sso.oauth.client", data: { items: [{ alias: "demo", client_secret: "" }] } }];
    const browser = await flowRunner({ authentication: { identities: ["oauth", "login_id"] }, secrets, config: { identity: { oauth: { providers } } } });
    const start = await browser.create("login");
    expect(start.options[0]).toMatchObject({ provider_status: "missing_credentials" });
    expect((await browser.feed(start.token, { identification: "oauth", alias: "demo", redirect_uri: REDIRECT })).error).toMatchObject({
      reason: "OAuthProviderMissingCredentials",
      code: 400,
      info: { OAuthProviderAlias: "demo", OAuthProviderType: "adfs" },
    });
  });
});

describe("an address that somebody has", () => {
  it("is refused by default, from either side", async () => {
    const browser = await social();
    await browser.another().signUp("ann@example.com");
    expect((await visit(browser, await browser.create("signup"))).error).toMatchObject({
      name: "Invalid",
      reason: "InvariantViolated",
      message: "identity already exists",
      info: {
        cause: { kind: "DuplicatedIdentity" },
        IdentityTypeIncoming: "oauth",
        OAuthProviderTypeIncoming: "adfs",
        IdentityTypeExisting: "login_id",
        LoginIDTypeExisting: "email",
        ExistingIdentities: [{ IdentityType: "login_id", LoginIDType: "email" }],
        FlowType: "signup",
      },
    });
    const same = await browser.run("signup", [identify("ANN@example.com")]);
    expect(same.error?.info).toMatchObject({ cause: { kind: "DuplicatedIdentity" }, LoginIDTypeIncoming: "email", LoginIDTypeExisting: "email" });
    expect(same.error?.info.ExistingIdentities).toBeUndefined();
    const other = await social();
    await visit(other, await other.create("signup"));
    expect((await other.run("signup", [identify("ann@example.com")])).error?.info).toMatchObject({
      cause: { kind: "DuplicatedIdentity" },
      IdentityTypeExisting: "oauth",
      OAuthProviderTypeExisting: "adfs",
    });
  });

  it("is no conflict within one run", async () => {
    const steps = [
      { type: "identify", one_of: [{ identification: "oauth" }] },
      { type: "identify", one_of: [{ identification: "email" }] },
      { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] },
    ];
    const browser = await social({ authentication_flow: { signup_flows: [{ name: "both", steps }] } });
    const second = await visit(browser, await browser.create("signup", { name: "both" }));
    expect(second.action.type).toBe("identify");
    const third = await browser.feed(second.token, identify("ann@example.com"));
    expect((await browser.feed(third.token, choose)).finished).toBe(true);
    expect((await usersOf(browser))[0]?.identities).toHaveLength(2);
  });
});

const LINK = {
  account_linking: {
    oauth: [{ name: "o", alias: "corp", oauth_claim: { pointer: "/email" }, user_profile: { pointer: "/email" }, action: "login_and_link" }],
    login_id: [{ name: "l", key: "email", user_profile: { pointer: "/email" }, action: "login_and_link" }],
  },
};

describe("account linking", () => {
  it("lets the owner of a login id log in, and gives him the social account", async () => {
    const browser = await social(LINK);
    await browser.another().signUp("ann@example.com");
    const offered = await visit(browser, await browser.create("signup"));
    expect(offered.action).toMatchObject({ type: "identify", identification: "oauth" });
    expect(offered.data).toEqual({
      type: "account_linking_identification_data",
      options: [{ identification: "email", action: "login_and_link", masked_display_name: "a**@example.com" }],
    });
    const asked = await browser.feed(offered.token, { index: 0 });
    expect(asked).toMatchObject({ type: "login", action: { type: "authenticate", identification: "email" } });
    expect((await browser.feed(asked.token, enter("wrong"))).error).toMatchObject({ reason: "InvalidCredentials", info: { FlowType: "login" } });
    const done = await browser.feed(asked.token, enter());
    expect(done).toMatchObject({ finished: true, cookies: { session: expect.any(String) } });
    const [user, ...others] = await usersOf(browser);
    expect(others).toEqual([]);
    expect(user?.identities.map((one: Json) => one.type)).toEqual(["login_id", "oauth"]);
    const types = (await eventsOf(browser)).map(({ type }) => type);
    expect(types.filter((type) => type === "user.created")).toHaveLength(1);
    expect(types.filter((type) => type.startsWith("identity."))).toEqual([]);
    expect(await visit(browser.another(), await browser.another().create("login"))).toMatchObject({ finished: true });
  });

  it("lets the owner of a social account log in there, and gives him the login id with what the sign-up still asks", async () => {
    const browser = await social(LINK);
    await visit(browser.another(), await browser.another().create("signup"));
    const offered = await browser.run("signup", [identify("ann@example.com")]);
    expect(offered.options).toEqual([
      { identification: "oauth", action: "login_and_link", masked_display_name: "a**@example.com", provider_type: "adfs", alias: "corp", provider_status: "active" },
    ]);
    expect((await browser.feed(offered.token, { index: 0 })).error?.info.causes[0]).toMatchObject({ kind: "required", details: { missing: ["redirect_uri"] } });
    const going = await browser.feed(offered.token, { index: 0, redirect_uri: REDIRECT });
    expect(going.data).toMatchObject({ type: "oauth_data", alias: "corp" });
    const asked = await browser.feed(going.token, { query: await provider.authorize(going.data.oauth_authorization_url) });
    expect(asked.action.type).toBe("create_authenticator");
    expect((await browser.feed(asked.token, choose)).finished).toBe(true);
    const [user] = await usersOf(browser);
    expect([user?.identities.map((one: Json) => one.type), user?.authenticators.map((one: Json) => one.type)]).toEqual([["oauth", "login_id"], ["password"]]);
    expect((await browser.another().run("login", [identify("ann@example.com"), enter()])).finished).toBe(true);
  });

  it("proves the very user, not somebody else of the provider (account takeover)", async () => {
    const browser = await social(LINK);
    await visit(browser.another(), await browser.another().create("signup"));
    provider.setAccount({ sub: "s2", upn: "eve@corp.test", email: "eve@example.com", name: "Eve" });
    await visit(browser.another(), await browser.another().create("signup"));
    const offered = await browser.run("signup", [identify("ann@example.com")]);
    const going = await browser.feed(offered.token, { index: 0, redirect_uri: REDIRECT });
    const refused = await browser.feed(going.token, { query: await provider.authorize(going.data.oauth_authorization_url) });
    expect(refused.error).toMatchObject({ reason: "AuthenticationFlowDifferentUserID" });
  });

  it("is decided by the branch of the flow, by the item's name", async () => {
    const branch = (identification: string, more: Json = {}) => ({
      identification,
      steps: [{ type: "create_authenticator", one_of: [{ authentication: "primary_password" }] }],
      ...more,
    });
    const strict = [{ name: "strict", steps: [{ type: "identify", one_of: [branch("email", { account_linking: { login_id: [{ name: "l", action: "error" }] } })] }] }];
    const browser = await social({ ...LINK, authentication_flow: { signup_flows: strict } });
    await visit(browser.another(), await browser.another().create("signup"));
    expect((await browser.run("signup", [identify("ann@example.com")], { name: "strict" })).error?.info.cause).toEqual({ kind: "DuplicatedIdentity" });
    expect((await browser.run("signup", [identify("ann@example.com")])).data.type).toBe("account_linking_identification_data");
  });

  it("keeps what was made before the conflict, or drops what the user has", async () => {
    const steps = [
      { type: "identify", one_of: [{ identification: "username" }] },
      { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] },
      { type: "identify", one_of: [{ identification: "oauth", account_linking: { oauth: [{ name: "o", login_flow: "default" }] } }] },
      { type: "fill_in_user_profile", user_profile: [{ pointer: "/name", required: true }] },
      { type: "view_recovery_code" },
    ];
    const identity = { identity: { login_id: { keys: [{ type: "email" }, { type: "username" }] }, oauth: { providers: [provider.config("adfs", { alias: "corp" })] } } };
    const secrets = [{ key: "sso.oauth.client", data: { items: [{ alias: "corp", client_secret: provider.clientSecret("adfs") }] } }];
    const browser = await flowRunner({
      authentication: { identities: ["oauth", "login_id"] },
      secrets,
      config: { ...LINK, ...identity, authentication_flow: { signup_flows: [{ name: "own", steps }] } },
    });
    await browser.another().signUp("ann@example.com");
    const third = await browser.run(
      "signup",
      [
        { identification: "username", login_id: "annie" },
        { authentication: "primary_password", new_password: "thrown away" },
      ],
      { name: "own" },
    );
    const offered = await visit(browser, third);
    expect(offered.error).toBeUndefined();
    const asked = await browser.feed(offered.token, { index: 0 });
    const done = await browser.feed(asked.token, enter());
    expect(done.finished, JSON.stringify(done)).toBe(true);
    const [user] = await usersOf(browser);
    expect(user?.identities.map((one: Json) => one.login_id_type ?? one.type)).toEqual(["email", "username", "oauth"]);
    expect(user?.authenticators).toHaveLength(1);
    expect(user?.recovery_codes).toBe(0);
    expect((await browser.another().run("login", [{ identification: "username", login_id: "annie" }, enter()])).finished).toBe(true);
  });

  it("asks the second factor of the login flow too", async () => {
    const browser = await social(LINK, { secondary_authenticators: ["oob_otp_email"], secondary_authentication_mode: "required", recovery_code: { disabled: true } });
    await browser.another().run("signup", [identify("ann@example.com"), choose, { authentication: "secondary_oob_otp_email", target: "second@example.com" }, { code: CODE }]);
    const offered = await visit(browser, await browser.create("signup"));
    const first = await browser.feed(offered.token, { index: 0 });
    const second = await browser.feed(first.token, enter());
    expect(second.options.map((one) => one.authentication)).toEqual(["secondary_oob_otp_email"]);
    expect(await usersOf(browser)).toHaveLength(1);
    expect((await usersOf(browser))[0]?.identities).toHaveLength(1);
  });
});
