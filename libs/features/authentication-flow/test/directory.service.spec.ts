import { type Directory, SEARCH_ACCOUNT, startDirectory, SUFFIX } from "@gatehouse/service-ldap/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anonymousUser, eventsOf, type FlowRunner, flowRunner, type Seen, usersOf } from "./flow-runner.js";

let directory: Directory;
beforeAll(async () => {
  directory = await startDirectory();
});
afterAll(() => directory.close());

type Json = Record<string, any>;

interface Options {
  authentication?: Json;
  servers?: Json[];
  config?: Json;
  secrets?: { key: string; data: unknown }[];
}

/** A project that signs people in with one directory, or with two. */
function browserWith({ authentication = {}, servers = [{ name: "hq", url: directory.url }], config = {}, secrets = [] }: Options = {}) {
  const common = { base_dn: SUFFIX, search_filter_template: "(uid={{.Username}})", user_id_attribute_name: "uid" };
  return flowRunner({
    authentication: { identities: ["login_id", "ldap"], ...authentication },
    config: { identity: { ldap: { servers: servers.map((server) => ({ ...common, ...server })) } }, ...config },
    secrets: [{ key: "ldap", data: { items: servers.map(({ name }) => ({ name, ...SEARCH_ACCOUNT })) } }, ...secrets],
  });
}

const as = (username: string, password = `${username} secret`, server_name = "hq") => ({ identification: "ldap", server_name, username, password });
const identityOf = (user: Json | undefined): Json => user?.identities.find(({ type }: Json) => type === "ldap");
const signIn = (browser: FlowRunner, input: Json = as("ada")): Promise<Seen> => browser.run("signup_login", [input]);

describe("signing in with a directory", () => {
  it("offers each server by its name, and no challenge whatever the branch says", async () => {
    const steps = [{ type: "identify", one_of: [{ identification: "ldap", bot_protection: { mode: "always" } }] }];
    const browser = await browserWith({
      servers: ["hq", "attic"].map((name) => ({ name, url: directory.url })),
      config: { bot_protection: { enabled: true, provider: { type: "cloudflare", site_key: "k" } }, authentication_flow: { login_flows: [{ name: "own", steps }] } },
      secrets: [{ key: "bot_protection.provider", data: { type: "cloudflare", secret_key: "s" } }],
    });
    expect((await browser.create("login", { name: "own" })).options).toEqual(["hq", "attic"].map((server_name) => ({ identification: "ldap", server_name })));
    expect((await browser.create("login")).options.filter(({ identification }) => identification === "ldap")).toHaveLength(2);
  });

  it("signs up at the first time and logs in afterwards, by the entry and not by the name that was typed", async () => {
    const browser = await browserWith();
    expect(await signIn(browser)).toMatchObject({ finished: true, type: "signup" });
    const [user, ...more] = await usersOf(browser);
    expect(more).toEqual([]);
    expect(user).toMatchObject({ standard_attributes: { email: "ada@example.test", phone_number: "+85298765432", preferred_username: "ada" }, amr: [["pwd"]] });
    expect(identityOf(user).unique_key).toBe("hq:uid:YWRh");
    expect(await signIn(browser.another(), as("ADA", "ada secret"))).toMatchObject({ finished: true, type: "login" });
    expect(await browser.another().run("login", [as("ada")])).toMatchObject({ finished: true });
    expect((await usersOf(browser)).map(({ id, sessions }) => [id, sessions])).toEqual([[user?.id, 3]]);
  });

  it("makes a user by the sign-up flow, and refuses the same entry there again", async () => {
    const browser = await browserWith();
    expect((await browser.run("signup", [as("ada")])).finished).toBe(true);
    expect((await browser.another().run("signup", [as("ada")])).error).toMatchObject({
      reason: "InvariantViolated",
      message: "identity already exists",
      info: { cause: { kind: "DuplicatedIdentity" }, IdentityTypeIncoming: "ldap", IdentityTypeExisting: "ldap", FlowType: "signup" },
    });
  });

  it("of somebody who never signed up is an unknown user at login", async () => {
    const browser = await browserWith();
    const start = await browser.create("login");
    expect(await browser.feed(start.token, as("ada"))).toMatchObject({
      status: 404,
      token: start.token,
      error: { name: "NotFound", reason: "UserNotFound", info: { IdentityTypeIncoming: "ldap", FlowType: "login" } },
    });
    expect(await usersOf(browser)).toEqual([]);
  });

  it("keeps what the directory says now: attributes are replaced at each login", async () => {
    const browser = await browserWith({ servers: [{ name: "hq", url: directory.url, search_filter_template: "(|(uid={{.Username}})(mail={{.Username}}))" }] });
    await signIn(browser);
    await browser.project.db.transaction((tx) =>
      tx.query(`update identity set details = jsonb_set(details, '{ldap,rawEntry}', '{"dn": "stale"}'), claims = '{"email": "stale@example.test"}' where project_id = $1`, [
        browser.ctx.project.id,
      ]),
    );
    expect((await browser.another().run("login", [as("ada@example.test", "ada secret")])).finished).toBe(true);
    const { claims, details } = identityOf((await usersOf(browser))[0]);
    expect(claims).toEqual({ email: "ada@example.test", phone_number: "+85298765432", preferred_username: "ada" });
    expect(details.ldap.lastLoginUsername).toBe("ada@example.test");
    expect(details.ldap.rawEntry.dn).toBe(`uid=ada,ou=people,${SUFFIX}`);
    expect(Object.keys(details.ldap.rawEntry)).not.toContain("userPassword");
  });

  it("asks for the second factor of the generated flow", async () => {
    const browser = await browserWith({
      authentication: { secondary_authenticators: ["password"], secondary_authentication_mode: "required", recovery_code: { disabled: true } },
    });
    const asked = await signIn(browser);
    expect(asked.options.map(({ authentication }) => authentication)).toEqual(["secondary_password"]);
    expect((await browser.feed(asked.token, { authentication: "secondary_password", new_password: "second horse" })).finished).toBe(true);
    const later = await signIn(browser.another());
    expect(later).toMatchObject({ type: "login", action: { type: "authenticate", identification: "ldap" } });
    expect((await browser.another().feed(later.token, { authentication: "secondary_password", password: "second horse" })).finished).toBe(true);
  });

  it("counts as a proof: within the grace period a second factor may be enrolled", async () => {
    const browser = await browserWith({ authentication: { secondary_authenticators: ["password"] } });
    expect((await signIn(browser)).finished).toBe(true);
    const { config } = browser.ctx.project;
    const required = (enabled: boolean) => {
      const authentication = { ...config.authentication, secondary_authentication_mode: "required" as const, secondary_authentication_grace_period: { enabled } };
      const other = browser.another();
      other.ctx = { ...other.ctx, project: { ...other.ctx.project, config: { ...config, authentication } } } as typeof other.ctx;
      return other;
    };
    expect((await required(false).run("login", [as("ada")])).error?.info.cause).toEqual({ kind: "NoAuthenticator" });
    const within = required(true);
    const asked = await within.run("login", [as("ada")]);
    expect(asked.data).toMatchObject({ type: "create_authenticator_data", options: [{ authentication: "secondary_password" }] });
    expect((await within.feed(asked.token, { authentication: "secondary_password", new_password: "second horse" })).finished).toBe(true);
  });

  it("is told apart by the server: the same name elsewhere is somebody else", async () => {
    const servers = ["hq", "attic"].map((name) => ({ name, url: directory.url, user_id_attribute_name: "uid" }));
    const browser = await browserWith({ servers });
    await signIn(browser, as("eve"));
    expect((await browser.another().run("login", [as("eve", "eve secret", "attic")])).error).toMatchObject({ reason: "UserNotFound" });
  });

  it("is no way into the account of who has the address here (account takeover)", async () => {
    const browser = await browserWith();
    await browser.signUp("ada@example.test");
    expect((await signIn(browser.another())).error).toMatchObject({
      reason: "InvariantViolated",
      info: { cause: { kind: "DuplicatedIdentity" }, IdentityTypeIncoming: "ldap", IdentityTypeExisting: "login_id", LoginIDTypeExisting: "email", FlowType: "signup" },
    });
    expect((await browser.another().run("login", [as("ada")])).error).toMatchObject({
      reason: "UserNotFound",
      info: { ExistingIdentities: [{ IdentityType: "login_id", LoginIDType: "email" }] },
    });
    expect((await usersOf(browser)).map(({ identities }) => identities.length)).toEqual([1]);
  });

  it("cannot be the target of one verification: an entry has several addresses", async () => {
    const steps = [
      { type: "identify", name: "who", one_of: [{ identification: "ldap" }] },
      { type: "verify", target_step: "who" },
    ];
    const browser = await browserWith({ config: { authentication_flow: { signup_flows: [{ name: "own", steps }] } } });
    const start = await browser.create("signup", { name: "own" });
    expect((await browser.feed(start.token, as("ada"))).error).toMatchObject({ reason: "AuthenticationFlowInvalidTargetStep", code: 500, info: { target_step: "who" } });
    expect((await browser.feed(start.token, as("bob"))).action, "bob has an address and no number").toMatchObject({
      type: "verify",
      data: { type: "verify_oob_otp_data", channel: "email" },
    });
  });

  it("is not offered in a promotion", async () => {
    const browser = await browserWith();
    const { hint } = await anonymousUser(browser);
    const start = await browser.create("promote", { urlQuery: hint });
    expect(start.options).toEqual([{ identification: "email" }]);
  });
});

describe("what a directory refuses", () => {
  it.each<[string, string, string]>([
    ["a wrong password", "ada", "wrong"],
    ["nobody's name", "nobody", "ada secret"],
    ["an entry without password", "nopassword", "x"],
    ["a name that closes the filter", "*)(uid=*", "ada secret"],
  ])("is one answer: %s", async (_, username, password) => {
    const browser = await browserWith();
    const start = await browser.create("login");
    const refused = await browser.feed(start.token, as(username, password));
    expect(refused).toMatchObject({ status: 401, token: start.token });
    expect(refused.error).toMatchObject({ name: "Unauthorized", reason: "InvalidCredentials", info: { AuthenticationType: "password", FlowType: "login" } });
    expect((await eventsOf(browser)).map(({ type }) => type)).not.toContain("user.created");
  });

  it("counts against the limit of passwords (guessing)", async () => {
    const browser = await browserWith({ authentication: { rate_limits: { password: { per_ip: { enabled: true, period: "1m", burst: 2 } } } } });
    const start = await browser.create("login");
    for (let guess = 0; guess < 2; guess += 1) expect((await browser.feed(start.token, as("ada", "wrong"))).status).toBe(401);
    expect((await browser.feed(start.token, as("ada", "wrong"))).error).toMatchObject({ reason: "RateLimited", info: { rate_limit_name: "authentication.password" } });
  });

  it.each<[string, Json]>([
    ["an unknown server", as("ada", "ada secret", "nosuch")],
    ["no server", { identification: "ldap", username: "ada", password: "ada secret" }],
    ["an empty name", as("", "x")],
    ["an empty password (unauthenticated bind)", as("ada", "")],
    ["a password that is no text", { ...as("ada"), password: 1 }],
  ])("is invalid without asking it: %s", async (_, input) => {
    const browser = await browserWith({ servers: [{ name: "hq", url: "ldap://127.0.0.1:1" }] });
    expect(await browser.run("login", [input])).toMatchObject({ status: 400, error: { name: "Invalid", reason: "ValidationFailed", message: "invalid value" } });
  });

  it("is an error of the server when it is down: nothing is told, and the state stays", async () => {
    const gone = await startDirectory();
    await gone.close();
    const browser = await browserWith({ servers: [{ name: "hq", url: gone.url }] });
    const start = await browser.create("signup_login");
    const failed = await browser.feed(start.token, as("ada", "hunter2 hunter2"));
    expect(failed).toMatchObject({ status: 500, token: start.token });
    expect(failed.error).toEqual({
      name: "InternalError",
      reason: "UnexpectedError",
      message: "unexpected error occurred",
      code: 500,
      tracking_id: expect.any(String),
      info: { FlowType: "signup_login" },
    });
    expect(await usersOf(browser)).toEqual([]);
  });
});
