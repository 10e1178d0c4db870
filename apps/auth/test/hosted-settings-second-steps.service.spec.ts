import { describe, expect, it } from "vitest";
import { CODE, type HostedBrowser, signUp } from "./hosted-browser.js";
import { fieldsOf, linesOf, openLine, openLink, rowsOf, signedUp } from "./settings-pages.js";

type Json = Record<string, any>;

const NEW = "another good password";
const open = (more: Json = {}, config: Json = {}) =>
  signedUp({ authentication: { secondary_authenticators: ["totp", "oob_otp_email", "oob_otp_sms", "password"], ...more }, config });
const secondary = (browser: HostedBrowser) => rowsOf(browser, "select type, email, phone from authenticator where project_id = $1 and kind = 'secondary' order by created_at");
const codesLeft = async (browser: HostedBrowser) => Number((await rowsOf(browser, "select count(*) as n from recovery_code where project_id = $1 and consumed_at is null"))[0]?.n);
const codesOn = ({ page }: HostedBrowser) => [...page.matchAll(/<code>([^<]*)<\/code>/g)].map(([, code]) => (code as string).replaceAll("-", ""));

/** Sets an additional password, and is shown the recovery codes. */
async function withPassword(more: Json = {}): Promise<HostedBrowser> {
  const browser = await openLink(await (await open(more)).open("/settings/mfa/password"), "Set an additional password");
  return browser.press("Save", { x_password: NEW, x_confirm_password: NEW });
}

describe("codes by email and phone", () => {
  it.each([
    ["Codes by email", "Add an email address", "second@example.com", { type: "oob_otp_email", email: "second@example.com", phone: null }],
    ["Codes by phone", "Add a phone number", "+85298765432", { type: "oob_otp_sms", email: null, phone: "+85298765432" }],
  ])("%s: an address is proven, stored and removed", async (line, add, target, row) => {
    const browser = await openLine(await (await open()).open("/settings/mfa"), line);
    await openLink(browser, add);
    await browser.press("Continue", { x_target: "nonsense" });
    expect([browser.alert, browser.page.includes('value="nonsense"')]).toEqual(["This does not look right. Please check it.", true]);
    await browser.press("Continue", { x_target: target });
    expect([browser.path, browser.page.includes(target)]).toEqual(["/settings/mfa/enter_oob_otp", true]);
    await browser.press("Confirm", { x_code: "000000" });
    expect([browser.path, browser.alert, await secondary(browser)]).toEqual(["/settings/mfa/enter_oob_otp", "The code is wrong or no longer valid.", []]);
    await browser.press("Confirm", { x_code: CODE });
    expect([browser.path, await secondary(browser)]).toEqual(["/settings/mfa/view_recovery_code", []]);
    await browser.press("I have saved them");
    expect([await secondary(browser), await codesLeft(browser), linesOf(browser)[line]]).toEqual([[row], 16, target]);
    await (await openLine(browser, line)).press("Remove");
    expect([linesOf(browser), await secondary(browser)]).toEqual([{}, []]);
  });

  it("are sent again, not too often", async () => {
    const browser = await open();
    await browser.send("/settings/mfa/create_oob_otp_email", { x_target: "second@example.com" });
    await browser.press("Send a new code");
    expect([browser.path, browser.alert]).toEqual(["/settings/mfa/enter_oob_otp", "Too many attempts. Please wait a little and try again."]);
  });

  it("are sent again where that is not too soon, which is said once", async () => {
    const browser = await open({}, { verification: { claims: { email: { enabled: true, required: false } }, rate_limits: { email: { trigger_cooldown: "1ms" } } } });
    await browser.send("/settings/mfa/create_oob_otp_email", { x_target: "second@example.com" });
    await browser.press("Send a new code");
    expect([browser.alert, browser.page.includes("A new code is on its way.")]).toEqual([undefined, true]);
    expect((await browser.open(browser.url)).page).not.toContain("A new code is on its way.");
  });

  it("go by the channel that is chosen, to an address that is not set up yet", async () => {
    const browser = await open({ recovery_code: { disabled: true } });
    await browser.open("/settings/mfa/create_oob_otp_sms");
    expect(browser.page).toContain('<option value="whatsapp">');
    await browser.press("Continue", { x_target: "+85298765432", x_channel: "whatsapp" });
    await browser.press("Confirm", { x_code: CODE });
    expect([browser.path, Object.keys(linesOf(browser))]).toEqual(["/settings/mfa/oob_otp_sms", ["+85298765432"]]);
    await browser.send("/settings/mfa/create_oob_otp_sms", { x_target: "+85298765432" });
    expect(browser.alert).toBe("You have set this up already.");
  });

  it("are nobody else's (account takeover)", async () => {
    const browser = await open();
    await browser.send("/settings/mfa/create_oob_otp_email", { x_target: "second@example.com" });
    const pending = browser.url;
    const other = await browser.another();
    await signUp(other, "bob@example.com");
    expect([(await other.open(pending)).status, other.page.includes("second@example.com")]).toEqual([400, false]);
    await other.send(pending, { x_action: "submit", x_code: CODE });
    expect([other.status, await secondary(browser)]).toEqual([400, []]);
  });
});

describe("the additional password", () => {
  it("is set with recovery codes, changed and removed", async () => {
    const browser = await withPassword();
    expect([browser.path, browser.title, codesOn(browser).length, await codesLeft(browser)]).toEqual(["/settings/mfa/view_recovery_code", "Save your recovery codes", 16, 16]);
    await browser.press("I have saved them");
    await openLink(await openLine(browser, "Additional password"), "Change additional password");
    await browser.press("Save", { x_old_password: "wrong", x_new_password: "yet another one", x_confirm_password: "yet another one" });
    expect([browser.path, browser.alert]).toEqual(["/settings/mfa/change_password", "The password is not correct."]);
    await browser.press("Save", { x_old_password: NEW, x_new_password: "yet another one", x_confirm_password: "yet another one" });
    expect(browser.path).toBe("/settings/mfa/password");
    await browser.press("Remove");
    expect([browser.page.includes("There is nothing here yet."), await secondary(browser), await codesLeft(browser)]).toEqual([true, [], 0]);
    await browser.send("/settings/mfa/password", { x_action: "remove" });
    expect(browser.alert).toBe("There is no password to change.");
  });

  it.each([
    ["two that differ", { x_password: NEW, x_confirm_password: "different" }, "The two passwords differ."],
    ["one that is too short", { x_password: "short", x_confirm_password: "short" }, "The password does not meet the rules: at least 8 characters."],
  ])("is refused: %s", async (_what, form, alert) => {
    const browser = await (await open()).open("/settings/mfa/create_password");
    expect(browser.page).toContain("It needs at least 8 characters.");
    await browser.press("Save", form);
    expect([browser.path, browser.alert, browser.page.includes(form.x_password as string), await secondary(browser)]).toEqual(["/settings/mfa/create_password", alert, false, []]);
  });

  it("is one", async () => {
    const browser = await withPassword();
    await browser.send("/settings/mfa/create_password", { x_password: NEW, x_confirm_password: NEW });
    expect([browser.alert, (await secondary(browser)).length]).toEqual(["You have set this up already.", 1]);
  });
});

describe("recovery codes", () => {
  it("are only counted where the project does not list them, and made anew", async () => {
    const browser = await withPassword();
    const first = codesOn(browser);
    await browser.press("I have saved them");
    await openLine(browser, "Recovery codes");
    expect([browser.title, codesOn(browser), browser.page.includes("16 left")]).toEqual(["Recovery codes", [], true]);
    await browser.press("Make new codes");
    const second = codesOn(browser);
    expect([browser.path, second.length, second.some((code) => first.includes(code)), await codesLeft(browser)]).toEqual(["/settings/mfa/view_recovery_code", 16, false, 16]);
    const file = await browser.client.send(browser.url, { form: { x_action: "download" } });
    expect(file.body).toBe(`${second.join("\n")}\n`);
    const { url } = browser;
    await browser.press("I have saved them");
    expect([browser.path, (await browser.open(url)).status]).toEqual(["/settings/mfa", 400]);
  });

  it("are shown again where the project lists them, with those that were used", async () => {
    const browser = await withPassword({ recovery_code: { list_enabled: true, count: 10 } });
    const codes = codesOn(browser);
    await browser.press("I have saved them");
    const { project, db } = browser.client.project;
    await db.transaction((tx) => tx.query("update recovery_code set consumed_at = now() where project_id = $1 and code = $2", [project.id, codes[0]]));
    await browser.open("/settings/mfa/view_recovery_code");
    expect([codesOn(browser).sort(), browser.page.includes('<span class="badge">used</span>')]).toEqual([codes.toSorted(), true]);
    const file = await browser.client.send(browser.url, { form: { x_action: "download" } });
    expect(file.body.trim().split("\n").sort()).toEqual(codes.slice(1).toSorted());
  });

  it("have no page where the project has none", async () => {
    const browser = await withPassword({ recovery_code: { disabled: true } });
    expect([browser.path, Object.keys(linesOf(await browser.open("/settings/mfa"))).includes("Recovery codes")]).toEqual(["/settings/mfa/password", false]);
    expect((await browser.open("/settings/mfa/view_recovery_code")).path).toBe("/settings/mfa");
    await browser.send("/settings/mfa/view_recovery_code", { x_action: "regenerate" });
    expect(await codesLeft(browser)).toBe(0);
  });

  it("that were made anew are shown to nobody else (account takeover)", async () => {
    const browser = await withPassword();
    await (await browser.open("/settings/mfa/view_recovery_code")).press("Make new codes");
    const other = await browser.another();
    await signUp(other, "bob@example.com");
    const [code] = codesOn(browser);
    await other.open(browser.url);
    expect([other.status, other.page.includes(code as string), fieldsOf(other, "x_action")]).toEqual([400, false, []]);
  });
});
