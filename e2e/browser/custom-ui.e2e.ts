import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addPasskeyDevice, forbidden, useBrowser } from "../support/browser.js";
import { type CustomUi, startCustomUi } from "../support/custom-ui.js";
import { FLOWS } from "../support/custom-ui-flows.js";
import { alert, atStep, choose, send, signedIn } from "../support/custom-ui-page.js";
import { byEmail } from "../support/inputs.js";
import { base, newProjectId, until } from "../support/platform.js";
import { CALLBACK, CODE, PASSWORD, Project, type ProjectOptions } from "../support/project.js";
import { type FakeProvider, socialProject, startFakeProvider } from "../support/social.js";
import { totp } from "../support/totp.js";

const EMAIL = "ann@example.com";
const NEW_PASSWORD = "an entirely new password";

describe("a custom UI on the flow API", () => {
  const { newPage } = useBrowser({}, forbidden);
  let ui: CustomUi;
  let provider: FakeProvider;

  beforeAll(async () => {
    provider = await startFakeProvider();
    ui = await startCustomUi({ apiPort: new URL(base).port, flow: "custom" });
  });
  afterAll(async () => {
    ui.close();
    await provider.close();
  });
  beforeEach(() => provider.setAccount({ sub: "s1", upn: "ann@corp.example", email: EMAIL, name: "Ann" }));

  /** A project that allows its custom UI. */
  async function make({ config, authentication, ...more }: ProjectOptions = {}): Promise<Project> {
    const id = newProjectId();
    const options = socialProject(provider, {
      authentication: {
        primary_authenticators: ["password", "oob_otp_email"],
        identities: ["oauth", "login_id"],
        rate_limits: { oob_otp: { email: { trigger_cooldown: "1s" } } },
        ...authentication,
      },
      config: { http: { allowed_origins: [ui.originFor(id)] }, authentication_flow: FLOWS, ...config },
      ...more,
    });
    return Project.make(options, id);
  }

  const open = (page: Page, project: Project, path: string) => page.goto(`${ui.originFor(project.id)}${path}`);

  interface Person {
    secret: string;
    recoveryCodes: string[];
  }

  /** Signs up in the browser. */
  async function signUp(page: Page, project: Project, code: () => Promise<string>): Promise<Person> {
    await open(page, project, "/signup");
    await send(page, "email", { login_id: EMAIL });
    await choose(page, "primary_oob_otp_email");
    await atStep(page, "signup create_authenticator primary_oob_otp_email");
    await send(page, "code", { code: await code() });
    await send(page, "primary_password", { new_password: PASSWORD });
    await choose(page, "secondary_totp");
    const secret = (await page.textContent("[data-totp-secret]")) as string;
    await send(page, "code", { code: totp(secret) });
    await page.waitForSelector("[data-recovery-codes] li");
    const recoveryCodes = await page.locator("[data-recovery-codes] li").allTextContents();
    await page.click("text=I kept them");
    await signedIn(page);
    return { secret, recoveryCodes };
  }

  /** The same through the API, where a test is about something else. */
  async function signUpQuietly(project: Project): Promise<Person> {
    const client = project.browser();
    const inputs = [byEmail(EMAIL), { authentication: "primary_oob_otp_email" }, { code: CODE }, { authentication: "primary_password", new_password: PASSWORD }];
    const asked = await client.run("signup", [...inputs, { authentication: "secondary_totp" }], { name: "custom" });
    const shown = await client.feed(asked.token, { code: totp(asked.data.secret) });
    expect((await client.feed(shown.token, { confirm_recovery_code: true })).finished, JSON.stringify(shown.body)).toBe(true);
    return { secret: asked.data.secret, recoveryCodes: shown.data.recovery_codes };
  }

  it("signs up with a code by email, a password and an authenticator app, then logs in with code and app", async () => {
    const project = await make({ randomCodes: true });
    const first = await newPage();
    const { secret, recoveryCodes } = await signUp(first, project, () => project.code(EMAIL));
    expect(recoveryCodes).toHaveLength(16);
    const used = await project.code(EMAIL);

    const page = await newPage();
    await open(page, project, "/login");
    await send(page, "email", { login_id: EMAIL });
    await choose(page, "primary_oob_otp_email-email");
    await atStep(page, "login authenticate primary_oob_otp_email");
    const resendAt = await page.getAttribute("[data-resend]", "data-resend");
    await until(async () => (Date.now() > Date.parse(resendAt ?? "") ? true : undefined), "the end of the cooldown");
    await page.click("[data-resend]");
    // The step is drawn anew with the answer; what is typed before that is lost.
    await page.waitForSelector(`[data-resend]:not([data-resend="${resendAt}"])`);
    const code = await until(async () => ((await project.code(EMAIL)) === used ? undefined : project.code(EMAIL)), "a new code");
    await send(page, "code", { code: code === "000000" ? "000001" : "000000" });
    expect(await alert(page)).toContain("InvalidCredentials");
    await send(page, "code", { code });
    await send(page, "secondary_totp", { code: totp(secret) });
    await signedIn(page);
    const cookies = await page.context().cookies(project.origin);
    expect(cookies.find(({ name }) => name === "session")).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  });

  it("shows what it may not do: an address that is taken, a password that is too short", async () => {
    const project = await make();
    await signUpQuietly(project);
    const page = await newPage();
    await open(page, project, "/signup");
    await send(page, "email", { login_id: EMAIL });
    expect(await alert(page)).toContain("DuplicatedIdentity");
    await send(page, "email", { login_id: "bob@example.com" });
    await choose(page, "primary_oob_otp_email");
    await send(page, "code", { code: CODE });
    await send(page, "primary_password", { new_password: "short" });
    expect(await alert(page)).toContain("PasswordTooShort");
  });

  it("recovers the password by a link, and logs in with the new one and a recovery code", async () => {
    const project = await make();
    const { recoveryCodes } = await signUpQuietly(project);
    const page = await newPage();
    await open(page, project, "/recovery");
    await send(page, "email", { login_id: EMAIL });
    await choose(page, "destination-0");
    await atStep(page, "account_recovery verify_account_recovery_code");
    const code = [...(await project.link(EMAIL)).searchParams.values()].find((value) => value.length === 32) as string;

    const phone = await newPage();
    await open(phone, project, `/reset?code=${code}`);
    await send(phone, "new-password", { new_password: NEW_PASSWORD });
    await phone.waitForSelector("h1:has-text('Your password was changed')");
    expect((await phone.context().cookies(project.origin)).map(({ name }) => name)).not.toContain("session");

    await open(page, project, "/login");
    await send(page, "email", { login_id: EMAIL });
    await send(page, "primary_password", { password: PASSWORD });
    expect(await alert(page)).toContain("InvalidCredentials");
    await send(page, "primary_password", { password: NEW_PASSWORD });
    await send(page, "recovery_code", { recovery_code: recoveryCodes[0] as string });
    await signedIn(page);
  });

  it("links a social account with the same address, after a login, and then logs in by it", async () => {
    const project = await make({
      config: {
        account_linking: { oauth: [{ name: "corp", alias: "corp", oauth_claim: { pointer: "/email" }, user_profile: { pointer: "/email" }, action: "login_and_link" }] },
      },
    });
    const { secret } = await signUpQuietly(project);
    const page = await newPage();
    await open(page, project, "/signup");
    await choose(page, "oauth-corp");
    await page.waitForSelector("h2:has-text('You have an account already')");
    await choose(page, "link-email");
    await send(page, "primary_password", { password: PASSWORD });
    await send(page, "secondary_totp", { code: totp(secret) });
    await signedIn(page);
    const [user, ...more] = await project.users();
    expect([user?.identities.map(({ type }) => type).sort(), more]).toEqual([["LOGIN_ID", "OAUTH"], []]);

    const later = await newPage();
    await open(later, project, "/login");
    await choose(later, "oauth-corp");
    await signedIn(later);
  });

  it("links another social account to whoever is signed in", async () => {
    const project = await make();
    const page = await newPage();
    await signUp(page, project, async () => CODE);
    provider.setAccount({ sub: "s2", upn: "private@corp.example", email: "private@corp.example" });
    await open(page, project, "/account");
    await send(page, "link", { alias: "nosuch" });
    expect(await alert(page)).toContain("OAuthProviderNotFound");
    await send(page, "link", { alias: "corp" });
    await page.waitForSelector("h1:has-text('Linked')");
    expect((await project.users())[0]?.identities.map(({ type }) => type).sort()).toEqual(["LOGIN_ID", "OAUTH"]);
    const later = await newPage();
    await open(later, project, "/login");
    await choose(later, "oauth-corp");
    await signedIn(later);
    expect(await project.users()).toHaveLength(1);
  });

  it("waits for a login link, and goes on by itself when it was opened on another device", async () => {
    const steps = [
      { type: "identify", name: "who", one_of: [{ identification: "email" }] },
      { type: "create_authenticator", one_of: [{ authentication: "primary_oob_otp_email", target_step: "who" }] },
    ];
    const config = { authenticator: { oob_otp: { email: { email_otp_mode: "login_link" } } }, authentication_flow: { signup_flows: [{ name: "custom", steps }] } };
    const project = await make({ config, randomCodes: true });
    const page = await newPage();
    await open(page, project, "/signup");
    await send(page, "email", { login_id: EMAIL });
    await choose(page, "primary_oob_otp_email");
    await page.waitForSelector("text=Waiting for the link to be opened");
    const phone = await newPage();
    await phone.goto((await project.link(EMAIL)).href);
    await phone.click("main button:not([type=button])");
    await signedIn(page);
    expect((await phone.context().cookies(project.origin)).map(({ name }) => name)).not.toContain("session");
    expect((await project.users())[0]?.verifiedClaims).toEqual([{ name: "email", value: EMAIL }]);
  });

  it("makes a passkey at sign-up and logs in with nothing else", async () => {
    const signUpSteps = [
      { type: "identify", one_of: [{ identification: "email" }] },
      { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] },
      { type: "prompt_create_passkey" },
    ];
    const authentication_flow = {
      signup_flows: [{ name: "custom", steps: signUpSteps }],
      login_flows: [{ name: "custom", steps: [{ type: "identify", one_of: [{ identification: "passkey" }] }, { type: "check_account_status" }] }],
    };
    const authentication = { identities: ["login_id", "passkey"], primary_authenticators: ["password", "passkey"] };
    const project = await make({ authentication, config: { authentication_flow } });
    const page = await newPage();
    await addPasskeyDevice(page);
    await open(page, project, "/signup");
    await send(page, "email", { login_id: EMAIL });
    await send(page, "primary_password", { new_password: PASSWORD });
    await page.click("text=Add a passkey");
    await signedIn(page);
    await page.context().clearCookies();
    await open(page, project, "/login");
    await choose(page, "passkey");
    await signedIn(page);
    expect((await page.context().cookies(project.origin)).map(({ name }) => name)).toContain("session");
    const declining = await newPage();
    await open(declining, project, "/signup");
    await send(declining, "email", { login_id: "bob@example.com" });
    await send(declining, "primary_password", { new_password: PASSWORD });
    await declining.click("text=Not now");
    await signedIn(declining);
  });

  it("serves an authorization request as the client's own UI", async () => {
    const project = await make();
    const { secret } = await signUpQuietly(project);
    const { id } = project;
    const client = { client_id: "app", name: "app", x_application_type: "spa", redirect_uris: [CALLBACK], x_custom_ui_uri: `${ui.originFor(id)}/login` };
    const options = socialProject(provider, { authentication: { primary_authenticators: ["password", "oob_otp_email"] } });
    const features = { oauth: { client: { custom_ui_enabled: true } } };
    await project.publish({ ...options, secrets: undefined, features, config: { ...options.config, authentication_flow: FLOWS, oauth: { clients: [client] } } });
    const page = await newPage();
    await page.route(`${new URL(CALLBACK).origin}/**`, (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<h1>The app</h1>" }));
    const query = { client_id: "app", redirect_uri: CALLBACK, response_type: "code", scope: "openid", state: "s1", code_challenge: "x".repeat(43), code_challenge_method: "S256" };
    await page.goto(`${project.origin}/oauth2/authorize?${new URLSearchParams(query)}`);
    await page.waitForURL((url) => url.origin === ui.originFor(id));
    await send(page, "email", { login_id: EMAIL });
    await send(page, "primary_password", { password: PASSWORD });
    await send(page, "secondary_totp", { code: totp(secret) });
    await page.waitForSelector("h1:has-text('The app')");
    const callback = new URL(page.url());
    expect([callback.searchParams.get("state"), callback.searchParams.get("code")]).toEqual(["s1", expect.stringMatching(/.{20}/)]);
  });
});
