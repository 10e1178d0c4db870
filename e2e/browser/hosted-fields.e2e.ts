import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath } from "../support/chromium.js";
import { signUpInputs } from "../support/flow.js";
import { FAULTS } from "../support/page-faults.js";
import { PASSWORD, Project } from "../support/project.js";

const NUMBER = "+85251234567";
const SCREENS = [
  { name: "phone", viewport: { width: 320, height: 640 }, colorScheme: "dark" as const },
  { name: "desktop", viewport: { width: 1280, height: 800 }, colorScheme: "light" as const },
];
const BY_PHONE = {
  identity: { login_id: { keys: [{ type: "phone" }] } },
  ui: { phone_input: { allowlist: ["DE", "FR", "GB", "HK", "US"], pinned_list: ["HK", "GB"], preselect_by_ip_disabled: true } },
};

describe.each(SCREENS)("fields of the hosted pages on a $name", ({ viewport, colorScheme }) => {
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    expect(problems.splice(0)).toEqual([]);
  });

  async function newPage(more: { javaScriptEnabled?: boolean } = {}): Promise<Page> {
    const context = await browser.newContext({ viewport, colorScheme, locale: "en", ...more });
    contexts.push(context);
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico")) problems.push(`${page.url()}: ${message.text()}`);
    });
    return page;
  }

  const sound = async (page: Page) => expect(await page.evaluate(FAULTS)).toEqual([]);
  const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
  const active = (page: Page) => page.evaluate("document.activeElement.id || document.activeElement.className");

  /** The page of a phone login, with its list of countries. */
  async function atPhone(project: Project, path = "/login"): Promise<Page> {
    const page = await newPage();
    await page.goto(`${project.origin}${path}`);
    await page.waitForSelector(".country");
    await sound(page);
    return page;
  }
  const calling = async (page: Page) => ((await page.textContent(".country")) ?? "").replace(/^.*\+/u, "+");
  const sent = (page: Page) => page.inputValue("input[type=hidden][name=x_login_id], input[type=hidden][name=q_login_id]");

  it("choose a country by keyboard and mouse, pinned ones first, and send the number in international form", async () => {
    const page = await atPhone(await Project.make({ config: BY_PHONE }));
    expect([await calling(page), await active(page)]).toEqual(["+852", "x_login_id"]);
    await page.click(".country");
    await sound(page);
    const listed = async () => (await page.locator("[role=option]").allTextContents()).map((text) => text.replace(/^\P{L}+/u, ""));
    expect(await listed()).toEqual(["Hong Kong +852", "United Kingdom +44", "France +33", "Germany +49", "United States +1"]);
    await page.keyboard.type("ger");
    expect(await listed()).toEqual(["Germany +49"]);
    await page.keyboard.press("Enter");
    expect([await calling(page), await active(page)]).toEqual(["+49", "x_login_id"]);
    await page.keyboard.type("030 123456");
    expect(await sent(page)).toBe("+4930123456");
    await page.click(".country");
    await page.keyboard.press("Escape");
    expect([await page.isVisible(".countries"), await active(page)]).toEqual([false, "country"]);
    await page.click(".country");
    await page.keyboard.type("+3");
    await page.getByRole("option", { name: "France" }).click();
    await page.getByLabel("Phone number").fill("01 23 45 67 89");
    expect([await calling(page), await sent(page)]).toEqual(["+33", "+33123456789"]);
  });

  it("follow an international number to its country, and keep what cannot be read as it was typed", async () => {
    const page = await atPhone(await Project.make({ config: BY_PHONE }));
    await page.getByLabel("Phone number").pressSequentially("+447911123456");
    expect([await calling(page), await sent(page)]).toEqual(["+44", "+447911123456"]);
    await page.keyboard.press("Tab");
    expect(await page.inputValue("#x_login_id")).toBe("07911 123456");
    await page.getByLabel("Phone number").fill("someone");
    expect(await sent(page)).toBe("someone");
    await press(page, "Continue");
    await page.waitForSelector("[role=alert]:visible");
    expect(await page.getByLabel("Phone number").inputValue()).toBe("someone");
    await sound(page);
  });

  it("sign people up by phone and password, with a meter of its strength; without script, too", async () => {
    const policy = { min_length: 8, minimum_guessable_level: 3 };
    const project = await Project.make({ config: { ...BY_PHONE, authenticator: { password: { policy } } } });
    const page = await atPhone(project, "/signup");
    await page.getByLabel("Phone number").fill("5123 4567");
    await press(page, "Continue");
    await page.waitForSelector("[data-strength]:not([hidden])");
    await sound(page);
    const meter = page.getByRole("meter", { name: "Strength of the password" });
    const shown = async (password: string) => {
      await page.getByLabel("New password", { exact: true }).fill(password);
      const met = await page.evaluate("[...document.querySelectorAll('#password-rules li')].map((rule) => rule.dataset.met)");
      return [await meter.getAttribute("aria-valuenow"), await meter.getAttribute("aria-valuetext"), met];
    };
    expect(await shown("password1")).toEqual(["1", "Very weak", ["true", "false"]]);
    expect(await shown(PASSWORD)).toEqual(["5", "Strong", ["true", "true"]]);
    expect(await shown("")).toEqual(["0", "", ["false", "false"]]);
    await shown(PASSWORD);
    await sound(page);
    await page.getByLabel("Repeat the password", { exact: true }).fill(PASSWORD);
    await press(page, "Continue");
    await page.waitForURL(/\/settings$/);

    const plain = await newPage({ javaScriptEnabled: false });
    await plain.goto(`${project.origin}/login`);
    expect(await plain.locator(".country").count()).toBe(0);
    await plain.getByLabel("Phone number").fill(NUMBER);
    await press(plain, "Continue");
    await plain.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await press(plain, "Sign in");
    expect(new URL(plain.url()).pathname).toBe("/settings");
  });

  it("count down until an account is free again, over the whole page", async () => {
    const lockout = { max_attempts: 1, history_duration: "1h", minimum_duration: "12s", maximum_duration: "1h", lockout_type: "per_user", password: { enabled: true } };
    const project = await Project.make({ authentication: { lockout } });
    await project.browser().finish("signup", signUpInputs("ann@example.com", PASSWORD));
    const page = await newPage();
    await page.goto(`${project.origin}/login`);
    await page.getByLabel("Email address").fill("ann@example.com");
    await press(page, "Continue");
    await page.getByLabel("Password", { exact: true }).fill("wrong");
    await press(page, "Sign in");
    const dialog = page.getByRole("dialog", { name: "Account locked" });
    await dialog.waitFor();
    expect([await page.textContent(".countdown"), await active(page)]).toEqual([expect.stringMatching(/^00:(0[1-9]|1[0-3])$/), "overlay"]);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.closest('.overlay') !== null")).toBe(true);
    await dialog.waitFor({ state: "detached", timeout: 60_000 });
    expect(await active(page)).toBe("x_password");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await press(page, "Sign in");
    await page.waitForURL(/\/settings$/);
  });

  it("count down until a code can be sent again", async () => {
    const project = await Project.make({ authentication: { primary_authenticators: ["oob_otp_email"] } });
    const page = await newPage();
    await page.goto(`${project.origin}/signup`);
    await page.getByLabel("Email address").fill("ann@example.com");
    await press(page, "Continue");
    const resend = page.getByRole("button", { name: /^Send a new code/ });
    await resend.waitFor();
    expect([await resend.isDisabled(), await resend.textContent()]).toEqual([true, expect.stringMatching(/^Send a new code \((00:[1-5]\d|01:00)\)$/)]);
  });
});
