import path from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { FAULTS } from "./page-faults.js";

/** Where pictures of the pages are kept, if anywhere. */
const SCREENSHOTS = process.env.E2E_SCREENSHOTS;

/** What the pages are looked at on, in both colour schemes. */
export const SCREENS = [
  { name: "phone", viewport: { width: 320, height: 640 }, colorScheme: "dark" },
  { name: "desktop", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
] as const;

/** Does what leads to another page, and waits until that page is there: what is read or typed before that is of the page that goes. */
async function leave(page: Page, act: () => Promise<void>): Promise<void> {
  await Promise.all([act(), page.waitForEvent("domcontentloaded")]);
}

/** Presses a button that leads to another page. */
export const press = (page: Page, name: RegExp | string): Promise<void> => leave(page, () => page.getByRole("button", { name, exact: true }).click());

/** Follows a link to another page. */
export const follow = (page: Page, name: RegExp | string): Promise<void> => leave(page, () => page.getByRole("link", { name }).click());

/** Goes where the link above the heading leads. */
export const goBack = (page: Page): Promise<void> => leave(page, () => page.locator(".back a").click());

/** Presses a button that brings a file, and tells its name. */
export async function download(page: Page, button: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button, exact: true }).click()]);
  return file.suggestedFilename();
}

/** Fills in fields by their labels and presses a button. */
export async function send(page: Page, button: string, values: Record<string, string> = {}): Promise<void> {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
  await press(page, button);
}

/** What the page complains of. */
export const alertOf = (page: Page): Promise<string | null> => page.locator("[role=alert]:visible").textContent();

/** The key for an authenticator app, as the page shows it. */
export const totpSecretOf = async (page: Page): Promise<string> => ((await page.textContent(".secret")) ?? "").replace(/\s/g, "");

/** Expects that everybody can use the page, as soon as it has settled. */
export const expectSound = (page: Page): Promise<void> => expect.poll(() => page.evaluate(FAULTS), { timeout: 30_000 }).toEqual([]);

/** Waits for the page with a heading and looks at it; `picture` names its picture. */
export async function at(page: Page, heading: string, picture = heading): Promise<void> {
  await page.waitForSelector(`h1:text-is("${heading}")`);
  await page.waitForLoadState("load");
  if (SCREENSHOTS) await photograph(page, picture);
  await expectSound(page);
}

async function photograph(page: Page, name: string): Promise<void> {
  const alert = (await page.locator("[role=alert]:visible").count()) > 0 ? "-alert" : "";
  const file = `${name.toLowerCase().replace(/\W+/g, "-")}${alert}-${page.viewportSize()?.width}.png`;
  await page.screenshot({ path: path.join(SCREENSHOTS as string, file), fullPage: true });
}
