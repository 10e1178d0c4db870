import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { invalidConfiguration, oauthProtocolError, oauthProviderNotFound } from "@gatehouse/domain-errors";
import { testModule, testPlatform, testProject } from "@gatehouse/platform-testing";
import { ProviderEndpoints, SOCIAL_LOGIN_PROVIDERS, SocialLogin } from "@gatehouse/service-social-login";
import { expectedAccounts } from "./accounts.js";
import type { FakeType } from "./fake-credentials.js";
import { type FakeProvider, startFakeProvider } from "./fake-provider.js";
import { CALLBACK, projectWith, socialLogin, visitProvider } from "./social-project.js";

let fake: FakeProvider;
let social: SocialLogin;

beforeAll(async () => {
  fake = await startFakeProvider();
});
afterAll(() => fake.close());
beforeEach(async () => {
  fake.reset();
  social = await socialLogin(fake);
  return () => social.onApplicationShutdown();
});

async function parameters(type: FakeType, input: { prompt?: string[]; responseMode?: "form_post" | "query" } = {}, more: Record<string, unknown> = {}) {
  const { ctx } = await projectWith(fake, type, more);
  const url = new URL(await social.authorizationUrl(ctx, { alias: type, redirectUri: CALLBACK, state: "s", ...input }));
  return { url, ...Object.fromEntries(url.searchParams) } as Record<string, unknown> & { url: URL };
}

describe("authorization URLs", () => {
  it("google: code, state, form_post, the choice of accounts, no nonce", async () => {
    const { url, ...found } = await parameters("google", { responseMode: "form_post" });
    expect(url.origin + url.pathname).toBe(`${fake.origin}/google/authorize`);
    expect(found).toEqual({
      response_type: "code",
      client_id: "fake-client",
      redirect_uri: CALLBACK,
      scope: "openid profile email",
      state: "s",
      response_mode: "form_post",
      prompt: "select_account",
    });
  });

  it("github: no response_type, no response_mode", async () => {
    const { url, ...found } = await parameters("github", { responseMode: "form_post", prompt: ["login"] });
    expect(found).toEqual({ client_id: "fake-client", redirect_uri: CALLBACK, scope: "read:user user:email", state: "s" });
  });

  it("wechat: its own names, and the fragment", async () => {
    const { url, ...found } = await parameters("wechat", { responseMode: "form_post" });
    expect(found).toEqual({ appid: "fake-client", redirect_uri: CALLBACK, response_type: "code", scope: "snsapi_login", state: "s" });
    expect(url.hash).toBe("#wechat_redirect");
  });

  it("azureadb2c: parameters of the discovered endpoint stay, domain_hint is added", async () => {
    expect(await parameters("azureadb2c", {}, { domain_hint: "contoso.example" })).toMatchObject({ p: "policy", domain_hint: "contoso.example", scope: "openid" });
  });

  it.each<[FakeType, string[], string | undefined]>([
    ["google", ["login", "select_account", "consent"], "consent select_account"],
    ["google", ["login"], "select_account"],
    ["azureadv2", ["none", "consent", "login"], "consent"],
    ["azureadv2", [], undefined],
    ["azureadb2c", ["consent", "login"], "login"],
    ["adfs", ["select_account"], undefined],
    ["apple", ["login"], undefined],
    ["facebook", ["login"], undefined],
    ["linkedin", ["login"], undefined],
  ])("%s passes on of prompt %j: %s", async (type, prompt, expected) => {
    expect((await parameters(type, { prompt })).prompt).toBe(expected);
  });

  it.each<[FakeType, boolean]>([
    ["google", true],
    ["apple", true],
    ["azureadv2", true],
    ["azureadb2c", true],
    ["adfs", true],
    ["facebook", false],
    ["linkedin", false],
  ])("%s can answer by a form: %s", async (type, can) => {
    expect((await parameters(type, { responseMode: "form_post" })).response_mode).toBe(can ? "form_post" : undefined);
  });

  it("a tenant that is no host label reaches no other host", async () => {
    const { ctx } = await projectWith(fake, "azureadb2c", { tenant: "evil.example/#" });
    await expect(social.authorizationUrl(ctx, { alias: "azureadb2c", redirectUri: CALLBACK })).rejects.toMatchObject({ reason: "InvalidConfiguration" });
  });
});

describe("which providers there are", () => {
  const demoItem = () => ({
    key: "sso.oauth.demo_credentials",
    data: { items: [{ provider_config: { alias: "demo", type: "google", client_id: "demo-client" }, client_secret: "demo-secret" }] },
  });
  const secrets = (...aliases: string[]) => ({ key: "sso.oauth.client", data: { items: aliases.map((alias) => ({ alias, client_secret: "s" })) } });

  it("configuration order, without types that the plan disables; status and switches", async () => {
    const providers = [
      fake.config("wechat", { app_type: "mobile" }),
      fake.config("github", { modify_disabled: true }),
      fake.config("google", { credentials_behavior: "use_demo_credentials" }),
      fake.config("facebook", { credentials_behavior: "use_demo_credentials" }),
      fake.config("linkedin"),
    ];
    const { ctx } = await testProject({
      config: { identity: { oauth: { providers } } },
      secrets: [secrets("wechat", "github", "google", "facebook", "linkedin"), demoItem()],
      features: { identity: { oauth: { providers: { linkedin: { disabled: true } } } } },
    });
    const free = { createDisabled: false, deleteDisabled: false };
    expect(social.providers(ctx)).toEqual([
      { alias: "wechat", type: "wechat", status: "active", wechatAppType: "mobile", ...free },
      { alias: "github", type: "github", status: "active", createDisabled: true, deleteDisabled: true },
      { alias: "google", type: "google", status: "using_demo_credentials", ...free },
      { alias: "facebook", type: "facebook", status: "missing_credentials", ...free },
    ]);
    await expect(social.authorizationUrl(ctx, { alias: "linkedin", redirectUri: CALLBACK })).rejects.toSatisfy(oauthProviderNotFound.is);
    await expect(social.authorizationUrl(ctx, { alias: "facebook", redirectUri: CALLBACK })).rejects.toMatchObject({
      reason: "OAuthProviderMissingCredentials",
      status: 400,
      info: { OAuthProviderAlias: "facebook", OAuthProviderType: "facebook" },
    });
    expect(new URL(await social.authorizationUrl(ctx, { alias: "google", redirectUri: CALLBACK })).searchParams.get("client_id")).toBe("demo-client");
  });

  it("an unknown alias, and one whose secret is gone, are not found", async () => {
    const project = await projectWith(fake, "github");
    const bare = project.with({ project: { ...project.project, secrets: {} } });
    for (const [ctx, alias] of [
      [project.ctx, "nobody"],
      [bare, "github"],
    ] as const)
      await expect(social.profile(ctx, { alias, redirectUri: CALLBACK, query: "code=x" })).rejects.toMatchObject({ reason: "OAuthProviderNotFound", status: 404 });
  });

  it("a renamed alias keeps the unique key of an account", async () => {
    fake.setAccount(expectedAccounts.google.account);
    const keys: string[] = [];
    for (const alias of ["google", "renamed"]) {
      const { ctx } = await testProject({
        config: { identity: { oauth: { providers: [fake.config("google", { alias })] } } },
        secrets: [{ key: "sso.oauth.client", data: { items: [{ alias, client_secret: fake.clientSecret("google") }] } }],
      });
      const query = await fake.authorize(await social.authorizationUrl(ctx, { alias, redirectUri: CALLBACK }));
      keys.push((await social.profile(ctx, { alias, redirectUri: CALLBACK, query })).uniqueKey);
    }
    expect(keys[1]).toBe(keys[0]);
  });
});

describe("documents of providers", () => {
  const login = async (project: Awaited<ReturnType<typeof projectWith>>) => {
    fake.setAccount(expectedAccounts.google.account);
    const query = await visitProvider(social, project, { fake, alias: "google" });
    return social.profile(project.ctx, { alias: "google", redirectUri: CALLBACK, query });
  };
  const fetches = (door: string) => fake.calls.filter((call) => call.endsWith(door)).length;

  it("are fetched once in five minutes", async () => {
    const project = await projectWith(fake, "google");
    await login(project);
    await login(project);
    expect([fetches("openid-configuration"), fetches("/keys")]).toEqual([1, 1]);
    const later = new Date(Date.now() + 5 * 60_000 + 5_000);
    await social.authorizationUrl(project.with({ now: () => later }), { alias: "google", redirectUri: CALLBACK });
    expect(fetches("openid-configuration")).toBe(2);
  });

  it("an unknown key makes the key set be fetched again, at most every ten seconds", async () => {
    const project = await projectWith(fake, "google");
    await login(project);
    await fake.keys.rotate();
    await expect(login(project)).rejects.toSatisfy(oauthProtocolError.is);
    expect(fetches("/keys")).toBe(1);
    const soon = new Date(Date.now() + 15_000);
    expect((await login({ ...project, ctx: project.with({ now: () => soon }) })).subjectId).toBe("subject-1");
    expect(fetches("/keys")).toBe(2);
  });

  it("a discovery document that does not exist is a wrong setting; an unreadable one is not kept", async () => {
    const { ctx } = await projectWith(fake, "adfs");
    const ask = () => social.authorizationUrl(ctx, { alias: "adfs", redirectUri: CALLBACK });
    fake.tamper.answer = { at: "openid-configuration", by: (response) => response.writeHead(404).end("{}") };
    await expect(ask()).rejects.toSatisfy(invalidConfiguration.is);
    fake.tamper.answer = { at: "openid-configuration", by: (response) => response.end("nonsense") };
    await expect(ask()).rejects.toSatisfy(oauthProtocolError.is);
    const script = JSON.stringify({ authorization_endpoint: "javascript:alert(1)", token_endpoint: fake.origin, jwks_uri: fake.origin });
    fake.tamper.answer = { at: "openid-configuration", by: (response) => response.end(script) };
    await expect(ask()).rejects.toSatisfy(oauthProtocolError.is);
    fake.reset();
    expect(await ask()).toContain(`${fake.origin}/adfs/authorize`);
  });

  it("loopback is out of reach outside development (server-side request forgery)", async () => {
    const { env } = await testPlatform();
    const strict = new SocialLogin({ ...env, devMode: false } as typeof env, fake.endpoints);
    const { ctx } = await projectWith(fake, "adfs");
    await expect(strict.authorizationUrl(ctx, { alias: "adfs", redirectUri: CALLBACK })).rejects.toSatisfy(oauthProtocolError.is);
    expect(fake.calls).toEqual([]);
    await strict.onApplicationShutdown();
  });
});

describe("special cases of types", () => {
  const profileOf = async (type: FakeType, account: Record<string, unknown>, { more = {}, user }: { more?: Record<string, unknown>; user?: unknown } = {}) => {
    const project = await projectWith(fake, type, more);
    fake.setAccount(account);
    const url = await social.authorizationUrl(project.ctx, { alias: type, redirectUri: CALLBACK, responseMode: "form_post" });
    return social.profile(project.ctx, { alias: type, redirectUri: CALLBACK, query: await fake.authorize(url, user === undefined ? {} : { user }) });
  };

  it("apple: the name of the first consent is in raw profile and claims, its email is not believed", async () => {
    const user = { name: { firstName: "Ada", lastName: "Lovelace" }, email: "victim@example.com" };
    const found = await profileOf("apple", expectedAccounts.apple.account, { user });
    expect(found.rawProfile).toMatchObject({ given_name: "Ada", family_name: "Lovelace", email: "ada@privaterelay.example" });
    expect(found.claims).toMatchObject({ given_name: "Ada", family_name: "Lovelace", email: "ada@privaterelay.example" });
    await expect(profileOf("apple", expectedAccounts.apple.account, { user: "{" })).rejects.toSatisfy(oauthProtocolError.is);
  });

  it("apple: a key that cannot sign is a wrong setting", async () => {
    const project = await projectWith(fake, "apple");
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }) as string;
    for (const client_secret of ["no key", rsa]) {
      const ctx = project.with({ project: { ...project.project, secrets: { "sso.oauth.client": { items: [{ alias: "apple", client_secret }] } } } });
      await expect(social.profile(ctx, { alias: "apple", redirectUri: CALLBACK, query: "code=x" })).rejects.toSatisfy(invalidConfiguration.is);
    }
  });

  it("wechat: sandbox accounts go by openid; the wrong setting is reported", async () => {
    const { unionid, ...sandbox } = expectedAccounts.wechat.account;
    const found = await profileOf("wechat", sandbox, { more: { is_sandbox_account: true } });
    expect([found.subjectId, found.providerKeys]).toEqual(["open-1", { account_id: "gh_fake", is_sandbox_account: "true" }]);
    await expect(profileOf("wechat", { ...sandbox, unionid }, { more: { is_sandbox_account: true } })).rejects.toSatisfy(invalidConfiguration.is);
    await expect(profileOf("wechat", sandbox)).rejects.toSatisfy(invalidConfiguration.is);
  });

  it("wechat: an error of status 200 is the provider's error", async () => {
    const project = await projectWith(fake, "wechat");
    await expect(social.profile(project.ctx, { alias: "wechat", redirectUri: CALLBACK, query: "code=wrong" })).rejects.toMatchObject({
      reason: "OAuthError",
      info: { error: "40029", error_description: "invalid_grant", provider_type: "wechat" },
    });
  });

  it("adfs: upn is required", async () => {
    await expect(profileOf("adfs", { sub: "a", email: "ada@example.com" })).rejects.toSatisfy(oauthProtocolError.is);
  });

  it.each([
    ["NUL", "Ada \0"],
    ["half of a character", "Ada \ud83d"],
  ])("an answer with %s, which nothing can keep, is refused (a login that fails at its end)", async (_what, name) => {
    await expect(profileOf("github", { ...expectedAccounts.github.account, name })).rejects.toSatisfy(oauthProtocolError.is);
    await expect(profileOf("google", { ...expectedAccounts.google.account, name })).rejects.toSatisfy(oauthProtocolError.is);
  });

  it.each([
    ["email", "nobody"],
    ["phone_number", "12"],
  ])("a malformed %s fails the login as an unexpected error, even where none is required", async (name, value) => {
    const error = await profileOf("google", { ...expectedAccounts.google.account, [name]: value }, { more: { claims: { email: { required: false } } } }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toHaveProperty("reason");
    expect(String(error)).not.toContain(value);
  });
});

it("a module finds other addresses in a global module", async () => {
  class Elsewhere {}
  const provider = { provide: ProviderEndpoints, useValue: fake.endpoints };
  const module = await testModule([{ module: Elsewhere, global: true, providers: [provider], exports: [ProviderEndpoints] }], [...SOCIAL_LOGIN_PROVIDERS]);
  const { ctx } = await projectWith(fake, "github");
  expect(await module.get(SocialLogin).authorizationUrl(ctx, { alias: "github", redirectUri: CALLBACK })).toContain(`${fake.origin}/github/`);
  await module.get(SocialLogin).onApplicationShutdown();
  const bare = await testModule([], [...SOCIAL_LOGIN_PROVIDERS]);
  expect(await bare.get(SocialLogin).authorizationUrl(ctx, { alias: "github", redirectUri: CALLBACK })).toContain("https://github.com/login/oauth/authorize?");
  await bare.get(SocialLogin).onApplicationShutdown();
});
