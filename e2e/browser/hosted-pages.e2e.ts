import path from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { chromiumPath } from "../support/chromium.js";
import { FAULTS } from "../support/page-faults.js";
import { PASSWORD, Project } from "../support/project.js";
import { type FakeProvider, socialProject, startFakeProvider } from "../support/social.js";
import { totp } from "../support/totp.js";

const EMAIL = "ann@example.com";
const NEW_PASSWORD = "an entirely new password";
/** Where pictures of the pages are kept, if anywhere. */
const SCREENSHOTS = process.env.E2E_SCREENSHOTS;
const SCREENS = [
  { name: "phone", viewport: { width: 320, height: 640 } },
  { name: "desktop", viewport: { width: 1280, height: 800 } },
];

describe.each(SCREENS)("the hosted pages on a $name", ({ name: screen, viewport }) => {
  let browser: Browser;
  let provider: FakeProvider;
  const contexts: BrowserContext[] = [];
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
    provider = await startFakeProvider();
  });
  afterAll(() => Promise.all([browser.close(), provider.close()]));
  beforeEach(() => provider.setAccount({ sub: "s1", upn: "ann@corp.example", email: EMAIL, name: "Ann" }));
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    expect(problems.splice(0)).toEqual([]);
  });

  async function newPage(more: { javaScriptEnabled?: boolean } = {}): Promise<Page> {
    const context = await browser.newContext({ viewport, ...more });
    contexts.push(context);
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    // Violations of the content security policy are console errors, too.
    page.on("console", (message) => {
      if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico")) problems.push(`${page.url()}: ${message.text()}`);
    });
    return page;
  }

  /** Waits for the page with a heading and looks at it. */
  async function at(page: Page, heading: string): Promise<void> {
    await page.waitForSelector(`h1:text-is("${heading}")`);
    await page.waitForLoadState("load");
    const alert = (await page.locator("[role=alert]:visible").count()) > 0 ? "-alert" : "";
    if (SCREENSHOTS) await page.screenshot({ path: path.join(SCREENSHOTS, `${screen}-${heading.toLowerCase().replace(/\W+/g, "-")}${alert}.png`), fullPage: true });
    expect([heading, await page.evaluate(FAULTS)]).toEqual([heading, []]);
  }

  /** Fills in fields by their labels and presses a button. */
  async function send(page: Page, button: string, values: Record<string, string> = {}): Promise<void> {
    for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByRole("button", { name: button, exact: true }).click();
  }

  const alertOf = (page: Page) => page.locator("[role=alert]:visible").textContent();

  async function signUp(page: Page, project: Project): Promise<void> {
    await page.goto(`${project.origin}/signup`);
    await at(page, "Create your account");
    await send(page, "Continue", { "Email address": EMAIL });
    await at(page, "Choose a password");
    await send(page, "Continue", { "New password": PASSWORD, "Repeat the password": PASSWORD });
  }

  async function signIn(page: Page, project: Project, password = PASSWORD): Promise<void> {
    await page.goto(`${project.origin}/login`);
    await at(page, "Sign in");
    await send(page, "Continue", { "Email address": EMAIL });
    await at(page, "Enter your password");
    await send(page, "Sign in", { Password: password });
  }

  it("sign up by a proven address and a password, say what is wrong, and sign out", async () => {
    const project = await Project.make({ randomCodes: true, config: { verification: { claims: { email: { enabled: true, required: true } } } } });
    const page = await newPage();
    await page.goto(`${project.origin}/`);
    await at(page, "Create your account");
    await send(page, "Continue", { "Email address": EMAIL });
    await at(page, "Enter the code");
    expect(await page.getByRole("button", { name: /^Send a new code \(\d\d:\d\d\)$/ }).isDisabled()).toBe(true);
    const code = await project.code(EMAIL);
    await send(page, "Confirm", { Code: code === "000000" ? "000001" : "000000" });
    await at(page, "Enter the code");
    expect(await alertOf(page)).toBe("The code is wrong or no longer valid.");
    await send(page, "Confirm", { Code: code });
    await at(page, "Choose a password");
    await send(page, "Continue", { "New password": PASSWORD, "Repeat the password": "something else" });
    await at(page, "Choose a password");
    expect(await alertOf(page)).toBe("The two passwords differ.");
    await send(page, "Continue", { "New password": PASSWORD, "Repeat the password": PASSWORD });
    await at(page, "Your account");
    expect(await page.textContent("main")).toContain("verified");
    await page.getByRole("link", { name: "Sign out" }).click();
    await at(page, "Sign out?");
    await send(page, "Sign out");
    await at(page, "Sign in");
  });

  it("show a password to who types it, and which of its rules are met", async () => {
    const policy = { min_length: 10, digit_required: true, symbol_required: true };
    const page = await newPage();
    const project = await Project.make({ config: { authenticator: { password: { policy } } } });
    await page.goto(`${project.origin}/signup`);
    await send(page, "Continue", { "Email address": EMAIL });
    await at(page, "Choose a password");
    const typed = page.getByLabel("New password", { exact: true });
    await typed.pressSequentially("abc1");
    const met = () => page.evaluate("[...document.querySelectorAll('#password-rules li')].map((rule) => rule.dataset.met)");
    expect(await met()).toEqual(["false", "true", "false"]);
    await typed.pressSequentially("-defgh");
    expect(await met()).toEqual(["true", "true", "true"]);
    await page.getByRole("button", { name: "Show: New password" }).click();
    expect([await typed.getAttribute("type"), await page.evaluate("document.activeElement.id")]).toEqual(["text", "x_password"]);
    await page.getByRole("button", { name: "Hide: New password" }).click();
    expect(await typed.getAttribute("type")).toBe("password");
  });

  it("set up an authenticator app, keep recovery codes, and ask for either at the login", async () => {
    const authentication = { secondary_authenticators: ["totp", "oob_otp_email"], secondary_authentication_mode: "required" };
    const project = await Project.make({ authentication });
    const page = await newPage();
    await signUp(page, project);
    await at(page, "Set up your authenticator app");
    const secret = ((await page.textContent(".secret")) ?? "").replace(/\s/g, "");
    await page.getByRole("link", { name: "Next" }).click();
    await at(page, "Enter the code of your app");
    await send(page, "Confirm", { Code: totp(secret) });
    await at(page, "Save your recovery codes");
    const [recoveryCode] = await page.locator(".codes li").allTextContents();
    const download = page.waitForEvent("download");
    await send(page, "Download");
    expect((await download).suggestedFilename()).toBe("recovery_codes.txt");
    await send(page, "I have saved them");
    await at(page, "Your account");

    const later = await newPage();
    await signIn(later, project);
    await at(later, "Enter the code of your app");
    await send(later, "Use a recovery code");
    await at(later, "Enter a recovery code");
    await send(later, "Confirm", { "Recovery code": "nonsense" });
    await at(later, "Enter a recovery code");
    await later.getByLabel("Do not ask again on this device").check();
    await send(later, "Confirm", { "Recovery code": recoveryCode as string });
    await at(later, "Your account");
  });

  it("set up another second step instead", async () => {
    const project = await Project.make({ authentication: { secondary_authenticators: ["totp", "oob_otp_email"], secondary_authentication_mode: "required" } });
    const page = await newPage();
    await signUp(page, project);
    await send(page, "Get codes by email");
    await at(page, "Add an email address");
    await send(page, "Continue", { "Email address": "other@example.com" });
    await at(page, "Enter the code");
  });

  it("replace a forgotten password by the link of a message", async () => {
    const project = await Project.make();
    await signUp(await newPage(), project);
    const page = await newPage();
    await page.goto(`${project.origin}/login`);
    await page.getByRole("link", { name: "Forgot password?" }).click();
    await at(page, "Reset your password");
    await send(page, "Continue", { "Email address": EMAIL });
    await at(page, "Check your messages");
    const mail = await newPage();
    await mail.goto((await project.link(EMAIL)).href);
    await at(mail, "Choose a new password");
    await send(mail, "Save", { "New password": "short", "Repeat the password": "short" });
    await at(mail, "Choose a new password");
    expect(await alertOf(mail)).toBe("The password does not meet the rules: at least 8 characters.");
    await send(mail, "Save", { "New password": NEW_PASSWORD, "Repeat the password": NEW_PASSWORD });
    await at(mail, "Password changed");
    await signIn(page, project);
    await at(page, "Enter your password");
    expect(await alertOf(page)).toBe("The password is not correct.");
    await send(page, "Sign in", { Password: NEW_PASSWORD });
    await at(page, "Your account");
  });

  it("wait for a login link and go on by themselves once it was approved on another device", async () => {
    const config = { authenticator: { oob_otp: { email: { email_otp_mode: "login_link" } } } };
    const project = await Project.make({ authentication: { primary_authenticators: ["oob_otp_email"] }, config, randomCodes: true });
    const page = await newPage();
    await page.goto(`${project.origin}/signup`);
    await send(page, "Continue", { "Email address": EMAIL });
    await at(page, "Check your inbox");
    const phone = await newPage();
    await phone.goto((await project.link(EMAIL)).href);
    await at(phone, "Approve this login?");
    await send(phone, "Yes, that is me");
    await at(phone, "Login approved");
    await at(page, "Your account");
  });

  /** An authenticator that is empty and says yes to whatever it can. */
  async function addAuthenticator(page: Page): Promise<void> {
    const device = await page.context().newCDPSession(page);
    await device.send("WebAuthn.enable");
    const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true } as const;
    await device.send("WebAuthn.addVirtualAuthenticator", { options: { ...options, automaticPresenceSimulation: true } });
  }

  it("make a passkey at the sign-up and sign in with it", async () => {
    const authentication = { identities: ["login_id", "passkey"], primary_authenticators: ["passkey", "password"] };
    const project = await Project.make({ authentication });
    const [page, without] = [await newPage(), await newPage()];
    for (const one of [page, without]) await addAuthenticator(one);
    await signUp(page, project);
    await at(page, "Sign in faster next time");
    await send(page, "Create a passkey");
    await at(page, "Your account");
    // After the address, the page asks for the passkey by itself.
    const ways: Record<string, Record<string, string>> = { "Use a passkey": {}, Continue: { "Email address": EMAIL } };
    for (const [button, typed] of Object.entries(ways)) {
      await page.context().clearCookies();
      await page.goto(`${project.origin}/login`);
      await send(page, button, typed);
      await at(page, "Your account");
    }
    await without.goto(`${project.origin}/login`);
    await send(without, "Continue", { "Email address": EMAIL });
    await without.waitForSelector("[data-failure]:not([hidden])");
    await at(without, "Use your passkey");
    await send(without, "Use your password");
    await at(without, "Enter your password");
  });

  it("sign in by a social account, and link it to an account with the same address", async () => {
    const account_linking = {
      oauth: [{ name: "corp", alias: "corp", oauth_claim: { pointer: "/email" }, user_profile: { pointer: "/email" }, action: "login_and_link" }],
    };
    const project = await Project.make(socialProject(provider, { config: { account_linking } }));
    await signUp(await newPage(), project);
    const page = await newPage();
    await page.goto(`${project.origin}/login`);
    await at(page, "Sign in");
    await send(page, "Continue with ADFS");
    await at(page, "You have an account already");
    await send(page, "Continue with a**@example.com");
    await at(page, "Enter your password");
    await send(page, "Sign in", { Password: PASSWORD });
    await at(page, "Your account");
    const later = await newPage();
    await later.goto(`${project.origin}/login`);
    await send(later, "Continue with ADFS");
    await at(later, "Your account");
    expect((await project.users()).map(({ identities }) => identities.map(({ type }) => type).sort())).toEqual([["LOGIN_ID", "OAUTH"]]);
  });

  it("ask for a profile, and say what no longer works", async () => {
    const attributes = ["/given_name", "/birthdate", "/address", "/gender"].map((pointer) => ({ pointer, required: pointer === "/given_name" }));
    const who = { type: "identify", one_of: [{ identification: "email", steps: [{ type: "create_authenticator", one_of: [{ authentication: "primary_password" }] }] }] };
    const steps = [who, { type: "fill_in_user_profile", user_profile: attributes }];
    const flows = ["signup", "login"].map((type) => ({ type, name: type === "signup" ? "own" : "default" }));
    const ui = { authentication_flow: { groups: [{ name: "default", flows }] } };
    const project = await Project.make({ config: { authentication_flow: { signup_flows: [{ name: "own", steps }] }, ui } });
    const page = await newPage();
    await signUp(page, project);
    await at(page, "Tell us about yourself");
    await send(page, "Continue", { "Given name": "Ann", Country: "HK" });
    await at(page, "Your account");
    const ends = { "authflow/v2/account_status": "You cannot sign in", "errors/cookie_instruction": "Cookies are switched off", "errors/feature_disabled": "Not available" };
    const links = { "authflow/v2/verify_login_link?code=x": "This link no longer works", "authflow/v2/reset_password?code=x": "This link no longer works" };
    for (const [address, heading] of Object.entries({ ...ends, ...links })) {
      await page.goto(`${project.origin}/${address}`);
      await at(page, heading);
    }
  });

  it("work without script", async () => {
    const project = await Project.make({ authentication: { secondary_authenticators: ["totp"], secondary_authentication_mode: "required", device_token: { disabled: true } } });
    const page = await newPage({ javaScriptEnabled: false });
    await page.goto(`${project.origin}/signup`);
    await send(page, "Continue", { "Email address": EMAIL });
    await send(page, "Continue", { "New password": PASSWORD, "Repeat the password": PASSWORD });
    const secret = ((await page.textContent(".secret")) ?? "").replace(/\s/g, "");
    await page.getByRole("link", { name: "Next" }).click();
    await send(page, "Confirm", { Code: "000000" });
    expect(await alertOf(page)).toBe("The code is not correct.");
    await send(page, "Confirm", { Code: totp(secret) });
    await send(page, "I have saved them");
    expect(new URL(page.url()).pathname).toBe("/settings");
  });
});
