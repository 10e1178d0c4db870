import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FakeProvider, startFakeProvider } from "@gatehouse/service-social-login/testing";
import { amrOf, HostedBrowser, PASSWORD, signUp } from "./hosted-browser.js";

type Json = Record<string, any>;

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.reset();
  provider.setAccount({ sub: "s1", upn: "ann@corp.test", email: "ann@example.com", name: "Ann" });
});

/** A browser of a project with two providers of one type. */
function social({ config = {}, more = {} }: { config?: Json; more?: Json } = {}): Promise<HostedBrowser> {
  const providers = ["corp", "second"].map((alias) => provider.config("adfs", { alias, ...more }));
  const items = ["corp", "second"].map((alias) => ({ alias, client_secret: provider.clientSecret("adfs") }));
  return HostedBrowser.of({
    authentication: { identities: ["oauth", "login_id"] },
    secrets: [{ key: "sso.oauth.client", data: { items } }],
    config: { identity: { login_id: { keys: [{ type: "email" }] }, oauth: { providers } }, ...config },
  });
}

/** What the person does at the provider, and the form that brings him back: it comes from another site, and without cookies of `SameSite=Lax`. */
async function visit(browser: HostedBrowser, choice = {}): Promise<HostedBrowser> {
  const { left } = browser;
  if (!left || left.origin !== provider.origin) throw new Error(`the browser is at ${left?.href ?? browser.url}: ${browser.alert}`);
  const answer = await provider.authorize(left.href, choice);
  return browser.send("/sso/oauth2/callback/corp", Object.fromEntries(new URLSearchParams(answer)));
}

async function byCorp(browser: HostedBrowser, page = "/login"): Promise<HostedBrowser> {
  await browser.open(page);
  await browser.press("Continue with ADFS (corp)");
  return visit(browser);
}

describe("social login", () => {
  it("makes a user of who is new and knows him again, from either page", async () => {
    const browser = await byCorp(await social());
    expect([browser.path, browser.page]).toEqual(["/settings", expect.stringContaining("ann@example.com")]);
    expect(browser.client.jar.signed_up).toBe("true");
    for (const page of ["/login", "/signup"]) {
      const later = await byCorp(await browser.another(), page);
      expect([later.path, await amrOf(later)]).toEqual(["/settings", ""]);
    }
    const users = await browser.client.project.db.read((tx) => tx.query("select id from auth_user where project_id = $1", [browser.client.project.project.id]));
    expect(users).toHaveLength(1);
  });

  it("goes to the provider with a state and comes back by form", async () => {
    const browser = await social();
    await browser.open("/login");
    await browser.press("Continue with ADFS (corp)");
    const asked = browser.left?.searchParams;
    expect(Object.fromEntries(asked ?? [])).toMatchObject({
      response_mode: "form_post",
      redirect_uri: `http://${browser.client.project.host}/sso/oauth2/callback/corp`,
      state: expect.stringMatching(/^\w{32}$/),
    });
  });

  it("shows on the page it began at what went wrong", async () => {
    const browser = await social();
    await browser.open("/login?state=kept");
    await browser.press("Continue with ADFS (corp)");
    await visit(browser, { deny: "access_denied" });
    expect([browser.path, browser.alert]).toEqual(["/login", "The sign-in at the other site was cancelled."]);
    expect(browser.url).toContain("state=kept");
    await browser.press("Continue with ADFS (corp)");
    await visit(browser);
    expect(browser.path).toBe("/settings");
  });

  it("says that the address belongs to an account", async () => {
    const browser = await social();
    await signUp(await browser.another(), "ann@example.com");
    await byCorp(browser, "/signup");
    expect([browser.path, browser.alert]).toEqual(["/signup", "An account with this login already exists."]);
  });

  it("takes a state once, for its provider, from the browser that left (login by force)", async () => {
    const browser = await social();
    await browser.open("/login");
    await browser.press("Continue with ADFS (corp)");
    const answer = Object.fromEntries(new URLSearchParams(await provider.authorize((browser.left as URL).href)));
    const victim = await browser.another();
    await victim.open("/login");
    await victim.send("/sso/oauth2/callback/corp", answer);
    expect([victim.status, victim.title, await amrOf(victim)]).toEqual([400, "Something went wrong", undefined]);
    await browser.send("/sso/oauth2/callback/corp", answer);
    expect([browser.status, browser.page]).toEqual([400, "invalid state"]);
    for (const state of ["", "nosuch", "0".repeat(32)]) expect((await browser.send("/sso/oauth2/callback/corp", { code: "x", state })).status).toBe(400);
    await browser.open("/login");
    await browser.press("Continue with ADFS (corp)");
    const other = Object.fromEntries(new URLSearchParams(await provider.authorize((browser.left as URL).href)));
    expect((await browser.send("/sso/oauth2/callback/second", other)).page).toBe("invalid state");
  });

  it("begins at once when the application names the provider, and not again after a failure", async () => {
    const browser = await social();
    await browser.open(browser.authorization({ x_oauth_provider_alias: "corp" }));
    expect(browser.left?.origin).toBe(provider.origin);
    await visit(browser, { deny: "access_denied" });
    expect([browser.path, browser.alert]).toEqual(["/login", "The sign-in at the other site was cancelled."]);
    await browser.press("Continue with ADFS (corp)");
    await visit(browser);
    expect([browser.left?.host, browser.left?.searchParams.has("code")]).toEqual(["app.test", true]);
  });

  it("warns of a provider without credentials of its own", async () => {
    const providers = [provider.config("adfs", { alias: "demo", credentials_behavior: "use_demo_credentials" })];
    const secrets = [{ key: "sso.oauth.client", data: { items: [{ alias: "demo", client_secret: "" }] } }];
    const browser = await HostedBrowser.of({ authentication: { identities: ["oauth", "login_id"] }, secrets, config: { identity: { oauth: { providers } } } });
    await browser.open("/login");
    await browser.press("Continue with ADFS (Demo)");
    expect([browser.at, browser.title]).toEqual(["oauth_provider_missing_credential", "Not set up yet"]);
  });
});

describe("an account that exists already", () => {
  const account_linking = {
    oauth: [{ name: "o", alias: "corp", oauth_claim: { pointer: "/email" }, user_profile: { pointer: "/email" }, action: "login_and_link" }],
    login_id: [{ name: "l", key: "email", user_profile: { pointer: "/email" }, action: "login_and_link" }],
  };
  const identitiesOf = ({ client: { project } }: HostedBrowser) =>
    project.db.read((tx) => tx.query<{ type: string }>("select type from identity where project_id = $1 order by created_at", [project.project.id]));

  it("is linked after a login by its password", async () => {
    const browser = await social({ config: { account_linking } });
    await signUp(await browser.another(), "ann@example.com");
    await byCorp(browser, "/signup");
    expect([browser.at, browser.title, browser.buttons]).toEqual(["account_linking", "You have an account already", ["Continue with a**@example.com"]]);
    await browser.send(browser.url, { x_index: "5" });
    expect([browser.at, browser.alert]).toEqual(["account_linking", "Please fill in this field."]);
    await browser.press("Continue with a**@example.com");
    expect(browser.at).toBe("enter_password");
    await browser.press("Sign in", { x_password: "wrong" });
    expect(browser.alert).toBe("The password is not correct.");
    await browser.press("Sign in", { x_password: PASSWORD });
    expect(browser.path).toBe("/settings");
    expect((await identitiesOf(browser)).map(({ type }) => type)).toEqual(["login_id", "oauth"]);
    expect((await byCorp(await browser.another())).path).toBe("/settings");
  });

  it("is linked after a visit of its provider", async () => {
    const browser = await social({ config: { account_linking } });
    await byCorp(await browser.another());
    await browser.open("/signup");
    await browser.press("Continue", { q_login_id: "ann@example.com" });
    expect([browser.at, browser.buttons]).toEqual(["account_linking", ["Continue with ADFS (a**@example.com)"]]);
    await browser.press("Continue with ADFS (a**@example.com)");
    await visit(browser, { deny: "access_denied" });
    expect([browser.at, browser.alert]).toEqual(["account_linking", "The sign-in at the other site was cancelled."]);
    await browser.press("Continue with ADFS (a**@example.com)");
    await visit(browser);
    expect(browser.at).toBe("create_password");
    await browser.press("Continue", { x_password: PASSWORD, x_confirm_password: PASSWORD });
    expect(browser.path).toBe("/settings");
    expect((await identitiesOf(browser)).map(({ type }) => type)).toEqual(["oauth", "login_id"]);
  });
});
