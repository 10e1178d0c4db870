import { HostedBrowser, signUp } from "./hosted-browser.js";

type Options = Parameters<typeof HostedBrowser.of>[0];

/** A browser whose Ann has just signed up by her email address and a password. */
export async function signedUp(options: Options = {}): Promise<HostedBrowser> {
  const browser = await signUp(await HostedBrowser.of(options), "ann@example.com");
  if (browser.path !== "/settings") throw new Error(`the sign-up ended at ${browser.url}: ${browser.alert ?? browser.title}`);
  return browser;
}

/** Lines of the page: what they are called and what they say, without markup. */
export function linesOf({ page }: HostedBrowser): Record<string, string> {
  const found = [...page.matchAll(/<span class="row-name">([\s\S]*?)<\/span>(?:<span class="row-value">([\s\S]*?)<\/span><\/span>(?=<\/a>|<\/div>|<form)|<\/span>)/g)];
  const plain = (text = "") =>
    text
      .replace(/<[^>]+>/g, " ")
      .replace(/\s+/g, " ")
      .trim();
  return Object.fromEntries(found.map(([, name, value]) => [plain(name), plain(value)]));
}

/** Where the line of a name leads. */
export function hrefOf({ page }: HostedBrowser, name: string): string | undefined {
  const rows = [...page.matchAll(/<a class="row" href="([^"]*)">([\s\S]*?)<\/a>/g)];
  return rows.find(([, , inner]) => inner?.includes(`<span class="row-name">${name}</span>`))?.[1]?.replaceAll("&amp;", "&");
}

/** Follows the line of a name. */
export async function openLine(browser: HostedBrowser, name: string): Promise<HostedBrowser> {
  const href = hrefOf(browser, name);
  if (!href) throw new Error(`no line "${name}" on ${browser.url}: ${Object.keys(linesOf(browser)).join(" | ")}`);
  return browser.open(href);
}

/** Where a link that looks like a button leads. */
export async function openLink(browser: HostedBrowser, text: string): Promise<HostedBrowser> {
  const href = new RegExp(`<a[^>]* href="([^"]*)"[^>]*>${text}</a>`).exec(browser.page)?.[1];
  if (!href) throw new Error(`no link "${text}" on ${browser.url}`);
  return browser.open(href.replaceAll("&amp;", "&"));
}

/** Ids in hidden fields of the page. */
export const fieldsOf = ({ page }: HostedBrowser, name: string): string[] =>
  [...page.matchAll(new RegExp(`name="${name}" value="([^"]*)"`, "g"))].map(([, value]) => value as string);

/** Rows of a table of the browser's project. */
export async function rowsOf({ client }: HostedBrowser, sql: string): Promise<Record<string, any>[]> {
  const { db, project } = client.project;
  return db.read((tx) => tx.query(sql, [project.id]));
}

/** Types of events, oldest first. */
export const eventsOf = async (browser: HostedBrowser): Promise<string[]> =>
  (await rowsOf(browser, "select type from outbox where project_id = $1 order by seq")).map(({ type }) => type as string);
