import * as oidc from "openid-client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { launchBrowser, newVisitor } from "../support/browser.js";
import { alertOf, follow, press, send } from "../support/hosted-page.js";
import { base, codeFor, demoConfig, operator } from "../support/platform.js";

const PASSWORD = "correct horse";
const callback = "http://127.0.0.1:8080/callback";

/** Walks to the client's redirect URI; nobody serves it, so the test does. */
async function atCallback(page: Page, walk: () => Promise<void>): Promise<URL> {
  const app = `${new URL(callback).origin}/**`;
  await page.route(app, (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<h1>app</h1>" }));
  await walk();
  await page.waitForURL((url) => url.href.startsWith(callback));
  await page.unroute(app);
  return new URL(page.url());
}

async function signUp(page: Page, email: string): Promise<void> {
  await send(page, "Continue", { "Email address": email });
  await send(page, "Confirm", { Code: await codeFor("demo", email) });
  await send(page, "Continue", { "New password": PASSWORD, "Repeat the password": PASSWORD });
}

describe("a real client library signs in through the hosted pages", () => {
  let browser: Browser;
  let page: Page;
  const email = `person-${Date.now()}@example.com`;

  beforeAll(async () => {
    await operator("PUT", "projects/demo", { files: { "authgear.yaml": demoConfig({}) } });
    browser = await launchBrowser();
    page = await newVisitor(browser);
  });
  afterAll(() => browser.close());

  async function tokensFor(clientId: string, walk: (page: Page) => Promise<void>, secret?: string) {
    const config = await oidc.discovery(new URL(base), clientId, secret, secret ? oidc.ClientSecretPost(secret) : oidc.None(), { execute: [oidc.allowInsecureRequests] });
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const expectedState = oidc.randomState();
    const expectedNonce = oidc.randomNonce();
    const scope = `openid offline_access${secret ? " email" : " https://authgear.com/scopes/full-access"}`;
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope,
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
      state: expectedState,
      nonce: expectedNonce,
    });
    const arrived = await atCallback(page, async () => {
      await page.goto(url.href);
      await walk(page);
    });
    return { config, tokens: await oidc.authorizationCodeGrant(config, arrived, { pkceCodeVerifier, expectedState, expectedNonce }) };
  }

  it("signs up, verifies the address, gets tokens, refreshes, and reads userinfo", async () => {
    const { config, tokens } = await tokensFor("demo-spa", async () => signUp(page, email));
    const claims = tokens.claims();
    expect(claims?.aud).toEqual(["demo-spa"]);
    const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token as string);
    const info = await oidc.fetchUserInfo(config, refreshed.access_token, claims?.sub as string);
    expect(info).toMatchObject({ email, email_verified: true });
  });

  it("continues as the signed-in user, for a rotating native client", async () => {
    const { config, tokens } = await tokensFor("demo-native", async () => page.click("button:has-text('Continue')"));
    const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token as string);
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
    const again = await oidc.refreshTokenGrant(config, refreshed.refresh_token as string);
    expect((await oidc.fetchUserInfo(config, again.access_token, tokens.claims()?.sub as string)).email).toBe(email);
  });

  it("serves a traditional web app and a confidential client with its secret", async () => {
    const web = await tokensFor("demo-web", async () => page.click("button:has-text('Continue')"));
    expect(web.tokens.refresh_token).toBeTruthy();
    const { files } = await operator<{ files: Record<string, string> }>("GET", "projects/demo");
    const secrets = parse(files["authgear.secrets.yaml"] as string) as { secrets: { key: string; data: { items?: { client_id: string; keys: { k: string }[] }[] } }[] };
    const key = secrets.secrets.find(({ key }) => key === "oauth.client_secrets")?.data.items?.find(({ client_id }) => client_id === "demo-confidential")?.keys[0]?.k ?? "";
    const service = await tokensFor("demo-confidential", async () => page.click("button:has-text('Continue')"), Buffer.from(key, "base64url").toString("utf8"));
    expect(service.tokens.claims()?.email).toBe(email);
  });

  it("shows wrong passwords as such, signs in without script, and signs out", async () => {
    const plain = await newVisitor(browser, { javaScriptEnabled: false });
    await plain.goto(`${base}/login`);
    await send(plain, "Continue", { "Email address": email });
    await send(plain, "Sign in", { Password: "wrong" });
    expect(await alertOf(plain)).toBe("The password is not correct.");
    await send(plain, "Sign in", { Password: PASSWORD });
    await plain.waitForURL(/\/settings$/);
    expect(await plain.textContent("main")).toContain(email);
    await follow(plain, "Sign out");
    await press(plain, "Sign out");
    await plain.goto(`${base}/settings`);
    expect(new URL(plain.url()).pathname).toMatch(/^\/(login|signup)$/);
  });
});
