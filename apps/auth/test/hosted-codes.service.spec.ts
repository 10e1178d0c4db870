import { describe, expect, it } from "vitest";
import { amrOf, CODE, HostedBrowser, linkCode, ownSignup } from "./hosted-browser.js";

const off = { enabled: false };
/** Limits off, and addresses that may be sent to again at once. */
const impatient = {
  general: { per_ip: off, per_user_per_ip: off },
  signup: { per_ip: off },
  account_enumeration: { per_ip: off },
  oob_otp: { email: { trigger_cooldown: "1ms" }, sms: { trigger_cooldown: "1ms" } },
};
const who = { type: "identify", name: "who", one_of: [{ identification: "email" }] };
/** The factor is made without a message, so that the tests begin at the login. */
const unproven = [who, { type: "create_authenticator", one_of: [{ authentication: "primary_oob_otp_email", target_step: "who", verification_required: false }] }];

/** A browser of a project that has Ann, whose login stands after her address. */
async function atLogin({ mode = "code", authentication = {} }: { mode?: string; authentication?: object } = {}): Promise<HostedBrowser> {
  const config = { ...ownSignup(unproven), authenticator: { oob_otp: { email: { email_otp_mode: mode } } } };
  const first = await HostedBrowser.of({ authentication: { primary_authenticators: ["oob_otp_email", "password"], rate_limits: impatient, ...authentication }, config });
  await first.open("/signup");
  await first.press("Continue", { q_login_id: "ann@example.com" });
  expect(first.path).toBe("/settings");
  return login(await first.another());
}

async function login(browser: HostedBrowser): Promise<HostedBrowser> {
  await browser.open("/login");
  return browser.press("Continue", { x_login_id: "ann@example.com" });
}

describe("login by a code", () => {
  it("sends it at once and takes it", async () => {
    const browser = await atLogin();
    expect([browser.at, browser.title, browser.page]).toEqual(["enter_oob_otp", "Enter the code", expect.stringContaining("We sent a code of 6 digits to a**@example.com.")]);
    expect(browser.page).toMatch(/<input id="x_code"[^>]* autocomplete="one-time-code" inputmode="numeric"/);
    await browser.press("Confirm", { x_code: "000000" });
    expect([browser.at, browser.alert]).toEqual(["enter_oob_otp", "The code is not correct."]);
    await browser.press("Confirm", { x_code: "" });
    expect([browser.at, browser.alert]).toEqual(["enter_oob_otp", "Please fill in this field."]);
    await browser.press("Confirm", { x_code: CODE });
    expect([browser.path, await amrOf(browser)]).toEqual(["/settings", expect.stringContaining("x_primary_oob_otp_email")]);
  });

  it("sends another one and says so once", async () => {
    const browser = await atLogin();
    await browser.press("Send a new code");
    expect([browser.at, browser.page]).toEqual(["enter_oob_otp", expect.stringContaining('<p class="notice" role="status">A new code is on its way.</p>')]);
    expect((await browser.open(browser.url)).page).not.toContain('role="status"');
    await browser.press("Confirm", { x_code: CODE });
    expect(browser.path).toBe("/settings");
  });

  it("ends after too many wrong codes, until a new one is sent (guessing)", async () => {
    const browser = await atLogin({ authentication: { rate_limits: { ...impatient, oob_otp: { email: { trigger_cooldown: "1ms", max_failed_attempts_revoke_otp: 2 } } } } });
    for (const x_code of ["000000", "000001"]) await browser.press("Confirm", { x_code });
    for (const x_code of [CODE, CODE]) await browser.press("Confirm", { x_code });
    expect([browser.at, browser.alert]).toEqual(["enter_oob_otp", "Too many wrong codes were entered. Ask for a new one."]);
    await browser.press("Send a new code");
    await browser.press("Confirm", { x_code: CODE });
    expect(browser.path).toBe("/settings");
  });
});

describe("login by a link", () => {
  it("waits for the link, which is approved on any device, and goes on", async () => {
    const browser = await atLogin({ mode: "login_link" });
    expect([browser.at, browser.title, browser.page]).toEqual(["oob_otp_link", "Check your inbox", expect.stringContaining("a**@example.com")]);
    expect(browser.page).toMatch(/data-state="authflowstate_\w+" data-socket="ws:[^"]+"/);
    await browser.press("I have opened the link");
    expect([browser.at, browser.alert]).toEqual(["oob_otp_link", "The link has not been opened yet."]);

    const phone = await browser.another();
    const link = `/authflow/v2/verify_login_link?code=${await linkCode(browser)}`;
    // Programs that scan mail open links, too: nothing happens before the button.
    for (let time = 0; time < 2; time += 1) expect((await phone.open(link)).title).toBe("Approve this login?");
    expect((await browser.open(browser.url)).page).not.toContain("was opened");
    await phone.press("Yes, that is me");
    expect([phone.url, phone.title]).toEqual(["/authflow/v2/verify_login_link?state=matched", "Login approved"]);
    expect(await amrOf(phone)).toBeUndefined();

    expect((await browser.open(browser.url)).page).toContain("The link for a**@example.com was opened.");
    await browser.press("I have opened the link");
    expect([browser.path, await amrOf(browser)]).toEqual(["/settings", expect.stringContaining("x_primary_oob_otp_email")]);
    expect((await phone.open(link)).title).toBe("This link no longer works");
  });

  it("is approved by nobody but who clicks in its own page (cross-site request forgery)", async () => {
    const browser = await atLogin({ mode: "login_link" });
    const x_oob_otp_code = await linkCode(browser);
    const forged = await browser.client.send("/authflow/v2/verify_login_link", { form: { x_oob_otp_code }, headers: { "sec-fetch-site": "cross-site" } });
    expect([forged.status, forged.body]).toEqual([200, expect.stringContaining("could not accept this form")]);
    await browser.press("I have opened the link");
    expect(browser.at).toBe("oob_otp_link");
  });

  it("says that a link is unknown, without writing what was asked into the page", async () => {
    const browser = await HostedBrowser.of();
    await browser.open("/authflow/v2/verify_login_link?code=%3Cscript%3E");
    expect([browser.title, browser.page.includes("<script>")]).toEqual(["This link no longer works", false]);
    expect((await browser.open("/authflow/v2/verify_login_link")).title).toBe("This link no longer works");
    expect((await browser.send("/authflow/v2/verify_login_link", { x_oob_otp_code: "nosuch" })).title).toBe("This link no longer works");
  });

  it("can be sent again", async () => {
    const browser = await atLogin({ mode: "login_link" });
    await browser.press("Send a new link");
    expect([browser.at, browser.page]).toEqual(["oob_otp_link", expect.stringContaining('role="status"')]);
    expect(browser.page).toContain("A new link is on its way.");
  });
});

describe("codes by phone", () => {
  const config = { identity: { login_id: { keys: [{ type: "phone" }] } }, authenticator: { oob_otp: { sms: { phone_otp_mode: "whatsapp_sms" } } } };
  const authentication = { primary_authenticators: ["oob_otp_sms"], rate_limits: impatient };

  it("may come by another channel", async () => {
    const browser = await HostedBrowser.of({ authentication, config });
    await browser.open("/signup");
    expect(browser.page).toContain('type="tel"');
    await browser.press("Continue", { q_login_id: "+85251000000" });
    expect([browser.at, browser.buttons]).toEqual(["enter_oob_otp", ["Confirm", "Send a new code", "Send a text message to +8525100****"]]);
    expect(browser.page).toContain("by WhatsApp to +8525100****");
    await browser.press("Send a text message to +8525100****");
    expect(browser.page).toContain("by text message to +8525100****");
    expect(browser.buttons).toContain("Send a WhatsApp message to +8525100****");
    await browser.press("Confirm", { x_code: CODE });
    expect(browser.path).toBe("/settings");
  });

  it("cannot be asked for by a channel that is not offered", async () => {
    const browser = await HostedBrowser.of({ authentication, config });
    await browser.open("/signup");
    await browser.press("Continue", { q_login_id: "+85251000000" });
    const forms: Record<string, string>[] = [{ x_channel: "pigeon" }, { x_index: "7" }, { x_index: "-1" }, { x_index: "x" }];
    for (const form of forms) {
      await browser.send(browser.url, { x_action: "take_branch", x_index: "0", ...form });
      expect([browser.at, browser.alert]).toEqual(["enter_oob_otp", "Please check what you entered."]);
    }
  });
});
