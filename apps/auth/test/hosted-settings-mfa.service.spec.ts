import { generateSync } from "otplib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { HostedBrowser, PASSWORD, signUp } from "./hosted-browser.js";
import { linesOf, openLine, openLink, rowsOf, signedUp } from "./settings-pages.js";

afterEach(() => void vi.useRealTimers());

type Json = Record<string, any>;

const totp = (secret: string): string => generateSync({ secret });
const ALL = ["totp", "oob_otp_email", "oob_otp_sms", "password"];
const open = (more: Json = {}) => signedUp({ authentication: { secondary_authenticators: ALL, ...more } });
const secondary = async (browser: HostedBrowser) =>
  (await rowsOf(browser, "select type from authenticator where project_id = $1 and kind = 'secondary' order by type")).map(({ type }) => type as string);
const codesLeft = async (browser: HostedBrowser) => Number((await rowsOf(browser, "select count(*) as n from recovery_code where project_id = $1 and consumed_at is null"))[0]?.n);
const codesOn = ({ page }: HostedBrowser) => [...page.matchAll(/<li><code>([^<]*)<\/code><\/li>/g)].map(([, code]) => (code as string).replaceAll("-", ""));

/** Goes to the page of the code, and returns the secret. */
async function startTotp(browser: HostedBrowser): Promise<string> {
  await (await browser.open("/settings/mfa/totp")).press("Add an authenticator app");
  const secret = (/<p class="secret"><code>([^<]*)</.exec(browser.page)?.[1] ?? "").replaceAll(" ", "");
  await openLink(browser, "Next");
  return secret;
}

/** Sets up an authenticator app; recovery codes that come with it are confirmed. */
async function addTotp(browser: HostedBrowser): Promise<string> {
  const secret = await startTotp(browser);
  await browser.press("Confirm", { x_code: totp(secret) });
  if (browser.path.endsWith("view_recovery_code")) await browser.press("I have saved them");
  return secret;
}

describe("two-step sign-in", () => {
  it("lists what the project offers, and what is set up", async () => {
    const browser = await openLine(await open(), "Two-step sign-in");
    expect(linesOf(browser)).toEqual({ "Authenticator app": "Not set up", "Codes by phone": "Not set up", "Codes by email": "Not set up", "Additional password": "Not set up" });
    expect(browser.buttons).toEqual([]);
    await addTotp(browser);
    expect([browser.path, linesOf(browser)]).toEqual([
      "/settings/mfa",
      expect.objectContaining({ "Authenticator app": expect.stringMatching(/^TOTP @ \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), "Recovery codes": "16 left" }),
    ]);
    const few = await openLine(await open({ secondary_authenticators: ["password"] }), "Two-step sign-in");
    expect(Object.keys(linesOf(few))).toEqual(["Additional password"]);
  });

  it("forgets trusted devices", async () => {
    const browser = await open();
    await addTotp(browser);
    const { project, db } = browser.client.project;
    const insert =
      "insert into device_token (project_id, id, user_id, token_hash, created_at, expire_at) select $1, gen_random_uuid(), id, 'h', now(), now() + interval '1 day' from auth_user";
    await db.transaction((tx) => tx.query(`${insert} where project_id = $1`, [project.id]));
    await (await browser.open("/settings/mfa")).press("Forget all trusted devices");
    expect([browser.path, await rowsOf(browser, "select id from device_token where project_id = $1")]).toEqual(["/settings/mfa", []]);
    const without = await open({ device_token: { disabled: true } });
    await addTotp(without);
    expect(without.buttons).toEqual([]);
  });
});

describe("an authenticator app", () => {
  it("is set up by a QR code and a code of it, with recovery codes that are stored once they have been seen", async () => {
    const browser = await open();
    await (await browser.open("/settings/mfa/totp")).press("Add an authenticator app");
    expect([browser.path, browser.page.includes('<svg class="qr" role="img"'), browser.page.includes("otpauth://totp/")]).toEqual(["/settings/mfa/create_totp", true, true]);
    const secret = (/<p class="secret"><code>([^<]*)</.exec(browser.page)?.[1] ?? "").replaceAll(" ", "");
    await openLink(browser, "Next");
    await browser.press("Confirm", { x_code: "000000" });
    expect([browser.path, browser.alert]).toEqual(["/settings/mfa/enter_totp", "The code is not correct."]);
    expect((await browser.open(browser.url)).alert).toBeUndefined();
    await browser.press("Confirm", { x_code: totp(secret) });
    expect([browser.path, browser.title, codesOn(browser).length, await secondary(browser), await codesLeft(browser)]).toEqual([
      "/settings/mfa/view_recovery_code",
      "Save your recovery codes",
      16,
      [],
      0,
    ]);
    const codes = codesOn(browser);
    const file = await browser.client.send(browser.url, { form: { x_action: "download" } });
    expect(file).toMatchObject({
      status: 200,
      body: `${codes.join("\n")}\n`,
      headers: { "content-disposition": 'attachment; filename="recovery_codes.txt"', "cache-control": "no-store" },
    });
    await browser.press("I have saved them");
    expect([browser.path, await secondary(browser), await codesLeft(browser)]).toEqual(["/settings/mfa", ["totp"], 16]);
    const later = await browser.another();
    await later.open("/login");
    await later.press("Continue", { x_login_id: "ann@example.com" });
    await later.press("Sign in", { x_password: PASSWORD });
    expect(later.at).toBe("enter_totp");
    await later.press("Use a recovery code");
    await later.press("Confirm", { x_recovery_code: codes[0] as string });
    expect(later.path).toBe("/settings");
  });

  it("comes without new recovery codes for who has some, and is removed", async () => {
    const browser = await open();
    await addTotp(browser);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    await addTotp(browser);
    expect([browser.path, Object.keys(linesOf(browser)).length]).toEqual(["/settings/mfa/totp", 2]);
    await browser.press("Remove");
    await browser.press("Remove");
    expect([linesOf(browser), await secondary(browser), await codesLeft(browser)]).toEqual([{}, [], 0]);
  });

  it("stays when it is the last second step that the project requires", async () => {
    const authentication = { secondary_authenticators: ["totp"], secondary_authentication_mode: "required" };
    const browser = await signUp(await HostedBrowser.of({ authentication }), "ann@example.com");
    const secret = (/<code>([^<]*)<\/code>/.exec(browser.page)?.[1] ?? "").replaceAll(" ", "");
    await browser.open(`${browser.url}&q_setup_totp_step=verify`);
    await browser.press("Confirm", { x_code: totp(secret) });
    await browser.press("I have saved them");
    await (await browser.open("/settings/mfa/totp")).press("Remove");
    expect([browser.path, browser.alert, await secondary(browser)]).toEqual(["/settings/mfa/totp", "You need at least one second step. Set up another one first.", ["totp"]]);
  });

  it("is nobody else's: neither its token nor its record (account takeover)", async () => {
    const browser = await open();
    await startTotp(browser);
    const pending = browser.url;
    const other = await browser.another();
    await signUp(other, "bob@example.com");
    for (const page of [pending, pending.replace("enter_totp", "create_totp"), pending.replace("enter_totp", "view_recovery_code")])
      expect([(await other.open(page)).status, other.page.includes("otpauth"), other.page.includes("This page has expired")]).toEqual([400, false, true]);
    await addTotp(browser);
    const [{ id } = { id: "" }] = await rowsOf(browser, "select id from authenticator where project_id = $1 and type = 'totp'");
    await other.send("/settings/mfa/totp", { x_action: "remove", x_authenticator_id: id as string });
    expect([other.alert !== undefined, await secondary(browser)]).toEqual([true, ["totp"]]);
    const [password] = await rowsOf(browser, "select id from authenticator where project_id = $1 and kind = 'primary'");
    await browser.send("/settings/mfa/totp", { x_action: "remove", x_authenticator_id: password?.id as string });
    expect(browser.alert).toBeDefined();
  });

  it("is not finished without its code", async () => {
    const browser = await open();
    await startTotp(browser);
    await browser.send(browser.url.replace("enter_totp", "view_recovery_code"), { x_action: "proceed" });
    expect(await secondary(browser)).toEqual([]);
    for (const page of ["create_totp", "enter_totp", "enter_oob_otp"]) expect((await browser.open(`/settings/mfa/${page}?q_token=nosuch`)).status).toBe(400);
    expect((await browser.open("/settings/mfa/enter_totp")).status).toBe(400);
  });

  it("may be set up where the project offers it", async () => {
    const browser = await open({ secondary_authenticators: ["password"] });
    await browser.open("/settings/mfa/totp");
    expect(browser.buttons).toEqual([]);
    await browser.send("/settings/mfa/totp", { x_action: "create_totp" });
    expect(browser.status).toBe(400);
    for (const page of ["create_oob_otp_email", "create_oob_otp_sms"]) {
      expect((await browser.open(`/settings/mfa/${page}`)).path).toBe("/settings/mfa");
      await browser.send(`/settings/mfa/${page}`, { x_target: "x@example.com" });
    }
    const other = await open({ secondary_authenticators: ["totp"] });
    await other.send("/settings/mfa/create_password", { x_password: PASSWORD, x_confirm_password: PASSWORD });
    expect([await secondary(browser), await secondary(other)]).toEqual([[], []]);
  });
});
