import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { byEmail, newPassword, password } from "../support/inputs.js";
import { claimsOf, tokensOf } from "../support/oauth.js";
import { Project, userIdIn } from "../support/project.js";
import { type FakeProvider, OAUTH_CALLBACK, socialProject, startFakeProvider, visitProvider } from "../support/social.js";

const EMAIL = "ann@example.com";
const LINK = { name: "linked", action: "login_and_link", user_profile: { pointer: "/email" } };

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());
beforeEach(() => provider.setAccount({ sub: "s1", upn: "ann@corp.example", email: EMAIL, name: "Ann" }));

const make = async (options: Parameters<typeof Project.make>[0] = {}): Promise<Project> => Project.make(socialProject(provider, options));

describe("social login", () => {
  it("offers two providers under their aliases, and says which lacks credentials", async () => {
    const providers = [provider.config("adfs", { alias: "corp" }), provider.config("adfs", { alias: "partner", credentials_behavior: "use_demo_credentials" })];
    const items = [
      { alias: "corp", client_secret: provider.clientSecret("adfs") },
      { alias: "partner", client_secret: "" },
    ];
    const options = socialProject(provider, { config: { identity: { oauth: { providers } } } });
    const project = await Project.make({ ...options, secrets: [{ key: "sso.oauth.client", data: { items } }] });
    const start = await project.browser().create("login");
    const shown = (alias: string, provider_status: string) => ({
      identification: "oauth",
      provider_type: "adfs",
      oauth_provider_type: "adfs",
      alias,
      oauth_provider_alias: alias,
      provider_status,
    });
    expect(start.options).toEqual([shown("corp", "active"), shown("partner", "missing_credentials"), { identification: "email" }]);
    const refused = await project.browser().feed(start.token, { identification: "oauth", alias: "partner", redirect_uri: OAUTH_CALLBACK });
    expect(refused).toMatchObject({
      status: 400,
      error: { name: "Invalid", reason: "OAuthProviderMissingCredentials", info: { OAuthProviderAlias: "partner", OAuthProviderType: "adfs" } },
    });
  });

  it("leaves the state to the client, and passes on a provider's refusal", async () => {
    const project = await make();
    const browser = project.browser();
    const start = await browser.create("signup");
    const going = await browser.feed(start.token, { identification: "oauth", alias: "corp", redirect_uri: OAUTH_CALLBACK });
    expect(going.action).toMatchObject({ type: "identify", identification: "oauth" });
    expect(going.data).toMatchObject({ type: "oauth_data", alias: "corp", oauth_provider_alias: "corp", oauth_provider_type: "adfs", provider_status: "active" });
    const url = new URL(going.data.oauth_authorization_url);
    expect([url.origin, url.searchParams.get("state"), url.searchParams.get("redirect_uri")]).toEqual([provider.origin, null, OAUTH_CALLBACK]);
    const denied = await browser.feed(going.token, { query: "error=access_denied&error_description=No" });
    expect(denied).toMatchObject({
      status: 400,
      error: { name: "BadRequest", reason: "OAuthError", info: { error: "access_denied", error_description: "No", provider_type: "adfs", FlowType: "signup" } },
    });
    const done = await browser.feed(going.token, { query: `?${(await provider.authorize(url.href)).replace(/^\?/, "")}&state=mine` });
    expect(done.finished, JSON.stringify(done.body)).toBe(true);
    const [user] = await project.users();
    expect(user?.identities).toMatchObject([{ type: "OAUTH", claims: { email: EMAIL } }]);
    expect(user?.verifiedClaims).toEqual([{ name: "email", value: EMAIL }]);
    expect((await visitProvider(project.browser(), provider, await project.browser().create("login"))).finished).toBe(true);
  });

  it("answers an account that nobody here has", async () => {
    const project = await make();
    const browser = project.browser();
    expect(await visitProvider(browser, provider, await browser.create("login"))).toMatchObject({
      status: 404,
      error: { reason: "UserNotFound", info: { IdentityTypeIncoming: "oauth", OAuthProviderTypeIncoming: "adfs", FlowType: "login" } },
    });
  });
});

describe("an address that another account has", () => {
  it("is refused unless the project links accounts", async () => {
    const project = await make();
    await project.browser().finish("signup", [byEmail(EMAIL), newPassword()]);
    const browser = project.browser();
    expect(await visitProvider(browser, provider, await browser.create("signup"))).toMatchObject({
      status: 400,
      error: {
        reason: "InvariantViolated",
        info: {
          cause: { kind: "DuplicatedIdentity" },
          IdentityTypeIncoming: "oauth",
          OAuthProviderTypeIncoming: "adfs",
          IdentityTypeExisting: "login_id",
          LoginIDTypeExisting: "email",
          ExistingIdentities: [{ IdentityType: "login_id", LoginIDType: "email" }],
        },
      },
    });
  });

  it("is joined to a social account after its owner has logged in there", async () => {
    const project = await make({ config: { account_linking: { login_id: [{ ...LINK, key: "email" }] } } });
    const social = project.browser();
    await visitProvider(social, provider, await social.create("signup"));
    const [before] = await project.users();
    const browser = project.browser();
    const offered = await browser.run("signup", [byEmail(EMAIL)]);
    expect(offered.error).toBeUndefined();
    expect(offered.action).toMatchObject({ type: "identify", identification: "email" });
    expect(offered.data).toEqual({
      type: "account_linking_identification_data",
      options: [{ identification: "oauth", action: "login_and_link", masked_display_name: "a**@example.com", provider_type: "adfs", alias: "corp", provider_status: "active" }],
    });
    const proved = await visitProvider(browser, provider, offered, { index: 0 });
    expect(proved.error).toBeUndefined();
    const done = proved.finished ? proved : await browser.feed(proved.token, newPassword());
    expect(done.finished, JSON.stringify(done.body)).toBe(true);
    expect(claimsOf((await tokensOf(browser)).id_token).sub).toBe(userIdIn(before?.id ?? ""));
    const users = await project.users();
    expect(users).toHaveLength(1);
    expect(users[0]?.identities.map(({ type }) => type).sort()).toEqual(["LOGIN_ID", "OAUTH"]);
    expect((await project.browser().run("login", [byEmail(EMAIL), password()])).finished).toBe(true);
  });

  it("is joined from the other side: a social account to an address with a password", async () => {
    const project = await make({ config: { account_linking: { oauth: [{ ...LINK, alias: "corp", oauth_claim: { pointer: "/email" } }] } } });
    await project.browser().finish("signup", [byEmail(EMAIL), newPassword()]);
    const browser = project.browser();
    const offered = await visitProvider(browser, provider, await browser.create("signup"));
    expect(offered.data).toEqual({
      type: "account_linking_identification_data",
      options: [{ identification: "email", action: "login_and_link", masked_display_name: "a**@example.com" }],
    });
    const asked = await browser.feed(offered.token, { index: 0 });
    expect(asked.action.type).toBe("authenticate");
    expect((await browser.feed(asked.token, password("wrong"))).error?.reason).toBe("InvalidCredentials");
    expect((await browser.feed(asked.token, password())).finished).toBe(true);
    expect(await project.users()).toHaveLength(1);
    const later = project.browser();
    expect((await visitProvider(later, provider, await later.create("login"))).finished).toBe(true);
  });

  it("is not joined by proving to be somebody else (account takeover)", async () => {
    const project = await make({ config: { account_linking: { login_id: [{ ...LINK, key: "email" }] } } });
    for (const [sub, email] of [
      ["s1", EMAIL],
      ["s2", "eve@example.com"],
    ]) {
      provider.setAccount({ sub, upn: `${sub}@corp.example`, email });
      const social = project.browser();
      await visitProvider(social, provider, await social.create("signup"));
    }
    const browser = project.browser();
    const offered = await browser.run("signup", [byEmail(EMAIL)]);
    const refused = await visitProvider(browser, provider, offered, { index: 0 });
    expect(refused).toMatchObject({ status: 400, error: { name: "BadRequest", reason: "AuthenticationFlowDifferentUserID", message: "different user ID" } });
    expect((await project.users()).every(({ identities }) => identities.length === 1)).toBe(true);
  });
});
