import { describe, expect, it } from "vitest";
import { SoftwareAuthenticator } from "@gatehouse/service-webauthn/testing";
import { amrOf, HostedBrowser, PASSWORD, signUp } from "./hosted-browser.js";

const authentication = { identities: ["login_id", "passkey"], primary_authenticators: ["passkey", "password"] };

const originOf = ({ client }: HostedBrowser) => `http://${client.project.host}`;

/** What the pages' script would fill in. */
const created = (browser: HostedBrowser, device: SoftwareAuthenticator) => ({ x_attestation_response: JSON.stringify(device.create(browser.data("options"), originOf(browser))) });
const asserted = (browser: HostedBrowser, device: SoftwareAuthenticator) => ({ x_assertion_response: JSON.stringify(device.get(browser.data("options"), originOf(browser))) });

/** A browser of a project whose Ann has made a passkey at the sign-up. */
async function withPasskey(): Promise<{ browser: HostedBrowser; device: SoftwareAuthenticator }> {
  const first = await signUp(await HostedBrowser.of({ authentication }), "ann@example.com");
  const device = new SoftwareAuthenticator();
  expect([first.at, first.title, first.buttons]).toEqual(["prompt_create_passkey", "Sign in faster next time", ["Create a passkey", "Not now"]]);
  await first.press("Create a passkey", created(first, device));
  expect([first.path, await amrOf(first)]).toEqual(["/settings", "mfa pwd x_passkey x_primary_passkey x_primary_password"]);
  return { browser: await first.another(), device };
}

describe("a passkey", () => {
  it("is made at the sign-up and signs in with nothing else", async () => {
    const { browser, device } = await withPasskey();
    await browser.open("/login");
    expect(browser.buttons).toEqual(["Continue", "Use a passkey"]);
    await browser.press("Use a passkey", asserted(browser, device));
    expect([browser.path, await amrOf(browser)]).toEqual(["/settings", expect.stringContaining("x_passkey")]);
  });

  it("is asked for after the address, and the password may be used instead", async () => {
    const { browser, device } = await withPasskey();
    await browser.open("/login");
    await browser.press("Continue", { x_login_id: "ann@example.com" });
    expect([browser.at, browser.title, browser.buttons]).toEqual(["use_passkey", "Use your passkey", ["Use a passkey", "Use your password"]]);
    expect([browser.page.includes("data-automatic"), browser.page.includes("<noscript>")]).toEqual([true, true]);
    const other = await browser.another();
    await other.open("/login");
    await other.press("Continue", { x_login_id: "ann@example.com" });
    await other.press("Use your password");
    expect([other.at, other.buttons]).toEqual(["enter_password", ["Sign in", "Use a passkey"]]);
    await other.press("Sign in", { x_password: PASSWORD });
    expect(other.path).toBe("/settings");
    await browser.press("Use a passkey", asserted(browser, device));
    expect(browser.path).toBe("/settings");
  });

  it("that is not good is refused, and the page does not ask by itself again", async () => {
    const { browser, device } = await withPasskey();
    await browser.open("/login");
    await browser.press("Continue", { x_login_id: "ann@example.com" });
    const evil = JSON.stringify(device.get(browser.data("options"), originOf(browser), { origin: "https://evil.example" }));
    await browser.press("Use a passkey", { x_assertion_response: evil });
    expect([browser.at, browser.alert, browser.page.includes("data-automatic")]).toEqual(["use_passkey", "This passkey was not accepted.", false]);
    for (const x_assertion_response of ["", "no json", "[]", "1", '"x"', "null"]) {
      await browser.press("Use a passkey", { x_assertion_response });
      expect([browser.at, browser.alert]).toEqual(["use_passkey", "This does not look right. Please check it."]);
    }
    await browser.press("Use a passkey", { x_assertion_response: "{}" });
    expect([browser.at, browser.status]).toEqual(["use_passkey", 200]);
    // Its challenge is spent, so that the login begins anew.
    await browser.press("Use a passkey", asserted(browser, device));
    expect([browser.url, browser.alert]).toEqual(["/login", "This took too long. Please try again."]);
    await browser.press("Use a passkey", asserted(browser, device));
    expect(browser.path).toBe("/settings");
  });

  it("is not accepted twice (a recorded answer)", async () => {
    const { browser, device } = await withPasskey();
    await browser.open("/login");
    const answer = asserted(browser, device);
    await browser.press("Use a passkey", answer);
    const thief = await browser.another();
    await thief.open("/login");
    await thief.press("Use a passkey", answer);
    expect([thief.path, await amrOf(thief)]).toEqual(["/login", undefined]);
    expect([thief.url, thief.alert]).toEqual(["/login", "This took too long. Please try again."]);
  });

  it("may be declined, for good where the project allows it", async () => {
    const first = await HostedBrowser.of({ authentication, config: { ui: { passkey_upselling_opt_out_enabled: true } } });
    await signUp(first, "ann@example.com");
    await first.press("Not now");
    expect(first.path).toBe("/settings");
    const login = async () => {
      const browser = await first.another();
      await browser.open("/login");
      await browser.press("Continue", { x_login_id: "ann@example.com" });
      if (browser.at === "use_passkey") await browser.press("Use your password");
      return browser.press("Sign in", { x_password: PASSWORD });
    };
    const again = await login();
    expect([again.at, again.buttons]).toEqual(["prompt_create_passkey", ["Create a passkey", "Not now", "Do not ask me again"]]);
    await again.press("Do not ask me again");
    expect([again.path, (await login()).path]).toEqual(["/settings", "/settings"]);
  });
});
