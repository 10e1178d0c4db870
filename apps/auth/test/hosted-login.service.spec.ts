import { generateSync } from "otplib";
import { beforeEach, describe, expect, it } from "vitest";
import { amrOf, CODE, HostedBrowser, PASSWORD, signUp } from "./hosted-browser.js";

const totp = (secret: string): string => generateSync({ secret });

describe("login by password", () => {
  let browser: HostedBrowser;
  beforeEach(async () => {
    const first = await HostedBrowser.of();
    await signUp(first, "ann@example.com");
    browser = await first.another();
  });

  it("begins at once, walks to the password and ends in the settings", async () => {
    await browser.open("/login");
    expect([browser.url, browser.page]).toEqual(["/login", expect.stringContaining('name="x_login_id_input_type" value="email"')]);
    await browser.press("Continue", { x_login_id: "ann@example.com" });
    expect(browser.at).toBe("enter_password");
    await browser.press("Sign in", { x_password: PASSWORD });
    expect([browser.path, await amrOf(browser)]).toEqual(["/settings", "pwd x_primary_password"]);
    expect(browser.client.jar.signed_up).toBe("true");
    expect((await browser.open("/login")).path).toBe("/settings");
  });

  it("shows an error once, with what was typed and without the password", async () => {
    await browser.open("/login");
    await browser.press("Continue", { x_login_id: "nobody@example.com" });
    expect([browser.path, browser.alert]).toEqual(["/login", "We found no account with this login."]);
    expect(browser.page).toMatch(/value="nobody@example.com"[^>]* aria-describedby="page-alert" aria-invalid="true"/);
    await browser.press("Continue", { x_login_id: "ann@example.com" });
    await browser.press("Sign in", { x_password: "s3cret-typo" });
    expect([browser.at, browser.alert]).toEqual(["enter_password", "The password is not correct."]);
    expect(browser.page).not.toContain("s3cret-typo");
    expect((await browser.open(browser.url)).alert).toBeUndefined();
  });

  it("lets people go back and branch from an older page", async () => {
    await browser.open("/login");
    const before = browser.page;
    await browser.press("Continue", { x_login_id: "ann@example.com" });
    browser.page = before;
    await browser.press("Continue", { x_login_id: "ann@example.com" });
    await browser.press("Sign in", { x_password: PASSWORD });
    expect(browser.path).toBe("/settings");
  });

  it("does not show a step under the path of another", async () => {
    await browser.open("/login");
    await browser.press("Continue", { x_login_id: "ann@example.com" });
    const other = await browser.open(browser.url.replace("enter_password", "enter_totp"));
    expect([other.status, other.page]).toEqual([400, expect.stringContaining("This page has expired")]);
  });

  it("refuses forms of other sites (cross-site request forgery)", async () => {
    await browser.open("/login");
    const forged = await browser.client.send("/login", { form: { x_action: "login_id", x_login_id: "ann@example.com" }, headers: { "sec-fetch-site": "cross-site" } });
    expect([forged.status, forged.headers.location, forged.body]).toEqual([200, undefined, expect.stringContaining("could not accept this form")]);
  });

  it("answers scripts with the next address, and odd actions with 400", async () => {
    const asked = await browser.client.send("/login", { form: { x_action: "login_id", x_login_id: "ann@example.com" }, headers: { "x-authgear-xhr": "true" } });
    expect(asked.json).toEqual({ redirect_uri: expect.stringMatching(/^\/authflow\/v2\/enter_password\?x_step=/), action: "advance" });
    for (const x_action of ["fly", "constructor", "__proto__"]) {
      const odd = await browser.client.send("/login", { form: { x_action } });
      expect([odd.status, odd.body]).toEqual([400, "Unknown action"]);
    }
    const step = await browser.client.send(asked.json.redirect_uri, { form: { x_action: "toString" } });
    expect([step.status, step.body]).toEqual([400, "Unknown action"]);
  });

  it("escapes what was typed (reflected script)", async () => {
    await browser.open("/login");
    await browser.press("Continue", { x_login_id: '"><script>alert(1)</script>@x' });
    expect(browser.page).not.toContain("<script>alert");
    expect(browser.page).toContain("&lt;script&gt;");
  });

  it("goes on to a page of this site alone (open redirect)", async () => {
    const walk = async (redirect_uri: string) => {
      const other = await browser.another();
      await other.open(`/login?${new URLSearchParams({ redirect_uri })}`);
      await other.press("Continue", { x_login_id: "ann@example.com" });
      await other.press("Sign in", { x_password: PASSWORD });
      return other.left?.href ?? other.url;
    };
    expect(await walk("/settings?tab=1")).toBe("/settings?tab=1");
    expect(await walk("https://evil.example/")).toMatch(/^\/settings/);
    expect(await walk("//evil.example/")).toMatch(/^\/settings/);
  });
});

describe("the second step", () => {
  const authentication = { secondary_authenticators: ["totp", "oob_otp_email"], secondary_authentication_mode: "required" };

  async function enrolled(): Promise<{ browser: HostedBrowser; secret: string; codes: string[] }> {
    const browser = await signUp(await HostedBrowser.of({ authentication }), "tess@example.com");
    expect([browser.at, browser.buttons]).toEqual(["setup_totp", ["Get codes by email"]]);
    const secret = (/<code>([A-Z2-7 ]+)<\/code>/.exec(browser.page)?.[1] ?? "").replaceAll(" ", "");
    expect(browser.page).toContain('href="otpauth://totp/');
    await browser.open(`${browser.url}&q_setup_totp_step=verify`);
    await browser.press("Confirm", { x_code: "000000" });
    expect([browser.at, browser.alert]).toEqual(["setup_totp", "The code is not correct."]);
    await browser.press("Confirm", { x_code: totp(secret) });
    expect(browser.at).toBe("view_recovery_code");
    const codes = [...browser.page.matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, code]) => code as string);
    const file = await browser.client.send(browser.url, { form: { x_action: "download" } });
    expect([file.headers["content-disposition"], file.body.trim().split("\n")]).toEqual(['attachment; filename="recovery_codes.txt"', codes.map((code) => code.replace("-", ""))]);
    await browser.press("I have saved them");
    expect(browser.path).toBe("/settings");
    return { browser, secret, codes };
  }

  async function atSecondStep(browser: HostedBrowser): Promise<HostedBrowser> {
    await browser.open("/login");
    await browser.press("Continue", { x_login_id: "tess@example.com" });
    return browser.press("Sign in", { x_password: PASSWORD });
  }

  it("is set up at sign-up, asked at login, and can be taken by a recovery code", async () => {
    const { browser, codes } = await enrolled();
    const later = await atSecondStep(await browser.another());
    expect([later.at, later.buttons]).toEqual(["enter_totp", ["Confirm", "Use a recovery code"]]);
    await later.press("Use a recovery code");
    expect(later.at).toBe("enter_recovery_code");
    await later.press("Confirm", { x_recovery_code: "AAAAA-AAAAA" });
    expect(later.alert).toContain("recovery code is not correct");
    await later.press("Confirm", { x_recovery_code: (codes[0] as string).toLowerCase() });
    expect([later.path, await amrOf(later)]).toEqual(["/settings", expect.stringContaining("x_recovery_code")]);
  });

  it("is not asked again on a device that is remembered", async () => {
    const { browser, secret } = await enrolled();
    const device = await atSecondStep(await browser.another());
    expect(device.page).toContain('name="x_device_token"');
    await device.press("Confirm", { x_code: totp(secret), x_device_token: "true" });
    expect(device.path).toBe("/settings");
    for (const name of Object.keys(device.client.jar)) if (name !== "mfa_device_token") delete device.client.jar[name];
    expect((await atSecondStep(device)).path).toBe("/settings");
    expect(await amrOf(device)).toContain("x_device_token");
  });

  it("can be set up another way than the first", async () => {
    const browser = await signUp(await HostedBrowser.of({ authentication }), "ora@example.com");
    await browser.press("Get codes by email");
    expect(browser.at).toBe("setup_oob_otp");
    await browser.press("Continue", { x_target: "no address" });
    expect(browser.alert).toBe("This does not look right. Please check it.");
    await browser.press("Continue", { x_target: "other@example.com" });
    expect([browser.at, browser.page]).toEqual(["enter_oob_otp", expect.stringContaining("ot***@example.com")]);
    await browser.press("Confirm", { x_code: CODE });
    expect(browser.at).toBe("view_recovery_code");
  });
});
