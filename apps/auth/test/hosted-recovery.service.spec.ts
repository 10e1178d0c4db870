import { describe, expect, it } from "vitest";
import { HostedBrowser, linkCode, PASSWORD, signUp, CODE } from "./hosted-browser.js";

const NEW_PASSWORD = "another horse";
const BY_CODE = { ui: { forgot_password: { email: [{ channel: "email", otp_form: "code" }] } } };

/** A browser whose person has an account and has forgotten its password. */
async function forgetful(options: Parameters<typeof HostedBrowser.of>[0] = {}): Promise<HostedBrowser> {
  const first = await HostedBrowser.of(options);
  await signUp(first, "ann@example.com");
  return first.another();
}

async function askedFor(browser: HostedBrowser, email: string): Promise<HostedBrowser> {
  await browser.open("/login");
  await browser.open(/href="(\/authflow\/v2\/forgot_password[^"]*)"/.exec(browser.page)?.[1] ?? "no link");
  expect([browser.at, browser.title]).toEqual(["forgot_password", "Reset your password"]);
  return browser.press("Continue", { x_login_id: email });
}

async function signsInBy(browser: HostedBrowser, password: string): Promise<boolean> {
  const other = await browser.another();
  await other.open("/login");
  await other.press("Continue", { x_login_id: "ann@example.com" });
  await other.press("Sign in", { x_password: password });
  return other.path === "/settings";
}

describe("a forgotten password, by link", () => {
  it("is replaced where the link is opened, which signs nobody in", async () => {
    const browser = await askedFor(await forgetful(), "ann@example.com");
    expect([browser.at, browser.title, browser.page]).toEqual(["forgot_password/link/sent", "Check your messages", expect.stringContaining("a**@example.com")]);
    expect(browser.url).toContain("x_can_back_to_login=false");
    const phone = await browser.another();
    await phone.open(`/authflow/v2/reset_password?code=${await linkCode(browser)}`);
    expect([phone.status, phone.title]).toEqual([200, "Choose a new password"]);
    await phone.press("Save", { x_password: NEW_PASSWORD, x_confirm_password: "another house" });
    expect(phone.alert).toBe("The two passwords differ.");
    await phone.press("Save", { x_password: "short", x_confirm_password: "short" });
    expect([phone.at, phone.alert]).toEqual(["reset_password", "The password does not meet the rules: at least 8 characters."]);
    await phone.press("Save", { x_password: NEW_PASSWORD, x_confirm_password: NEW_PASSWORD });
    expect([phone.at, phone.title, phone.client.jar.session]).toEqual(["reset_password/success", "Password changed", undefined]);
    expect([await signsInBy(browser, PASSWORD), await signsInBy(browser, NEW_PASSWORD)]).toEqual([false, true]);
  });

  it("works once, and says so afterwards", async () => {
    const browser = await askedFor(await forgetful(), "ann@example.com");
    const link = `/authflow/v2/reset_password?code=${await linkCode(browser)}`;
    const phone = await (await browser.another()).open(link);
    // A program that scans mail has opened it as well.
    await (await browser.another()).open(link);
    await phone.press("Save", { x_password: NEW_PASSWORD, x_confirm_password: NEW_PASSWORD });
    expect(phone.title).toBe("Password changed");
    const late = await (await browser.another()).open(link);
    expect([late.title, late.page]).toEqual(["This link no longer works", expect.stringContaining("It was used before, or it has expired.")]);
    expect(late.page).toContain('href="/authflow/v2/forgot_password"');
    expect((await late.open("/authflow/v2/reset_password")).status).toBe(400);
  });

  it("is no good in another project (tenant isolation)", async () => {
    const browser = await askedFor(await forgetful(), "ann@example.com");
    const stranger = await HostedBrowser.of();
    await stranger.open(`/authflow/v2/reset_password?code=${await linkCode(browser)}`);
    expect(stranger.title).toBe("This link no longer works");
  });

  it("looks the same for an address that nobody has (no telling who has an account)", async () => {
    const known = await forgetful();
    const pages = await Promise.all(
      ["ann@example.com", "bob@example.com"].map(async (email) => {
        const { page, at, status } = await askedFor(await known.another(), email);
        return { at, status, page: page.replace(/x_step=\w+|nonce="\w+"|data-wait-ms="\d+"|\w\*\*@/g, "") };
      }),
    );
    expect(pages[0]).toEqual(pages[1]);
  });

  it("is sent again, not too soon", async () => {
    const browser = await askedFor(await forgetful(), "ann@example.com");
    await browser.press("Send a new link");
    expect([browser.at, browser.alert]).toEqual(["forgot_password/link/sent", "Too many attempts. Please wait a little and try again."]);
    const off = { enabled: false };
    const limits = { general: { per_ip: off, per_user_per_ip: off }, signup: { per_ip: off }, account_enumeration: { per_ip: off } };
    const forgot_password = { rate_limits: { email: { trigger_cooldown: "1ms" } } };
    const patient = await askedFor(await forgetful({ config: { forgot_password }, authentication: { rate_limits: limits } }), "ann@example.com");
    await patient.press("Send a new link");
    expect([patient.at, patient.alert, patient.page]).toEqual(["forgot_password/link/sent", undefined, expect.stringContaining('role="status"')]);
    expect((await patient.open(patient.url)).page).not.toContain('role="status"');
  });
});

describe("a forgotten password, by code", () => {
  it("is replaced once the code was typed", async () => {
    const browser = await askedFor(await forgetful({ config: BY_CODE }), "ann@example.com");
    expect([browser.at, browser.page]).toEqual(["forgot_password/otp", expect.stringContaining("We sent a code of 6 digits to a**@example.com.")]);
    expect(browser.url).toContain("x_can_back_to_login=true");
    await browser.press("Confirm", { x_code: "000000" });
    expect([browser.at, browser.alert]).toEqual(["forgot_password/otp", "This code is not correct, or it has expired."]);
    await browser.press("Confirm", { x_code: CODE });
    expect([browser.at, browser.page]).toEqual(["reset_password", expect.stringContaining("For the account of a**@example.com")]);
    await browser.press("Save", { x_password: NEW_PASSWORD, x_confirm_password: NEW_PASSWORD });
    expect([browser.title, browser.page]).toEqual(["Password changed", expect.stringContaining('href="/login"')]);
    expect([await signsInBy(browser, PASSWORD), await signsInBy(browser, NEW_PASSWORD)]).toEqual([false, true]);
  });

  it("fills in what the person has typed at the login, and says what is wrong with it", async () => {
    const browser = await forgetful({ config: BY_CODE });
    await browser.open("/authflow/v2/forgot_password?q_login_id=ann%40example.com&q_login_id_input_type=email");
    expect(browser.page).toContain('value="ann@example.com"');
    await browser.press("Continue", { x_login_id: "" });
    expect([browser.at, browser.alert]).toEqual(["forgot_password", "Please fill in this field."]);
    expect((await browser.press("Continue", { x_login_id: "no address" })).at).toBe("forgot_password/otp");
  });

  it("offers the other channels of a destination", async () => {
    const forgot_password = {
      email: [
        { channel: "email", otp_form: "code" },
        { channel: "email", otp_form: "link" },
      ],
    };
    const browser = await askedFor(await forgetful({ config: { ui: { forgot_password } } }), "ann@example.com");
    expect([browser.at, browser.buttons]).toEqual(["forgot_password/otp", ["Confirm", "Send a new code", "Send a link to a**@example.com"]]);
    await browser.press("Send a link to a**@example.com");
    expect(browser.at).toBe("forgot_password/link/sent");
  });

  it("is not offered where the project has switched it off", async () => {
    const browser = await forgetful({ config: { forgot_password: { enabled: false } } });
    await browser.open("/login");
    expect(browser.page).not.toContain("forgot_password");
  });
});

describe("a password that must be changed", () => {
  const expiring = { authenticator: { password: { policy: { history_size: 3 }, expiry: { force_change: { enabled: true, duration_since_last_update: "24h" } } } } };

  it("is changed at the login", async () => {
    const browser = await forgetful({ config: expiring });
    const { db, project } = browser.client.project;
    await db.transaction((tx) => tx.query("update authenticator set updated_at = now() - interval '25 hours' where project_id = $1", [project.id]));
    await browser.open("/login");
    await browser.press("Continue", { x_login_id: "ann@example.com" });
    await browser.press("Sign in", { x_password: PASSWORD });
    expect([browser.at, browser.title, browser.page]).toEqual(["change_password", "Choose a new password", expect.stringContaining("Your current password has expired.")]);
    await browser.press("Continue", { x_new_password: PASSWORD, x_confirm_password: PASSWORD });
    expect([browser.at, browser.alert]).toEqual(["change_password", "The password does not meet the rules: not one you used before."]);
    await browser.press("Continue", { x_new_password: NEW_PASSWORD, x_confirm_password: NEW_PASSWORD });
    expect([browser.at, browser.title]).toEqual(["change_password/success", "Password changed"]);
    await browser.press("Continue");
    expect(browser.path).toBe("/settings");
    expect([await signsInBy(browser, PASSWORD), await signsInBy(browser, NEW_PASSWORD)]).toEqual([false, true]);
  });
});
