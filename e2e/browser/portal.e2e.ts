import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, newVisitor } from "../support/browser.js";
import { newProjectId, portal } from "../support/platform.js";

describe("a developer works in the portal", () => {
  let browser: Browser;
  let page: Page;
  const id = newProjectId();
  const violations: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await newVisitor(browser, { viewport: { width: 1200, height: 800 } });
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) violations.push(message.text());
    });
  });
  afterAll(() => browser.close());

  it("signs in through the platform's own project", async () => {
    await page.goto(portal);
    await page.click("button:has-text('Sign in')");
    await page.waitForURL(/\/(login|signup)\?/);
    if (page.url().includes("/signup")) await page.click("a:has-text('Sign in')");
    await page.fill("#x_login_id", "demo@example.com");
    await page.click("main button:not([type=button])");
    await page.fill("#x_password", "gatehouse-demo");
    await page.click("main button:not([type=button])");
    await page.waitForSelector("h1:has-text('Projects')");
    await page.waitForSelector("main a[href='/projects/demo']");
    expect(new URL(page.url()).origin).toBe(portal);
  });

  it("creates a second project", async () => {
    await page.click("a:has-text('New project')");
    await page.fill("input", id);
    await page.click("button:has-text('Create project')");
    await page.waitForSelector(`h1:has-text('${id}')`);
    await page.waitForSelector(`main code:has-text('${id}.localhost')`);
    expect(new URL(page.url()).pathname).toBe(`/projects/${id}`);
  });

  it("marks a mistake in its line and saves what is right", async () => {
    await page.click("nav >> text=Configuration");
    await page.click(".cm-content");
    await page.keyboard.press("Control+End");
    await page.keyboard.type("session:\n  lifetime_seconds: -1\n");
    await page.waitForSelector("text=One problem");
    expect(await page.textContent("[role=status]")).toMatch(/Line \d+, session › lifetime_seconds: Must be at least/);
    await page.waitForSelector(".cm-lint-marker-error");
    for (let i = 0; i < 4; i += 1) await page.keyboard.press("Backspace");
    await page.keyboard.type(" 3600\n");
    await page.waitForSelector("text=One problem", { state: "detached" });
    await page.click("button:has-text('Save')");
    await page.waitForSelector("text=Saved");
  });

  it("keeps the users of the projects apart", async () => {
    await page.click("nav >> text=Users");
    await page.waitForSelector("text=Nobody has signed up yet.");
    await page.goto(`${portal}/projects/demo/users`);
    await page.waitForSelector("td:has-text('demo@example.com')");
    await page.goto(`${portal}/projects/demo/audit-log`);
    await page.waitForSelector("h1:has-text('Audit log')");
  });

  it("signs out, and breaks no rule of its Content-Security-Policy", async () => {
    await page.click("button[aria-label='Account']");
    await page.click("text=Sign out");
    await page.waitForSelector("button:has-text('Sign in')");
    expect(violations).toEqual([]);
  });
});
