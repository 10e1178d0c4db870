import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, newVisitor } from "../support/browser.js";
import { operator } from "../support/platform.js";
import { Project } from "../support/project.js";

describe("GraphiQL of the Admin API", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it("is shown to who brings a token, runs a query, and loads nothing from elsewhere", async () => {
    const project = await Project.make();
    const { token } = await operator<{ token: string }>("POST", `projects/${project.id}/admin-token`, {});
    const page = await newVisitor(browser, { extraHTTPHeaders: { authorization: `Bearer ${token}`, "x-authgear-portal-is-proxied": "true" } });
    const [problems, requests]: string[][] = [[], []];
    page.on("pageerror", (error) => problems?.push(error.message));
    page.on("request", (request) => requests?.push(new URL(request.url()).origin));
    await page.goto(`${project.origin}/_api/admin/graphql`);
    await page.click(".graphiql-execute-button");
    await page.waitForSelector('.result-window:has-text("totalCount")');
    expect([problems, new Set(requests)]).toEqual([[], new Set([project.origin])]);
    await page.context().close();
  });

  it("is not shown without one", async () => {
    const project = await Project.make();
    const page = await newVisitor(browser);
    expect((await page.goto(`${project.origin}/_api/admin/graphql`))?.status()).toBe(403);
    await page.context().close();
  });
});
