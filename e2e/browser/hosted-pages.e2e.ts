import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addPasskeyDevice, useBrowser } from "../support/browser.js";
import { alertOf, at, download, follow, SCREENS, send, totpSecretOf } from "../support/hosted-page.js";
import { PASSWORD, Project } from "../support/project.js";
import { type FakeProvider, socialProject, startFakeProvider } from "../support/social.js";
import { totp } from "../support/totp.js";

const EMAIL = "ann@example.com";
const NEW_PASSWORD = "an entirely new password";
describe.each(SCREENS)("the hosted pages on a $name", ({ name: _, ...looks }) => {
  const { newPage } = useBrowser(looks);
  let provider: FakeProvider;

  beforeAll(async () => {
    provider = await startFakeProvider();
  });
  afterAll(() => provider.close());
  beforeEach(() => provider.setAccount({ sub: "s1", upn: "ann@corp.example", email: EMAIL, name: "Ann" }));

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
    const verification = { claims: { email: { enabled: true, required: true } }, rate_limits: { email: { trigger_cooldown: "1h" } } };
    const project = await Project.make({ randomCodes: true, config: { verification } });
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
    await follow(page, "Sign out");
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
    const secret = await totpSecretOf(page);
    await follow(page, "Next");
    await at(page, "Enter the code of your app");
    await send(page, "Confirm", { Code: totp(secret) });
    await at(page, "Save your recovery codes");
    const [recoveryCode] = await page.locator(".codes li").allTextContents();
    expect(await download(page, "Download")).toBe("recovery_codes.txt");
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
    await follow(page, "Forgot password?");
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

  it("make a passkey at the sign-up and sign in with it", async () => {
    const authentication = { identities: ["login_id", "passkey"], primary_authenticators: ["passkey", "password"] };
    const project = await Project.make({ authentication });
    const [page, without] = [await newPage(), await newPage()];
    for (const one of [page, without]) await addPasskeyDevice(one);
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
    const secret = await totpSecretOf(page);
    await follow(page, "Next");
    await send(page, "Confirm", { Code: "000000" });
    expect(await alertOf(page)).toBe("The code is not correct.");
    await send(page, "Confirm", { Code: totp(secret) });
    await send(page, "I have saved them");
    await page.waitForURL(/\/settings$/);
  });
});
