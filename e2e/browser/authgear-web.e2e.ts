import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath } from "../support/chromium.js";
import { newProjectId } from "../support/platform.js";
import { CODE, PASSWORD, Project } from "../support/project.js";
import { type SdkApp, startSdkApp } from "../support/sdk-app.js";

const ANN = "ann@example.com";

/** Runs a method of the SDK in the app's page. */
const call = (page: Page, method: string, ...args: unknown[]): Promise<any> =>
  page.evaluate(async ([name, given]) => (globalThis as any).sdk[name as string](...(given as unknown[])), [method, args] as const);

describe("Authgear's SDK for web apps, as it is published", () => {
  let browser: Browser;
  let app: SdkApp;
  const contexts: BrowserContext[] = [];
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
    app = await startSdkApp();
  });
  afterAll(async () => {
    await browser.close();
    app.close();
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    expect(problems.splice(0)).toEqual([]);
  });

  interface At {
    page: Page;
    project: Project;
    origin: string;
    configure(): Promise<void>;
  }

  /** A project with an app of a session type, and a browser at the app. */
  async function at(sessionType: "refresh_token" | "cookie"): Promise<At> {
    const id = newProjectId();
    const origin = app.originFor(id);
    const client = { client_id: "sdk", name: "sdk", x_application_type: sessionType === "cookie" ? "traditional_webapp" : "spa", redirect_uris: [`${origin}/callback`] };
    const project = await Project.make(
      {
        authentication: { identities: ["login_id", "anonymous"] },
        config: {
          oauth: { clients: [{ ...client, post_logout_redirect_uris: [`${origin}/bye`] }] },
          identity: { login_id: { keys: [{ type: "email" }] }, on_conflict: { promotion: "error" } },
          http: { allowed_origins: [origin] },
        },
      },
      id,
    );
    const context = await browser.newContext();
    contexts.push(context);
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (/CORS|Content Security Policy/.test(message.text())) problems.push(message.text());
    });
    const configure = () => call(page, "configure", { clientID: "sdk", endpoint: project.origin, sessionType });
    await page.goto(`${origin}/`);
    await configure();
    return { page, project, origin, configure };
  }

  async function start({ page, project, origin }: At, method: string, options: Record<string, unknown> = {}): Promise<void> {
    const left = page.waitForURL((url) => url.origin === project.origin);
    await call(page, method, { redirectURI: `${origin}/callback`, ...options }).catch((error: Error) => {
      if (!/navigation|destroyed|closed/i.test(error.message)) throw error;
    });
    await left;
  }

  /** Back at the app with the answer. */
  async function finish({ page, origin, configure }: At, method = "finishAuthentication"): Promise<any> {
    await page.waitForURL((url) => url.href.startsWith(`${origin}/callback`));
    await configure();
    return call(page, method);
  }

  async function signUp(page: Page): Promise<void> {
    await page.waitForSelector("#q_login_id, #x_login_id");
    await page.fill("#q_login_id, #x_login_id", ANN);
    await page.click("main button:not([type=button])");
    await page.waitForSelector("#x_code, #x_password");
    if (await page.isVisible("#x_code")) {
      await page.fill("#x_code", CODE);
      await page.click("text=Confirm");
    }
    await page.fill("#x_password", PASSWORD);
    await page.fill("#x_confirm_password", PASSWORD);
    await page.click("main button:not([type=button])");
  }

  async function logIn(page: Page): Promise<void> {
    await page.waitForSelector("#x_login_id, #x_password");
    if (await page.isVisible("#x_login_id")) {
      await page.fill("#x_login_id", ANN);
      await page.click("main button:not([type=button])");
    }
    await page.fill("#x_password", PASSWORD);
    await page.click("main button:not([type=button])");
  }

  const state = (page: Page) => page.evaluate(() => (globalThis as any).sdk.sessionState as string);

  it("signs up, knows the user, refreshes, comes back after a reload, and signs out (refresh token)", async () => {
    const visit = await at("refresh_token");
    const { page } = visit;
    await start(visit, "startAuthentication", { page: "signup" });
    await signUp(page);
    const { userInfo } = await finish(visit);
    expect(userInfo).toMatchObject({ email: ANN, isAnonymous: false });
    expect(await state(page)).toBe("AUTHENTICATED");
    await call(page, "refreshIDToken");
    expect(await call(page, "canReauthenticate")).toBe(true);
    await page.goto(`${visit.origin}/`);
    await visit.configure();
    expect(await call(page, "fetchUserInfo")).toMatchObject({ sub: userInfo.sub });
    await call(page, "logout", { redirectURI: `${visit.origin}/bye` });
    expect(await state(page)).toBe("NO_SESSION");
  });

  it("asks for the password again before something important", async () => {
    const visit = await at("refresh_token");
    await start(visit, "startAuthentication", { page: "signup" });
    await signUp(visit.page);
    await finish(visit);
    const before = new Date(await visit.page.evaluate(() => (globalThis as any).sdk.getAuthTime().toISOString()));
    await visit.page.waitForTimeout(1100);
    await start(visit, "startReauthentication");
    await logIn(visit.page);
    await finish(visit, "finishReauthentication");
    const after = new Date(await visit.page.evaluate(() => (globalThis as any).sdk.getAuthTime().toISOString()));
    expect(after.getTime()).toBeGreaterThan(before.getTime());
  });

  it("signs in with the shared cookie, and signs out everywhere", async () => {
    const visit = await at("cookie");
    const { page } = visit;
    await start(visit, "startAuthentication", { page: "signup" });
    await signUp(page);
    const { userInfo } = await finish(visit);
    expect(userInfo).toMatchObject({ email: ANN });
    await page.goto(`${visit.origin}/`);
    await visit.configure();
    expect(await call(page, "fetchUserInfo")).toMatchObject({ sub: userInfo.sub });
    await call(page, "logout", { redirectURI: `${visit.origin}/bye` }).catch(() => undefined);
    await page.waitForURL((url) => url.origin === visit.project.origin || url.href === `${visit.origin}/bye`);
    if (new URL(page.url()).origin === visit.project.origin) await page.click("main button:not([type=button])");
    await page.waitForURL(`${visit.origin}/bye`);
    await visit.configure();
    expect(await call(page, "fetchUserInfo").catch((error: Error) => error.message)).toMatch(/./);
    expect(await state(page)).toBe("NO_SESSION");
  });

  it("begins as a guest and keeps the account when the guest signs up", async () => {
    const visit = await at("refresh_token");
    const { page } = visit;
    const { userInfo: guest } = await call(page, "authenticateAnonymously");
    expect(guest).toMatchObject({ isAnonymous: true });
    await call(page, "refreshIDToken");
    await start(visit, "startPromoteAnonymousUser");
    await signUp(page);
    const { userInfo } = await finish(visit, "finishPromoteAnonymousUser");
    expect(userInfo).toMatchObject({ sub: guest.sub, isAnonymous: false, email: ANN });
  });

  it("opens the settings as the app's user, and lets him change his password", async () => {
    const visit = await at("refresh_token");
    const { page } = visit;
    await start(visit, "startAuthentication", { page: "signup" });
    await signUp(page);
    await finish(visit);
    const opened = page.context().waitForEvent("page");
    await page.context().clearCookies();
    await call(page, "open", "/settings");
    const settings = await opened;
    await settings.waitForURL((url) => url.pathname === "/settings");
    expect(await settings.textContent("main")).toContain(ANN);
    await start(visit, "startChangePassword");
    await page.waitForURL((at) => at.pathname === "/settings/change_password");
    await page.fill("#x_old_password, [name=x_old_password]", PASSWORD);
    await page.fill("[name=x_new_password]", "another horse battery");
    await page.fill("[name=x_confirm_password]", "another horse battery");
    await page.click("main button:not([type=button])");
    await finish(visit, "finishChangePassword");
    expect(await call(page, "fetchUserInfo")).toMatchObject({ email: ANN });
  });
});
