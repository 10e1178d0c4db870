import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type FakeProvider, startFakeProvider } from "@gatehouse/service-social-login/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type HostedBrowser } from "./hosted-browser.js";
import { appToken, begin, expectDone, identities, signedIn } from "./settings-action-helpers.js";

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.reset();
  provider.setAccount({ sub: "s1", upn: "ann@corp.test", email: "ann@corp.test", name: "Ann" });
});

describe("settings actions of social accounts", () => {
  async function atProvider(browser: HostedBrowser, choice = {}): Promise<HostedBrowser> {
    const { left } = browser;
    if (left?.origin !== provider.origin) throw new Error(`the browser is at ${left?.href ?? browser.url}`);
    return browser.open(`/sso/oauth2/callback/corp?${new URLSearchParams(await provider.authorize(left.href, choice))}`);
  }
  const corp = { x_oauth_provider_alias: "corp" };

  it("link_oauth goes to the provider at once, and unlink_oauth undoes it", async () => {
    const app = await signedIn(provider);
    const linked = await begin(app, "link_oauth", corp);
    await expectDone(app, await atProvider(linked.browser), linked.verifier);
    expect(await identities(app)).toEqual(["ann@example.com", "oauth"]);
    const again = await begin(app, "link_oauth", corp);
    expect([again.browser.status, again.browser.page]).toEqual([200, expect.stringContaining("This social account is already connected.")]);
    const unlinked = await begin(app, "unlink_oauth", corp);
    await unlinked.browser.press("Disconnect ADFS");
    await expectDone(app, unlinked.browser, unlinked.verifier);
    const nothing = await begin(app, "unlink_oauth", corp);
    expect([nothing.browser.status, nothing.browser.page]).toEqual([200, expect.stringContaining("This social account is not connected.")]);
  });

  it("link_oauth tells that the account belongs to another user, and does not start again", async () => {
    const app = await signedIn(provider);
    await atProvider((await begin(app, "link_oauth", corp)).browser);
    const other = { ...app, refreshToken: await appToken(app.client, "bob@example.com") };
    const { browser, verifier } = await begin(other, "link_oauth", corp);
    await atProvider(browser);
    expect([browser.path, browser.url, browser.alert]).toEqual([
      "/settings/identity/oauth",
      expect.stringContaining("q_sso_error=1"),
      "This ADFS account is already registered. Please use another one.",
    ]);
    provider.setAccount({ sub: "s2", upn: "bob@corp.test", email: "bob@corp.test", name: "Bob" });
    await browser.press("Connect ADFS");
    await expectDone(other, await atProvider(browser), verifier);
  });

  it("comes back by form too, which brings no cookies of this site", async () => {
    const app = await signedIn(provider);
    const { browser, verifier } = await begin(app, "link_oauth", corp);
    const answer = Object.fromEntries(new URLSearchParams(await provider.authorize((browser.left as URL).href)));
    const kept = { ...app.client.jar };
    for (const name of Object.keys(app.client.jar)) delete app.client.jar[name];
    const posted = await app.client.send("/sso/oauth2/callback/corp", { form: answer });
    expect([posted.status, posted.headers.location]).toEqual([302, expect.stringContaining("/sso/oauth2/callback/corp?")]);
    Object.assign(app.client.jar, kept);
    await expectDone(app, await browser.open(posted.headers.location as string), verifier);
  });

  it("does not link an account to whoever brings the callback (linking CSRF)", async () => {
    const app = await signedIn(provider);
    const { browser } = await begin(app, "link_oauth", corp);
    const answer = new URLSearchParams(await provider.authorize((browser.left as URL).href));
    const other = { ...app, refreshToken: await appToken(app.client, "eve@example.com") };
    await begin(other, "change_password");
    await app.browser.open(`/sso/oauth2/callback/corp?${answer}`);
    expect(await identities(app)).toEqual(["ann@example.com", "eve@example.com"]);
  });
});

describe("delete_account", () => {
  it("closes the account, ends its sessions, and tells the app", async () => {
    const app = await signedIn(provider);
    const { browser, verifier } = await begin(app, "delete_account");
    await browser.press("Delete my account", { delete: "delete" });
    expect(browser.alert).toBe("Please check what you entered.");
    await browser.press("Delete my account", { delete: "DELETE" });
    expect([browser.path, browser.title]).toEqual(["/settings/delete_account/success", "Your account is closed"]);
    const refreshed = await app.client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: "app", refresh_token: app.refreshToken } });
    expect(refreshed.json.error).toBe("invalid_grant");
    const { url } = browser;
    await browser.press("Done");
    await expectDone(app, browser, verifier);
    const told = await app.client.project.db.read((tx) =>
      tx.query("select type from outbox where project_id = $1 and type like 'user.deletion%'", [app.client.project.project.id]),
    );
    expect(told).toEqual([{ type: "user.deletion_scheduled" }]);
    expect((await app.client.send(url)).headers.location).toMatch(/^\/v2\/errors\/error\?q_error=/);
  });

  it("does nothing when the project's own code refuses", async () => {
    const asked: Record<string, any>[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        asked.push(JSON.parse(body));
        response.setHeader("content-type", "application/json").end(JSON.stringify({ is_allowed: false, title: "Not now", reason: "You owe us money" }));
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const app = await signedIn(provider, { hook: { blocking_handlers: [{ event: "user.pre_schedule_deletion", url }] } });
      const { browser } = await begin(app, "delete_account");
      await browser.press("Delete my account", { delete: "DELETE" });
      expect([browser.path, browser.alert]).toEqual(["/settings/delete_account", "Not now. You owe us money"]);
      expect(asked.map(({ type, payload }) => [type, payload.user.is_deactivated])).toEqual([["user.pre_schedule_deletion", true]]);
      const refreshed = await app.client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: "app", refresh_token: app.refreshToken } });
      expect(refreshed.status).toBe(200);
    } finally {
      server.close();
    }
  });

  it("is not there where users may not do it", async () => {
    const app = await signedIn(provider, { account_deletion: { scheduled_by_end_user_enabled: false } });
    await begin(app, "change_password");
    await app.browser.open("/settings/delete_account");
    expect(app.browser.path).toBe("/settings");
    await app.browser.send("/settings/delete_account", { x_action: "delete", delete: "DELETE" });
    expect((await app.client.send("/settings")).status).toBe(200);
  });
});
