import { sha256Hex } from "@gatehouse/platform-crypto";
import { AuthenticationInfos, AuthorizationSessions } from "@gatehouse/record-grants";
import { type FakeProvider, startFakeProvider } from "@gatehouse/service-social-login/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { anonymousUser, CODE, eventsOf, type FlowRunner, flowModule, flowRunner, PASSWORD, type Seen, usersOf } from "./flow-runner.js";

const REDIRECT = "http://app.test/callback";
const PRE_AUTHENTICATED = "https://authgear.com/scopes/pre-authenticated-url";
const off = { enabled: false };
const identify = (login_id: string, identification = "email") => ({ identification, login_id });
const enter = { authentication: "primary_password", password: PASSWORD };
const choose = { authentication: "primary_password", new_password: PASSWORD };
const password = { type: "authenticate", one_of: [{ authentication: "primary_password" }] };
const profile = { type: "fill_in_user_profile", user_profile: [{ pointer: "/given_name", required: true }] };

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.reset();
  provider.setAccount({ sub: "s1", upn: "ann@corp.test", email: "ann@example.com", name: "Ann" });
});

/** A project with a social login provider, whose sign-ups ask for a name at the end. */
function social(): Promise<FlowRunner> {
  const email = { identification: "email", steps: [{ type: "create_authenticator", one_of: [{ authentication: "primary_password" }] }] };
  const steps = [{ type: "identify", one_of: [{ identification: "oauth" }, email] }, profile];
  return flowRunner({
    authentication: { identities: ["oauth", "login_id"] },
    secrets: [{ key: "sso.oauth.client", data: { items: [{ alias: "corp", client_secret: provider.clientSecret("adfs") }] } }],
    config: { identity: { oauth: { providers: [provider.config("adfs", { alias: "corp" })] } }, authentication_flow: { signup_flows: [{ name: "default", steps }] } },
  });
}

async function visit(browser: FlowRunner): Promise<Seen> {
  const going = await browser.run("signup", [{ identification: "oauth", alias: "corp", redirect_uri: REDIRECT }]);
  return browser.feed(going.token, { query: await provider.authorize(going.data.oauth_authorization_url) });
}

const NAME = { attributes: [{ pointer: "/given_name", value: "Ann" }] };

describe("an address that somebody else has taken by another kind of identity while a sign-up was under way", () => {
  it("is refused at the end: a login id and a social login never share one (account takeover by address)", async () => {
    const browser = await social();
    const late = [await visit(browser), await browser.another().run("signup", [identify("ann@example.com"), choose])];
    expect(late.map(({ action }) => action.type)).toEqual(["fill_in_user_profile", "fill_in_user_profile"]);
    const first = await browser.another().feed(late[1]?.token as string, NAME);
    expect(first.finished).toBe(true);
    const refused = await browser.feed(late[0]?.token as string, NAME);
    expect(refused.error).toMatchObject({ name: "Invalid", reason: "InvariantViolated", code: 400 });
    expect(refused.error?.info).toEqual({
      cause: { kind: "DuplicatedIdentity" },
      IdentityTypeIncoming: "oauth",
      OAuthProviderTypeIncoming: "adfs",
      IdentityTypeExisting: "login_id",
      LoginIDTypeExisting: "email",
      ExistingIdentities: [{ IdentityType: "login_id", LoginIDType: "email" }],
    });
    expect(await usersOf(browser)).toHaveLength(1);
  });

  it("is refused from the other side, too", async () => {
    const browser = await social();
    const late = await browser.run("signup", [identify("ann@example.com"), choose]);
    expect((await browser.another().feed((await visit(browser.another())).token, NAME)).finished).toBe(true);
    expect((await browser.feed(late.token, NAME)).error?.info).toMatchObject({ IdentityTypeIncoming: "login_id", IdentityTypeExisting: "oauth" });
    expect(await usersOf(browser)).toHaveLength(1);
  });

  it("has one owner when both finish at the same time", async () => {
    for (let round = 0; round < 3; round += 1) {
      const browser = await social();
      const runs = [await visit(browser), await browser.another().run("signup", [identify("ann@example.com"), choose])];
      const done = await Promise.all(runs.map(({ token }) => browser.another().feed(token, NAME)));
      expect(done.filter(({ finished }) => finished)).toHaveLength(1);
      expect(done.find(({ finished }) => !finished)?.error?.info.cause).toEqual({ kind: "DuplicatedIdentity" });
      expect(await usersOf(browser)).toHaveLength(1);
    }
  });

  it("is refused to the promotion of a guest", async () => {
    const browser = await flowRunner();
    const { hint } = await anonymousUser(browser);
    const late = await browser.run("promote", [identify("ann@example.com")], { urlQuery: hint });
    await browser.another().signUp("ann@example.com");
    const refused = await browser.feed(late.token, choose);
    expect(refused.error?.info).toMatchObject({ cause: { kind: "DuplicatedIdentity" }, IdentityTypeIncoming: "login_id" });
    expect(refused.error?.info.ExistingIdentities).toBeUndefined();
    expect((await usersOf(browser)).map(({ identities }) => identities.map((one: { type: string }) => one.type))).toEqual([["anonymous"], ["login_id"]]);
  });
});

describe("authenticators that two runs of a user make", () => {
  it("are one, where they are made on the way", async () => {
    const code = { type: "authenticate", one_of: [{ authentication: "primary_oob_otp_email", target_step: "who" }] };
    const steps = [{ type: "identify", name: "who", one_of: [{ identification: "email" }] }, code, password];
    const browser = await flowRunner({
      authentication: { rate_limits: { general: { per_ip: off }, oob_otp: { email: { trigger_cooldown: "1ms" } } } },
      config: { authentication_flow: { login_flows: [{ name: "own", steps }] } },
    });
    await browser.signUp("ann@example.com");
    const prove = [identify("ann@example.com"), { authentication: "primary_oob_otp_email", index: 0 }, { code: CODE }];
    const runs = [await browser.another().run("login", prove, { name: "own" }), await browser.another().run("login", prove, { name: "own" })];
    const done = await Promise.all(runs.map(({ token }) => browser.another().feed(token, enter)));
    expect(done.map(({ finished }) => finished)).toEqual([true, true]);
    expect((await usersOf(browser))[0]?.authenticators.map((one: { type: string }) => one.type)).toEqual(["password", "oob_otp_email"]);
  });

  it("are refused to the second, where they are enrolled", async () => {
    const browser = await flowRunner({
      authentication: {
        secondary_authenticators: ["oob_otp_email"],
        secondary_authentication_mode: "required",
        secondary_authentication_grace_period: { enabled: true },
        recovery_code: { disabled: true },
        rate_limits: { general: { per_ip: off }, oob_otp: { email: { trigger_cooldown: "1ms" } } },
      },
      config: {
        authentication_flow: {
          signup_flows: [
            {
              name: "bare",
              steps: [
                { type: "identify", one_of: [{ identification: "email" }] },
                { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] },
              ],
            },
          ],
        },
      },
    });
    await browser.another().run("signup", [identify("ann@example.com"), choose], { name: "bare" });
    const enrol = [identify("ann@example.com"), enter, { authentication: "secondary_oob_otp_email", target: "second@example.com" }];
    const runs = [await browser.another().run("login", enrol), await browser.another().run("login", enrol)];
    expect((await browser.another().feed(runs[0]?.token as string, { code: CODE })).finished).toBe(true);
    // The code of the second sending: the first one's is spent.
    const again = await browser.another().feed(runs[1]?.token as string, { resend: true });
    const refused = await browser.another().feed(again.token, { code: CODE });
    expect(refused.error).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "DuplicatedAuthenticator", AuthenticatorType: "oob_otp_email" } } });
    expect((await usersOf(browser))[0]?.authenticators).toHaveLength(2);
  });
});

describe("a promotion", () => {
  it("promotes once: a second run of the same code adds nothing to the account (stolen promotion code)", async () => {
    const browser = await flowRunner({
      config: { authentication_flow: { promote_flows: [{ name: "default", steps: [{ type: "identify", one_of: [{ identification: "email" }] }, profile] }] } },
    });
    const { userId, hint } = await anonymousUser(browser);
    const [ann, eve] = [browser.another(), browser.another()];
    const runs = [await ann.run("promote", [identify("ann@example.com")], { urlQuery: hint }), await eve.run("promote", [identify("eve@example.com")], { urlQuery: hint })];
    expect((await ann.feed(runs[0]?.token as string, NAME)).finished).toBe(true);
    const refused = await eve.feed(runs[1]?.token as string, NAME);
    expect(refused).toMatchObject({ error: { reason: "InvalidCredentials" }, cookies: {} });
    const [user] = await usersOf(browser);
    expect(user).toMatchObject({ id: userId, sessions: 1 });
    expect(user?.identities.map((one: { login_id: string }) => one.login_id)).toEqual(["ann@example.com"]);
    expect((await eventsOf(browser)).filter(({ type }) => type === "user.anonymous.promoted")).toHaveLength(1);
  });

  it("that goes on as somebody's account leaves nothing there of what the guest did", async () => {
    const steps = [
      { type: "identify", one_of: [{ identification: "username" }] },
      profile,
      { type: "view_recovery_code" },
      { type: "identify", one_of: [{ identification: "email" }] },
    ];
    const browser = await flowRunner({
      config: { identity: { login_id: { keys: [{ type: "email" }, { type: "username" }] } }, authentication_flow: { promote_flows: [{ name: "default", steps }] } },
    });
    await browser.another().signUp("ann@example.com");
    const { hint } = await anonymousUser(browser);
    const guest = [identify("annie", "username"), NAME, { confirm_recovery_code: true }, identify("ann@example.com")];
    const asked = await browser.run("promote", guest, { urlQuery: hint });
    expect(asked).toMatchObject({ type: "login", action: { type: "authenticate", identification: "email" } });
    expect((await browser.feed(asked.token, enter)).finished).toBe(true);
    const [ann] = await usersOf(browser);
    expect(ann).toMatchObject({ standard_attributes: { email: "ann@example.com" }, recovery_codes: 0 });
    expect(ann?.standard_attributes.given_name).toBeUndefined();
  });
});

it("a user who is deleted while his login finishes is not there, and no event says that he came", async () => {
  const browser = await flowRunner();
  await browser.signUp("ann@example.com");
  const asked = await browser.another().run("login", [identify("ann@example.com")]);
  let finishing: Promise<Seen> | undefined;
  await browser.project.db.transaction(async (tx) => {
    await tx.query("delete from auth_user where project_id = $1", [browser.ctx.project.id]);
    finishing = browser.another().feed(asked.token, enter);
    await new Promise((resolve) => setTimeout(resolve, 500));
  });
  expect(await finishing).toMatchObject({ finished: false, error: { reason: "UserNotFound" }, cookies: {} });
  expect((await eventsOf(browser)).map(({ type }) => type)).not.toContain("user.authenticated");
});

describe("the session that select_account goes on with", () => {
  const steps = [
    {
      type: "identify",
      one_of: [
        { identification: "select_account", steps: [password] },
        { identification: "email", steps: [password] },
      ],
    },
  ];
  const own = { authentication_flow: { login_flows: [{ name: "own", steps }] } };

  it("must still be there at the end of the flow", async () => {
    const browser = await flowRunner({ config: own });
    await browser.signUp("ann@example.com");
    const asked = await browser.run("login", [{ identification: "select_account", index: 0 }], { name: "own" });
    // The browser's next login ends its former session.
    expect((await browser.run("login", [identify("ann@example.com"), enter])).finished).toBe(true);
    const refused = await browser.feed(asked.token, enter);
    expect(refused.error).toMatchObject({ name: "Unauthorized", reason: "SelectAccountSessionChanged", code: 401 });
    expect(refused.action.type).toBe("authenticate");
  });

  it("is the app's own, when a token named it, however many steps follow", async () => {
    const browser = await flowRunner({ config: { ...own, oauth: { clients: [{ client_id: "app", name: "app", x_application_type: "spa", redirect_uris: [REDIRECT] }] } } });
    await browser.another().signUp("ann@example.com");
    const grantId = await grantWithToken(browser, { userId: (await usersOf(browser))[0]?.id, token: "access-token" });
    const { id } = await module.get(AuthorizationSessions).create(browser.ctx, { client_id: "app", redirect_uri: REDIRECT });
    const start = await browser.create("login", { name: "own", authorization: "Bearer access-token", urlQuery: `x_ref=${id}` });
    expect(start.options[0]).toMatchObject({ identification: "select_account", display_name: "ann@example.com" });
    const asked = await browser.feedAs("Bearer access-token", start.token, { identification: "select_account", index: 0 });
    const done = await browser.feed(asked.token, enter);
    expect(done).toMatchObject({ finished: true, cookies: {} });
    const code = new URL(done.data.finish_redirect_uri).searchParams.get("code") as string;
    expect(await module.get(AuthenticationInfos).get(browser.ctx, code)).toMatchObject({ session: { type: "offline_grant", id: grantId }, amr: ["pwd"], continued: true });
  });

  let module: Awaited<ReturnType<typeof flowModule>>;
  beforeAll(async () => {
    module = await flowModule();
  });
});

/** A grant of the client `app` with one access token, which may open pages without a login. */
async function grantWithToken(browser: FlowRunner, { userId, token }: { userId: string; token: string }): Promise<string> {
  const id = browser.ctx.newId();
  const access = JSON.stringify({ time: new Date().toISOString(), ip: "1.1.1.1", user_agent: "t" });
  const scopes = ["openid", PRE_AUTHENTICATED];
  await browser.project.db.transaction((tx) =>
    tx.query(
      `with g as (insert into offline_grant (project_id, id, user_id, initial_client_id, sso_enabled, amr, created_at, authenticated_at, initial_access, last_access, last_access_at)
         values ($1, $2, $3, 'app', false, '{pwd}', now(), now(), $4, $4, now()) returning *),
       c as (insert into client_authorization (project_id, id, user_id, client_id, scopes, created_at, updated_at) select project_id, id, user_id, 'app', $5, now(), now() from g returning id),
       r as (insert into refresh_token (project_id, grant_id, initial_hash, current_hash, client_id, authorization_id, scopes, created_at, last_access_at)
         select g.project_id, g.id, 'h', 'h', 'app', c.id, $5, now(), now() from g, c)
       insert into access_grant (project_id, token_hash, user_id, client_id, authorization_id, session_id, session_kind, initial_refresh_token_hash, scopes, created_at, expire_at)
       select g.project_id, $6, g.user_id, 'app', c.id, g.id, 'offline_grant', 'h', $5, now(), now() + interval '1 hour' from g, c`,
      [browser.ctx.project.id, id, userId, access, scopes, sha256Hex(token)],
    ),
  );
  return id;
}
