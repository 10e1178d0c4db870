import { describe, expect, it } from "vitest";
import { pkce } from "./auth-client.js";
import { amrOf, HostedBrowser, PASSWORD, signUp } from "./hosted-browser.js";

/** Walks through the login of an application's request. */
async function login(browser: HostedBrowser, more: Record<string, string> = {}): Promise<HostedBrowser> {
  await browser.open(browser.authorization({ x_page: "login", ...more }));
  await browser.press("Continue", { x_login_id: "ann@example.com" });
  return browser.press("Sign in", { x_password: PASSWORD });
}

async function signedUp(options: Parameters<typeof HostedBrowser.of>[0] = {}): Promise<HostedBrowser> {
  const first = await HostedBrowser.of(options);
  await signUp(first, "ann@example.com");
  return first.another();
}

describe("the pages of an application's request", () => {
  it("begin at the page it asks for, without its reference, and end with a code", async () => {
    const browser = await signedUp();
    await browser.open(browser.authorization({ x_page: "login" }));
    expect([browser.path, browser.url.includes("x_ref"), browser.client.jar.authgear_web_session]).toEqual(["/login", false, expect.any(String)]);
    await browser.press("Continue", { x_login_id: "ann@example.com" });
    await browser.press("Sign in", { x_password: PASSWORD });
    expect(Object.fromEntries(browser.left?.searchParams ?? [])).toMatchObject({ code: expect.any(String), state: "s1" });
    expect((await browser.open("/login?client_id=spa")).title).toBe("Something went wrong");
  });

  it("keep to the login that is named", async () => {
    const browser = await signedUp();
    const hint = (enforce: string) => `https://authgear.com/login_hint?${new URLSearchParams({ type: "login_id", email: "ann@example.com", enforce })}`;
    await browser.open(browser.authorization({ login_hint: hint("false") }));
    expect([browser.path, browser.page]).toEqual(["/login", expect.stringMatching(/value="ann@example.com"[^>]* autofocus/)]);
    const bound = await browser.another();
    await bound.open(bound.authorization({ login_hint: hint("true") }));
    expect(bound.page).toMatch(/value="ann@example.com"[^>]* readonly/);
  });

  it("offer to continue as who is signed in, or as another", async () => {
    const browser = await signedUp();
    await login(browser);
    await browser.open(browser.authorization({ x_sso_enabled: "true" }));
    expect([browser.at, browser.title]).toEqual(["select_account", "Continue as"]);
    const { page } = browser;
    await browser.press("Continue");
    expect(Object.fromEntries(browser.left?.searchParams ?? [])).toMatchObject({ code: expect.any(String), state: "s1" });
    await browser.open(browser.authorization({ x_sso_enabled: "true" }));
    expect(browser.page.includes("ann@example.com") && page.includes("ann@example.com")).toBe(true);
    await browser.press("Use another account");
    expect([browser.path, browser.title]).toEqual(["/login", "Sign in"]);
  });

  it("ask for the password again where the application wants a fresh login", async () => {
    const browser = await signedUp();
    await login(browser);
    expect(await amrOf(browser)).toBeDefined();
    await browser.open(browser.authorization({ prompt: "login" }));
    expect(browser.path).toBe("/login");
  });
});

describe("an application that allows one session", () => {
  const clients = [{ client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"], x_max_concurrent_session: 1 }];

  async function tokens(browser: HostedBrowser, verifier: string): Promise<void> {
    const code = browser.left?.searchParams.get("code") ?? "";
    const form = { grant_type: "authorization_code", client_id: "spa", code, redirect_uri: "http://app.test/cb", code_verifier: verifier };
    expect((await browser.client.send("/oauth2/token", { form })).status).toBe(200);
  }

  it("asks before the others are ended", async () => {
    const { verifier, challenge } = pkce();
    const browser = await signedUp({ config: { oauth: { clients } } });
    const first = await login(browser, { scope: "openid offline_access", code_challenge: challenge });
    await tokens(first, verifier);
    const second = await login(await browser.another());
    expect([second.at, second.title]).toEqual(["terminate_other_sessions", "You are signed in elsewhere"]);
    const undecided = second.page;
    await second.press("Cancel");
    expect(second.path).toBe("/login");
    second.page = undecided;
    await second.press("Sign out elsewhere and continue");
    expect(second.left?.searchParams.has("code")).toBe(true);
  });
});

describe("what every page has", () => {
  it("the project's name in the reader's language, else that of its fallback language, else its id", async () => {
    const named = { "templates/en/translation.json": JSON.stringify({ "app.name": "Acme <Shop>" }), "templates/fr/translation.json": JSON.stringify({ "app.name": "Acmé" }) };
    const browser = await HostedBrowser.of({ config: { localization: { supported_languages: ["en", "fr", "de"] } }, resources: named });
    const shown = async (language: string) => (await browser.client.send("/login", { headers: { "accept-language": language } })).body;
    expect(await shown("en")).toContain("Acme &lt;Shop&gt;");
    expect(await shown("fr-CA")).toMatch(/<title>Sign in · Acmé<\/title>[\s\S]*Welcome back to Acmé/);
    expect(await shown("de")).toContain("Acme &lt;Shop&gt;");
    const plain = await HostedBrowser.of();
    expect((await plain.open("/login")).page).toContain(plain.client.project.ctx.project.id);
  });

  it("errors that cannot be put right have a page, which takes nothing but the reason from its address (content spoofing)", async () => {
    const browser = await HostedBrowser.of();
    const at = (error: object) => browser.open(`/v2/errors/error?q_error=${Buffer.from(JSON.stringify({ error })).toString("base64url")}`);
    await at({ reason: "WebUIInvalidSession", message: "call 555-1234" });
    expect([browser.status, browser.title, browser.page.includes("555")]).toEqual([200, "Something went wrong", false]);
    expect(browser.page).toContain("This page has expired");
    for (const error of [{ reason: "constructor" }, { reason: 5 }, {}]) expect((await at(error)).page).toContain("Something went wrong. Please try again.");
    expect((await browser.open("/v2/errors/error?q_error=%00")).status).toBe(200);
    expect((await browser.open("/errors/return")).title).toBe("You can close this page");
  });

  it("where there is nothing, people get a page and programs an error", async () => {
    const browser = await HostedBrowser.of();
    const lost = (accept?: string) => browser.client.send("/nosuch", accept ? { headers: { accept } } : {});
    const page = await lost("text/html,application/xhtml+xml");
    expect([page.status, page.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
    expect(page.body).toContain("There is nothing at this address.");
    for (const accept of [undefined, "application/json", "*/*"]) expect((await lost(accept)).json?.error).toMatchObject({ reason: "NotFound", code: 404 });
  });
});
