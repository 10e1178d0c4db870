import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

/** A machine with other things to do takes its time; no test is about how long something takes. */
const PATIENCE_MS = 120_000;

/** Starts the browser of this machine: CHROMIUM_PATH, or one of the usual places. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? PLACES.find((place) => existsSync(place));
  if (!executablePath) throw new Error("Chromium was not found: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.");
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** A page of somebody who has never been here. */
export async function newVisitor(browser: Browser, looks: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(looks);
  context.setDefaultTimeout(PATIENCE_MS);
  return context.newPage();
}

/** What a message on the console must be to fail the test. Violations of a content security policy are errors, too. */
export type Complaint = (message: { type: string; text: string }) => boolean;

const anyError: Complaint = ({ type }) => type === "error";
/** For pages of which refused requests are a part: those that the browser did not send, or whose answer it did not give to the page. */
export const forbidden: Complaint = ({ text }) => /CORS|Content Security Policy/.test(text);

/** The browser of a `describe`. */
export interface Visitors {
  /** `newVisitor`; the test fails if the page, or one that it opens, complains. */
  newPage(more?: BrowserContextOptions): Promise<Page>;
}

/** Starts a browser for the tests of the `describe` around it, and closes after each test what it opened. `looks` are of every page. */
export function useBrowser(looks: BrowserContextOptions = {}, complains: Complaint = anyError): Visitors {
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });

  return {
    newPage: async (more = {}) => {
      const page = await newVisitor(browser, { ...looks, ...more });
      const context = page.context();
      contexts.push(context);
      context.on("weberror", (error) => complaints.push(error.error().message));
      context.on("console", (message) => {
        if (complains({ type: message.type(), text: message.text() })) complaints.push(`${message.page()?.url()}: ${message.text()}`);
      });
      return page;
    },
  };
}

/** Gives a page's visitor an authenticator for passkeys, which is empty and says yes to whatever it can. */
export async function addPasskeyDevice(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } as const;
  await devTools.send("WebAuthn.addVirtualAuthenticator", { options });
}
