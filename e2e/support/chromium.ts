import { existsSync } from "node:fs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

/** The browser of this machine: CHROMIUM_PATH, or one of the usual places. */
export function chromiumPath(): string {
  const found = process.env.CHROMIUM_PATH ?? PLACES.find((place) => existsSync(place));
  if (!found) throw new Error("Chromium was not found: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.");
  return found;
}
