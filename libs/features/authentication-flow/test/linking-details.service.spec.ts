import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type FakeProvider, startFakeProvider } from "@gatehouse/service-social-login/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CODE, type FlowRunner, flowRunner, PASSWORD, usersOf } from "./flow-runner.js";

type Json = Record<string, any>;

const REDIRECT = "http://app.test/callback";
const ACCOUNT = { sub: "s1", upn: "ann@corp.test", email: "ann@example.com", name: "Ann" };
const ANN = { identification: "email", login_id: "ann@example.com" };

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
  provider.setAccount(ACCOUNT);
});
afterAll(() => provider.close());

/** A project with two providers of one type, which links accounts by their email addresses. */
function linking(hook: Json = {}): Promise<FlowRunner> {
  const aliases = ["first", "second"];
  const item = { user_profile: { pointer: "/email" }, action: "login_and_link" };
  return flowRunner({
    authentication: { identities: ["oauth", "login_id"] },
    secrets: [
      { key: "sso.oauth.client", data: { items: aliases.map((alias) => ({ alias, client_secret: provider.clientSecret("adfs") })) } },
      { key: "webhook", data: { keys: [{ kid: "w", kty: "oct", k: Buffer.from("secret").toString("base64url") }] } },
    ],
    config: {
      identity: { oauth: { providers: aliases.map((alias) => provider.config("adfs", { alias })) } },
      account_linking: { login_id: [{ key: "email", ...item }], oauth: [{ alias: "first", oauth_claim: { pointer: "/email" }, ...item }] },
      hook,
    },
  });
}

/** Signs up at a provider, as far as it goes. */
async function atProvider(browser: FlowRunner, alias: string) {
  const going = await browser.run("signup", [{ identification: "oauth", alias, redirect_uri: REDIRECT }]);
  return browser.feed(going.token, { query: await provider.authorize(going.data.oauth_authorization_url) });
}

it("an address that the provider tells at a login, and that it did not tell before, is proven as at the first time and takes the place of the old one; the rest of the profile stays", async () => {
  const browser = await linking();
  await atProvider(browser, "first");
  provider.setAccount({ sub: "s1", upn: "ann@corp.test", email: "ann@new.example.com", name: "Anna" });
  try {
    const again = browser.another();
    const going = await again.run("login", [{ identification: "oauth", alias: "first", redirect_uri: REDIRECT }]);
    expect((await again.feed(going.token, { query: await provider.authorize(going.data.oauth_authorization_url) })).finished).toBe(true);
  } finally {
    provider.setAccount(ACCOUNT);
  }
  const [user] = await usersOf(browser);
  expect(user?.identities).toMatchObject([{ claims: { email: "ann@new.example.com" } }]);
  expect(user?.verified).toEqual([{ name: "email", value: "ann@new.example.com" }]);
  expect(user?.standard_attributes).toMatchObject({ email: "ann@new.example.com", name: "Ann" });
});

describe("account linking", () => {
  it("sends the owner to the very provider he came from, not to another of its type", async () => {
    const browser = await linking();
    const done = await atProvider(browser.another(), "second");
    expect(done.finished, JSON.stringify(done.error)).toBe(true);
    const offered = await browser.run("signup", [ANN]);
    expect(offered.options).toEqual([
      { identification: "oauth", action: "login_and_link", masked_display_name: "a**@example.com", provider_type: "adfs", alias: "second", provider_status: "active" },
    ]);
    expect((await browser.feed(offered.token, { index: 0, redirect_uri: REDIRECT })).data).toMatchObject({ type: "oauth_data", alias: "second" });
  });

  it("asks no second code for an address that its owner has proven before", async () => {
    const item = { name: "o", alias: "corp", oauth_claim: { pointer: "/email" }, user_profile: { pointer: "/email" }, action: "login_and_link" };
    const steps = [
      { type: "identify", name: "i", one_of: [{ identification: "oauth", account_linking: { oauth: [{ name: "o", login_flow: "default" }] } }] },
      { type: "verify", target_step: "i" },
    ];
    const browser = await flowRunner({
      authentication: { identities: ["oauth", "login_id"] },
      secrets: [{ key: "sso.oauth.client", data: { items: [{ alias: "corp", client_secret: provider.clientSecret("adfs") }] } }],
      config: {
        identity: { oauth: { providers: [provider.config("adfs", { alias: "corp", claims: { email: { assume_verified: false } } })] } },
        account_linking: { oauth: [item] },
        authentication_flow: { signup_flows: [{ name: "own", steps }] },
        verification: { claims: { email: { enabled: true, required: true } } },
      },
    });
    const code = { code: CODE };
    expect((await browser.another().run("signup", [ANN, code, { authentication: "primary_password", new_password: PASSWORD }])).finished).toBe(true);
    const going = await browser.run("signup", [{ identification: "oauth", alias: "corp", redirect_uri: REDIRECT }], { name: "own" });
    const offered = await browser.feed(going.token, { query: await provider.authorize(going.data.oauth_authorization_url) });
    const asked = await browser.feed(offered.token, { index: 0 });
    const done = await browser.feed(asked.token, { authentication: "primary_password", password: PASSWORD });
    expect(done.finished, JSON.stringify(done.error ?? done.action)).toBe(true);
  });

  it("has nothing to offer to who came from a provider that is gone: the address is taken", async () => {
    const browser = await linking();
    await atProvider(browser.another(), "second");
    const { config } = browser.ctx.project;
    const without = { ...config, identity: { ...config.identity, oauth: { ...config.identity.oauth, providers: [] } } };
    browser.ctx = { ...browser.ctx, project: { ...browser.ctx.project, config: without } } as typeof browser.ctx;
    const refused = await browser.run("signup", [ANN]);
    expect(refused.error).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "DuplicatedIdentity" }, IdentityTypeExisting: "oauth", FlowType: "signup" } });
  });

  it("tells blocking handlers of both identifications: who logs in, and what becomes his", async () => {
    const heard: Json[] = [];
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      heard.push(JSON.parse(body).payload);
      response.end(JSON.stringify({ is_allowed: true }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const browser = await linking({ blocking_handlers: [{ event: "authentication.post_identified", url }] });
      await browser.another().signUp("ann@example.com");
      heard.splice(0);
      const offered = await atProvider(browser, "first");
      const asked = await browser.feed(offered.token, { index: 0 });
      expect((await browser.feed(asked.token, { authentication: "primary_password", password: PASSWORD })).finished).toBe(true);
      const told = heard.map(({ identification, authentication_context: { authentication_flow: flow, user } }) => [flow.type, identification.identification, user.id]);
      const id = heard[0]?.authentication_context.user.id;
      expect(told).toEqual([
        ["login", "email", id],
        ["signup", "oauth", id],
      ]);
      expect(heard[1]?.identification.identity).toMatchObject({ type: "oauth", claims: { email: "ann@example.com" } });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe("what a sign-up did before it was linked to somebody's account", () => {
  const second = { type: "create_authenticator", one_of: [{ authentication: "secondary_password" }] };
  const before = [
    { type: "identify", one_of: [{ identification: "username" }] },
    { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] },
    { type: "fill_in_user_profile", user_profile: [{ pointer: "/given_name", required: true }] },
  ];
  const typed = [
    { identification: "username", login_id: "annie" },
    { authentication: "primary_password", new_password: PASSWORD },
    { attributes: [{ pointer: "/given_name", value: "Mallory" }] },
  ];
  const address = { type: "identify", one_of: [{ identification: "email" }] };
  const SECOND = { authentication: "secondary_password", new_password: "second horse" };

  async function linked(steps: Json[], inputs: Json[], own: Json[]): Promise<Json | undefined> {
    const keys = [{ type: "email" }, { type: "username" }];
    const browser = await flowRunner({
      authentication: { secondary_authenticators: ["password"], secondary_authentication_mode: "disabled" },
      config: {
        identity: { login_id: { keys } },
        account_linking: { login_id: [{ key: "email", user_profile: { pointer: "/email" }, action: "login_and_link" }] },
        authentication_flow: {
          signup_flows: [
            { name: "default", steps },
            { name: "own", steps: own },
          ],
        },
      },
    });
    const second = own.length > 2 ? [SECOND, { confirm_recovery_code: true }] : [];
    await browser.another().run("signup", [{ identification: "username", login_id: "ann" }, typed[1] as Json, ...second], { name: "own" });
    const [ann] = await usersOf(browser);
    await browser.project.db.transaction((tx) =>
      tx.query('update identity set claims = claims || \'{"email": "ann@example.com"}\' where project_id = $1', [browser.ctx.project.id]),
    );
    const offered = await browser.run("signup", [...inputs, ANN]);
    expect(offered.data.type, JSON.stringify(offered.error)).toBe("account_linking_identification_data");
    const asked = await browser.feed(offered.token, { index: 0 });
    expect((await browser.feed(asked.token, { authentication: "primary_password", password: PASSWORD })).finished).toBe(true);
    const users = await usersOf(browser);
    expect(users.map(({ id }) => id)).toEqual([ann?.id]);
    return users[0];
  }

  it("leaves his profile and his recovery codes as they are", async () => {
    const codes = { type: "view_recovery_code" };
    const own = [before[0] as Json, before[1] as Json, second, codes];
    const user = await linked([...before, second, codes, address], [...typed, SECOND, { confirm_recovery_code: true }], own);
    expect(user?.standard_attributes.given_name).toBeUndefined();
    expect(user).toMatchObject({ recovery_codes: 16 });
    expect(user?.authenticators).toHaveLength(2);
  });

  it("gives him the recovery codes that came with his first second factor", async () => {
    const steps = [...before, second, { type: "view_recovery_code" }, address];
    const user = await linked(steps, [...typed, SECOND, { confirm_recovery_code: true }], before.slice(0, 2));
    expect(user).toMatchObject({ recovery_codes: 16 });
    expect(user?.authenticators.map((one: Json) => one.kind).sort()).toEqual(["primary", "secondary"]);
  });
});
