import { describe, expect, it } from "vitest";
import { statementCount } from "@gatehouse/platform-postgres";
import { startFakeProvider } from "@gatehouse/service-social-login/testing";
import { HostedBrowser } from "./hosted-browser.js";
import { hrefOf, linesOf, openLine, signedUp } from "./settings-pages.js";

const keys = (...more: object[]) => ({ identity: { login_id: { keys: [{ type: "email" }, ...more] } } });

describe("the first page of the settings of a project", () => {
  const all = {
    authentication: { secondary_authenticators: ["totp"] },
    config: {
      identity: { login_id: { keys: [{ type: "email" }, { type: "phone" }, { type: "username" }] }, biometric: { list_enabled: true } },
      account_deletion: { scheduled_by_end_user_enabled: true },
      ui: { default_client_uri: "https://shop.example" },
    },
  };

  it("that has everything", async () => {
    const browser = await signedUp(all);
    expect([browser.title, /<h1 class="([^"]*)"/.exec(browser.page)?.[1]]).toEqual(["Your account", "settings-title"]);
    expect(linesOf(browser)).toEqual({
      Profile: "",
      Email: "ann@example.com not verified",
      Phone: "None yet",
      "User name": "None yet",
      Password: "",
      "Fingerprint and face sign-in": "None yet",
      "Two-step sign-in": "None yet",
      "Where you are signed in": "",
      "Advanced settings": "",
    });
    expect(browser.page).toContain('href="https://shop.example"');
    expect(browser.page).toContain('href="/logout"');
    expect((await openLine(browser, "Advanced settings")).title).toBe("Advanced settings");
    expect((await openLine(browser, "Delete your account")).title).toBe("Delete your account");
  });

  it("that has little", async () => {
    const browser = await signedUp({ authentication: { secondary_authentication_mode: "disabled" } });
    expect(Object.keys(linesOf(browser))).toEqual(["Profile", "Email", "Password", "Where you are signed in"]);
    expect(browser.page).not.toContain("Back to the application");
    expect((await browser.open("/settings/advanced_settings")).path).toBe("/settings");
    for (const page of ["mfa", "mfa/totp", "mfa/view_recovery_code", "mfa/create_password", "biometric"]) expect((await browser.open(`/settings/${page}`)).path).toBe("/settings");
  });

  it("with social providers", async () => {
    const provider = await startFakeProvider();
    const browser = await signedUp({
      authentication: { identities: ["login_id", "oauth"] },
      secrets: [{ key: "sso.oauth.client", data: { items: [{ alias: "corp", client_secret: provider.clientSecret("adfs") }] } }],
      config: { identity: { login_id: { keys: [{ type: "email" }] }, oauth: { providers: [provider.config("adfs", { alias: "corp" })] } } },
    });
    expect([linesOf(browser)["Social accounts"], hrefOf(browser, "Social accounts")]).toEqual(["None yet", "/settings/identity/oauth"]);
    await provider.close();
  });

  it("leads straight to the change of the only address, where that is allowed", async () => {
    const { searchParams, pathname } = new URL(hrefOf(await signedUp(), "Email") as string, "http://x");
    expect([pathname, Object.fromEntries(searchParams)]).toEqual([
      "/settings/identity/change_email",
      { q_login_id_key: "email", q_identity_id: expect.any(String), q_back_url: "/settings" },
    ]);
    const fixed = await signedUp({ config: { identity: { login_id: { keys: [{ type: "email", update_disabled: true }] } } } });
    expect(hrefOf(fixed, "Email")).toBe("/settings/identity/email?q_login_id_key=email");
    const hidden = await signedUp({ config: keys({ type: "username", create_disabled: true }) });
    expect(Object.keys(linesOf(hidden))).not.toContain("User name");
  });
});

describe("settings pages are kept from", () => {
  const pages = [
    "profile",
    "profile/name/edit",
    "identity/email",
    "identity/view_email",
    "identity/change_primary_email",
    "passkey",
    "biometric",
    "mfa",
    "mfa/totp",
    "mfa/enter_totp",
  ];
  const more = ["mfa/create_oob_otp_sms", "mfa/enter_oob_otp", "mfa/password", "mfa/create_password", "mfa/change_password", "mfa/view_recovery_code", "advanced_settings"];

  it("people who are not signed in, who come back afterwards (probe 21)", async () => {
    const browser = await HostedBrowser.of();
    const locations = await Promise.all([...pages, ...more].map(async (page) => (await browser.client.send(`/settings/${page}?a=b`)).headers.location));
    expect(locations).toEqual([...pages, ...more].map((page) => `/?redirect_uri=${encodeURIComponent(`/settings/${page}?a=b`)}`));
  });

  it("guests, but for the first page and the profile (probe 22)", async () => {
    const browser = await HostedBrowser.of({ authentication: { identities: ["login_id", "anonymous"] } });
    await browser.client.send("/api/anonymous_user/signup", { json: { session_type: "cookie" } });
    await browser.open("/settings");
    expect([browser.path, Object.keys(linesOf(browser))]).toEqual(["/settings", ["Profile"]]);
    await browser.open("/settings/profile");
    expect([browser.path, browser.status, browser.page.includes("/edit")]).toEqual(["/settings/profile", 200, false]);
    const others = [...pages, ...more].filter((page) => page !== "profile");
    expect(await Promise.all(others.map(async (page) => (await browser.client.send(`/settings/${page}`)).headers.location))).toEqual(others.map(() => "/settings"));
  });

  it("everyone where they are switched off", async () => {
    const browser = await HostedBrowser.of({ config: { ui: { settings_disabled: true } } });
    for (const page of ["", "/profile", "/mfa", "/passkey", "/identity/email", "/advanced_settings"])
      expect((await browser.client.send(`/settings${page}`)).headers.location).toBe("/errors/feature_disabled");
  });

  it("forms of other sites (CSRF)", async () => {
    const browser = await signedUp();
    const posts = ["profile/name/edit", "identity/view_email", "identity/change_primary_email", "passkey", "biometric", "mfa", "mfa/totp", "mfa/create_totp", "mfa/enter_totp"];
    for (const page of [
      ...posts,
      "mfa/oob_otp_sms",
      "mfa/create_oob_otp_email",
      "mfa/enter_oob_otp",
      "mfa/password",
      "mfa/create_password",
      "mfa/change_password",
      "mfa/view_recovery_code",
    ]) {
      const answer = await browser.client.send(`/settings/${page}`, { form: { x_action: "save", "/given_name": "Evil" }, headers: { "sec-fetch-site": "cross-site" } });
      expect([page, answer.status, answer.body.includes("We could not accept this form")]).toEqual([page, 200, true]);
    }
    await browser.open("/settings/profile");
    expect(browser.page).not.toContain("Evil");
  });

  it("actions that they do not have", async () => {
    const browser = await signedUp();
    for (const page of ["profile/name/edit", "identity/view_email", "identity/change_primary_email", "passkey", "biometric", "mfa", "mfa/totp", "mfa/enter_totp", "mfa/password"])
      expect(await browser.client.send(`/settings/${page}`, { form: { x_action: "odd" } })).toMatchObject({ status: 400, body: "Unknown action" });
  });
});

it("a page costs few statements", async () => {
  const browser = await signedUp({ authentication: { secondary_authenticators: ["totp"] } });
  for (const page of ["", "/profile", "/mfa", "/identity/email"]) {
    const { sql, statements } = await statementCount.during(() => browser.open(`/settings${page}`));
    expect(sql, `${page}: ${statements.join("\n")}`).toBeLessThanOrEqual(2);
  }
});

it("a page goes back to where the address says, on this site alone (open redirect)", async () => {
  const browser = await signedUp();
  const back = async (to: string): Promise<string | undefined> => {
    await browser.open(`/settings/mfa?${new URLSearchParams({ q_back_url: to })}`);
    return /<p class="back"><a href="([^"]*)"/.exec(browser.page)?.[1];
  };
  const wanted = { "/settings/profile?a=1": "/settings/profile?a=1", "https://evil.example/x": "/x", "//evil.example/x": "/x", "/\\evil.example/x": "/x" };
  for (const [given, shown] of Object.entries(wanted)) expect([given, await back(given)]).toEqual([given, shown]);
  for (const evil of ["", "javascript:alert(1)", "http://here//evil.example"]) expect([evil, await back(evil)]).toEqual([evil, "/settings"]);
});
