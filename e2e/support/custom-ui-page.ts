import type { Page } from "playwright-core";

/** Fills the form of that name and sends it. */
export async function send(page: Page, form: string, values: Record<string, string>): Promise<void> {
  const at = `form[data-form="${form}"]`;
  await page.waitForSelector(at);
  for (const [name, value] of Object.entries(values)) await page.fill(`${at} input[name="${name}"]`, value);
  await page.click(`${at} button`);
}

/** Picks an option. */
export const choose = (page: Page, option: string) => page.click(`[data-option="${option}"]`);
/** Waits for a step of the flow. */
export const atStep = (page: Page, step: string) => page.waitForSelector(`main[data-step="${step}"]`);
/** Waits for the end. */
export const signedIn = (page: Page) => page.waitForSelector("h1:has-text('You are signed in')");
/** What the page complains of. */
export const alert = async (page: Page) => (await page.waitForSelector("[role=alert]:not([hidden])")).textContent();
