import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forbidden, useBrowser } from "../support/browser.js";
import { send } from "../support/hosted-page.js";
import { newProjectId, until } from "../support/platform.js";
import { PASSWORD, Project } from "../support/project.js";
import { type SdkApp, startSdkApp } from "../support/sdk-app.js";

const ANN = "ann@example.com";

/** Runs a method of the SDK in the app's page. */
const call = (page: Page, method: string, ...args: unknown[]): Promise<any> =>
  page.evaluate(async ([name, given]) => (globalThis as any).sdk[name as string](...(given as unknown[])), [method, args] as const);

describe("Authgear's SDK for web apps, as it is published", () => {
  const { newPage } = useBrowser({}, forbidden);
  let app: SdkApp;

  beforeAll(async () => {
    app = await startSdkApp();
  });
  afterAll(() => app.close());

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
    const page = await newPage();
    const configure = () => call(page, "configure", { clientID: "sdk", endpoint: project.origin, sessionType });
    await page.goto(`${origin}/`);
    await configure();
    return { page, project, origin, configure };
  }

  /** Begins what leads to the project's pages. */
  async function start({ page, project, origin }: At, method: string, options: Record<string, unknown> = {}): Promise<void> {
    const begun = call(page, method, { redirectURI: `${origin}/callback`, ...options }).catch((error: Error) => {
      if (!/navigation|destroyed|closed/i.test(error.message)) throw error;
    });
    await Promise.all([page.waitForURL((url) => url.origin === project.origin), begun]);
  }

  /** Back at the app with the answer. */
  async function finish({ page, origin, configure }: At, method = "finishAuthentication"): Promise<any> {
    await page.waitForURL((url) => url.href.startsWith(`${origin}/callback`));
    await configure();
    return call(page, method);
  }

  async function signUp(page: Page): Promise<void> {
    await send(page, "Continue", { "Email address": ANN });
    await send(page, "Continue", { "New password": PASSWORD, "Repeat the password": PASSWORD });
  }

  const authTime = (page: Page): Promise<number> => page.evaluate(() => (globalThis as any).sdk.getAuthTime().getTime());
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
    const before = await authTime(visit.page);
    await until(async () => (Date.now() > before + 1000 ? true : undefined), "the next second");
    await start(visit, "startReauthentication");
    await send(visit.page, "Sign in", { Password: PASSWORD });
    await finish(visit, "finishReauthentication");
    expect(await authTime(visit.page)).toBeGreaterThan(before);
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
    await send(page, "Change password", { "Current password": PASSWORD, "New password": "another horse battery", "Repeat the password": "another horse battery" });
    await finish(visit, "finishChangePassword");
    expect(await call(page, "fetchUserInfo")).toMatchObject({ email: ANN });
  });
});
