import { type FakeProvider, startFakeProvider } from "@gatehouse/service-social-login/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Reply } from "./auth-client.js";
import { CODE, PASSWORD } from "./hosted-browser.js";
import { appToken, begin, expectDone, identities, request, signedIn } from "./settings-action-helpers.js";

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.reset();
  provider.setAccount({ sub: "s1", upn: "ann@corp.test", email: "ann@corp.test", name: "Ann" });
});

describe("the request of a settings action", () => {
  it("leads to the page with an app session, and drops x_ref on the way", async () => {
    const app = await signedIn(provider);
    const { answer } = await request(app, "change_email", { x_settings_action_query: "q_login_id=ann%40example.com&x_ref=forged", x_color_scheme: "dark" });
    const page = new URL(answer.headers.location as string);
    expect([answer.status, page.origin, page.pathname]).toEqual([302, `http://${app.client.project.host}`, "/settings/identity/change_email"]);
    const { x_ref, x_settings_action_id, ...rest } = Object.fromEntries(page.searchParams);
    expect([x_ref, x_settings_action_id]).toEqual([expect.stringMatching(/^[0-9A-Z]{32}$/), expect.stringMatching(/^[0-9A-Z]{32}$/)]);
    expect(rest).toEqual({ client_id: "app", redirect_uri: "http://app.test/cb", state: "s", x_color_scheme: "dark", q_login_id: "ann@example.com", q_login_id_key: "email" });
    expect(app.client.jar.app_session).toMatch(/^[A-Za-z0-9]{32}$/);
    const next = await app.client.send(answer.headers.location as string);
    const where = new URL(next.headers.location as string, "http://relative.test");
    expect([next.status, (next.headers.location as string).startsWith("/settings/identity/change_email?"), where.searchParams.has("x_ref")]).toEqual([302, true, false]);
    expect((await app.client.send(next.headers.location as string)).status).toBe(200);
  });

  it.each([
    ["no hint", "change_password", { login_hint: "" }, "login_hint must be provided when using settings action"],
    ["another hint", "change_password", { login_hint: "https://authgear.com/login_hint?type=login_id" }, "login_hint must be app_session_token when using settings action"],
    ["a spent token", "change_password", { login_hint: "https://authgear.com/login_hint?type=app_session_token&app_session_token=x" }, "invalid app session token"],
    ["an unknown action", "setup_mfa", {}, "invalid settings action"],
    ["no provider", "link_oauth", {}, "x_oauth_provider_alias is required"],
    ["a login id that may not be added", "add_phone", {}, "add_phone is not allowed"],
    ["no challenge", "change_password", { code_challenge: "" }, "PKCE code challenge is required for public clients"],
    ["no scope", "change_password", { scope: "" }, "scope is required"],
  ])("is refused with %s", async (_name, action, more, error_description) => {
    const app = await signedIn(provider);
    const { answer } = await request(app, action, more);
    expect([answer.status, Object.fromEntries(new URL(answer.headers.location as string).searchParams)]).toEqual([
      303,
      { error: "invalid_request", error_description, state: "s" },
    ]);
    expect(app.client.jar.app_session).toBeUndefined();
  });
});

describe("settings actions", () => {
  it("change_password: tells what is wrong, then the app; once", async () => {
    const app = await signedIn(provider);
    const { browser, verifier } = await begin(app, "change_password");
    const { url } = browser;
    expect(browser.title).toBe("Change your password");
    await browser.press("Change password", { x_old_password: PASSWORD, x_new_password: "another horse", x_confirm_password: "another hors" });
    expect(browser.alert).toBe("The two passwords differ.");
    await browser.press("Change password", { x_old_password: "wrong", x_new_password: "another horse", x_confirm_password: "another horse" });
    expect([browser.url, browser.alert]).toEqual([url, "The password is not correct."]);
    await browser.press("Change password", { x_old_password: PASSWORD, x_new_password: "another horse", x_confirm_password: "another horse" });
    await expectDone(app, browser, verifier);
    await browser.open(url);
    expect([browser.status, browser.page]).toEqual([400, expect.stringContaining("expired")]);
  });

  it("works for its own visitors too, who go on to the settings", async () => {
    const app = await signedIn(provider);
    await begin(app, "change_password");
    await app.browser.open("/settings/change_password");
    await app.browser.press("Change password", { x_old_password: PASSWORD, x_new_password: "another horse", x_confirm_password: "another horse" });
    expect(app.browser.path).toBe("/settings");
  });

  it("add_email and change_email: at once, or after the code", async () => {
    const app = await signedIn(provider);
    const added = await begin(app, "add_email");
    await added.browser.press("Save", { x_login_id: "work@example.com" });
    expect([added.browser.path, added.browser.page]).toEqual(["/settings/identity/verify_email", expect.stringContaining("work@example.com")]);
    await added.browser.press("Confirm", { x_code: "000000" });
    expect(added.browser.alert).toBe("The code is wrong or no longer valid.");
    await added.browser.press("Confirm", { x_code: CODE });
    await expectDone(app, added.browser, added.verifier);
    const changed = await begin(app, "change_email", { x_settings_action_query: "q_login_id=work%40example.com" });
    expect(changed.browser.page).toContain('value="work@example.com"');
    await changed.browser.press("Save", { x_login_id: "new@example.com" });
    await changed.browser.press("Confirm", { x_code: CODE });
    await expectDone(app, changed.browser, changed.verifier);
    expect(await identities(app)).toEqual(["ann@example.com", "new@example.com"]);
  });

  it("add_username and change_username, telling that another account has the name", async () => {
    const app = await signedIn(provider);
    const added = await begin(app, "add_username");
    await added.browser.press("Save", { x_login_id: "annie" });
    await expectDone(app, added.browser, added.verifier);
    const changed = await begin(app, "change_username", { x_settings_action_query: "q_login_id=annie" });
    await changed.browser.press("Save", { x_login_id: "anna" });
    await expectDone(app, changed.browser, changed.verifier);
    const other = { ...app, refreshToken: await appToken(app.client, "bob@example.com") };
    const taken = await begin(other, "add_username");
    await taken.browser.press("Save", { x_login_id: "anna" });
    expect([taken.browser.path, taken.browser.alert]).toEqual(["/settings/identity/add_username", "An account with this login already exists."]);
    expect(await identities(app)).toEqual(["ann@example.com", "anna", "bob@example.com"]);
  });

  it("change_phone without a phone number says so", async () => {
    const { browser } = await begin(await signedIn(provider), "change_phone");
    expect([browser.status, browser.page]).toEqual([200, expect.stringContaining("nothing here that can be changed")]);
  });

  it("does not take one action for another (false report)", async () => {
    const app = await signedIn(provider);
    const { browser } = await begin(app, "delete_account");
    await browser.open(browser.url.replace("delete_account", "change_password"));
    await browser.press("Change password", { x_old_password: PASSWORD, x_new_password: "another horse", x_confirm_password: "another horse" });
    expect([browser.status, browser.left]).toEqual([400, undefined]);
  });

  it("is bound to the browser it began in, and to one identifier (session mix-up)", async () => {
    const app = await signedIn(provider);
    const { browser } = await begin(app, "change_password");
    const { url } = browser;
    await browser.open(url.replace(/x_settings_action_id=\w+/, `x_settings_action_id=${"0".repeat(32)}`));
    expect(browser.status).toBe(400);
    delete app.client.jar.authgear_web_session;
    await browser.open(url);
    expect(browser.status).toBe(400);
  });

  it("is not for the session of another user than the app expects (session mix-up)", async () => {
    const app = await signedIn(provider);
    const refreshToken = await appToken(app.client, "bob@example.com");
    const form = { grant_type: "refresh_token", client_id: "app" };
    const idToken = async (token: string) => (await app.client.send("/oauth2/token", { form: { ...form, refresh_token: token } })).json.id_token as string;
    const other = await request(app, "change_password", { id_token_hint: await idToken(refreshToken) });
    expect([new URL(other.answer.headers.location as string).searchParams.get("error"), app.client.jar.app_session]).toEqual(["invalid_request", undefined]);
    const own = await request(app, "change_password", { id_token_hint: await idToken(app.refreshToken) });
    expect([own.answer.status, new URL(own.answer.headers.location as string).pathname]).toEqual([302, "/settings/change_password"]);
  });

  it("grants no tokens, and a login completes no action (privilege escalation)", async () => {
    const app = await signedIn(provider);
    const { answer } = await request(app, "delete_account");
    const reference = new URL(answer.headers.location as string).searchParams.get("x_ref");
    const login = [
      { identification: "email", login_id: "ann@example.com" },
      { authentication: "primary_password", password: PASSWORD },
    ];
    const finished = (await app.client.flow("login", login, `x_ref=${reference}`)).at(-1) as Reply;
    const consent = await app.client.send(finished.json.result.action.data.finish_redirect_uri);
    expect(new URL(consent.headers.location as string).searchParams.get("error")).toBe("invalid_request");
  });
});
