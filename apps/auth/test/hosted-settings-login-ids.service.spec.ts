import { describe, expect, it } from "vitest";
import { CODE, HostedBrowser, PASSWORD, signUp } from "./hosted-browser.js";
import { eventsOf, fieldsOf, hrefOf, linesOf, openLine, openLink, rowsOf, signedUp } from "./settings-pages.js";

type Json = Record<string, any>;

const identity = (...more: Json[]) => ({ login_id: { keys: [{ type: "email" }, { type: "phone" }, { type: "username" }].map((key, index) => ({ ...key, ...more[index] })) } });
const claims = (required: boolean) => ({ claims: { email: { enabled: true, required }, phone_number: { enabled: true, required } } });
const open = (config: Json = {}) => signedUp({ config: { identity: identity(), verification: claims(false), ...config } });
const list = (type: string) => `/settings/identity/${type}?q_login_id_key=${type}`;
const loginIds = async (browser: HostedBrowser) =>
  (await rowsOf(browser, "select login_id from identity where project_id = $1 order by login_id")).map(({ login_id }) => login_id as string);
const attributes = async (browser: HostedBrowser) => (await rowsOf(browser, "select standard_attributes from auth_user where project_id = $1"))[0]?.standard_attributes;

/** Gives Ann a second address. */
async function withTwo(config: Json = {}): Promise<HostedBrowser> {
  const browser = await open(config);
  await browser.open("/settings/identity/add_email");
  return browser.press("Save", { x_login_id: "second@example.com" });
}

describe("the list of email addresses", () => {
  it("shows them all, which is the main one, and which has been proven", async () => {
    const browser = await withTwo();
    expect(linesOf(browser).Email).toBe("ann@example.com not verified second@example.com not verified");
    await openLine(browser, "Email");
    expect([browser.url, browser.title, Object.keys(linesOf(browser))]).toEqual([list("email"), "Email addresses", ["ann@example.com", "second@example.com"]]);
    expect(Object.values(linesOf(browser)).map((text) => text.replace(/^Added [\d-]+ [\d:]+ UTC /, ""))).toEqual(["main not verified", "not verified"]);
  });

  it("adds another one, proven first where that is required", async () => {
    const browser = await HostedBrowser.of({ config: { identity: identity(), verification: claims(true) } });
    await browser.open("/signup?q_login_id_input_type=email");
    await browser.press("Continue", { q_login_id: "ann@example.com" });
    await browser.press("Confirm", { x_code: CODE });
    await browser.press("Continue", { x_password: PASSWORD, x_confirm_password: PASSWORD });
    await (await openLink(await browser.open(list("email")), "Add an email address")).press("Save", { x_login_id: "second@example.com" });
    expect([browser.path, await loginIds(browser)]).toEqual(["/settings/identity/verify_email", ["ann@example.com"]]);
    await browser.press("Confirm", { x_code: CODE });
    expect(await loginIds(browser)).toEqual(["ann@example.com", "second@example.com"]);
  });

  it("removes one, but not the last (probe 24)", async () => {
    const browser = await openLine(await openLine(await withTwo(), "Email"), "second@example.com");
    expect(browser.title).toBe("Email address");
    await browser.press("Remove");
    expect([browser.url, await loginIds(browser)]).toEqual([list("email"), ["ann@example.com"]]);
    await (await openLine(browser, "ann@example.com")).press("Remove");
    expect([browser.path, browser.alert]).toEqual(["/settings/identity/view_email", "This is the only way to sign in to your account. Add another one first."]);
    expect((await eventsOf(browser)).filter((type) => type === "identity.email.removed")).toHaveLength(1);
  });

  it("has an address proven when its owner asks", async () => {
    const browser = await openLine(await openLine(await withTwo(), "Email"), "second@example.com");
    await browser.press("Verify");
    expect([browser.path, browser.title]).toEqual(["/settings/identity/verify_email", "Enter the code"]);
    await browser.press("Confirm", { x_code: "000000" });
    expect(browser.alert).toBe("The code is wrong or no longer valid.");
    await browser.press("Confirm", { x_code: CODE });
    expect([browser.path, linesOf(browser).Email]).toEqual(["/settings", "ann@example.com not verified second@example.com verified"]);
    expect((await openLine(await openLine(browser, "Email"), "second@example.com")).buttons).toEqual(["Remove"]);
  });

  it("changes an address and comes back", async () => {
    const browser = await openLine(await openLine(await withTwo(), "Email"), "second@example.com");
    await openLink(browser, "Change");
    expect(browser.page).toMatch(/name="x_login_id"[^>]* value="second@example.com"/);
    await browser.press("Save", { x_login_id: "third@example.com" });
    expect(await loginIds(browser)).toEqual(["ann@example.com", "third@example.com"]);
  });

  it("refuses an address that somebody else has (probe 23)", async () => {
    const browser = await open();
    await signUp(await browser.another(), "bob@example.com");
    await openLink(await browser.open(list("email")), "Add an email address");
    await browser.press("Save", { x_login_id: "bob@example.com" });
    expect([browser.path, browser.alert]).toEqual(["/settings/identity/add_email", "An account with this login already exists."]);
  });
});

describe("the main address", () => {
  it("is chosen among the user's own", async () => {
    const browser = await openLink(await (await withTwo()).open(list("email")), "Choose the main email address");
    expect([browser.path, fieldsOf(browser, "/email")]).toEqual(["/settings/identity/change_primary_email", ["ann@example.com", "second@example.com"]]);
    expect(browser.page).toMatch(/value="ann@example.com" required checked/);
    await browser.press("Save", { "/email": "second@example.com" });
    expect([browser.url, (await attributes(browser)).email]).toEqual([list("email"), "second@example.com"]);
    expect(await eventsOf(browser)).toContain("user.profile.updated");
  });

  it("is nobody else's", async () => {
    const browser = await withTwo();
    await signUp(await browser.another(), "bob@example.com");
    await browser.send("/settings/identity/change_primary_email", { x_action: "save", "/email": "bob@example.com" });
    expect(browser.alert).toBe("Please check what you entered.");
    const [{ count } = { count: "" }] = await rowsOf(browser, "select count(*) from auth_user where project_id = $1 and standard_attributes->>'email' = 'bob@example.com'");
    expect(count).toBe("1");
  });

  it("is a phone number, too", async () => {
    const browser = await open();
    for (const number of ["+85298765432", "+85298765433"]) {
      await browser.open("/settings/identity/add_phone");
      await browser.press("Save", { x_login_id: number });
    }
    await openLink(await browser.open(list("phone")), "Choose the main phone number");
    await browser.press("Save", { "/phone_number": "+85298765433" });
    expect((await attributes(browser)).phone_number).toBe("+85298765433");
  });
});

describe("phone numbers", () => {
  it("get their code by the channel that is chosen", async () => {
    const browser = await open({ verification: { claims: { email: { enabled: false }, phone_number: { enabled: true, required: true } } } });
    await browser.open("/settings/identity/add_phone");
    expect([...browser.page.matchAll(/<option value="([^"]*)"/g)].map(([, value]) => value)).toEqual(["sms", "whatsapp"]);
    await browser.press("Save", { x_login_id: "+85298765432", x_channel: "whatsapp" });
    await browser.press("Confirm", { x_code: CODE });
    expect([linesOf(browser).Phone, await loginIds(browser)]).toEqual(["+85298765432 verified", ["+85298765432", "ann@example.com"]]);
  });

  it("have no choice where the project has one channel", async () => {
    const browser = await open({ authenticator: { oob_otp: { sms: { phone_otp_mode: "sms" } } } });
    await browser.open("/settings/identity/add_phone");
    expect(browser.page).not.toContain("<select");
    expect(fieldsOf(browser, "x_channel")).toEqual(["sms"]);
  });
});

describe("user names", () => {
  it("are added, changed and removed at once", async () => {
    const browser = await openLine(await open(), "User name");
    await (await openLink(browser, "Add a user name")).press("Save", { x_login_id: "ann" });
    expect([browser.path, linesOf(browser)["User name"]]).toEqual(["/settings", "ann"]);
    await (await openLine(browser, "User name")).press("Save", { x_login_id: "ann2" });
    expect(linesOf(browser)["User name"]).toBe("ann2");
    await browser.open("/settings/identity/view_username?q_login_id=ann2");
    await browser.press("Remove");
    expect([browser.url, linesOf(browser)]).toEqual([list("username"), {}]);
  });
});

describe("what the project has switched off", () => {
  it("is neither shown nor done", async () => {
    const off = { create_disabled: true, update_disabled: true, delete_disabled: true };
    const browser = await open({ identity: identity(off) });
    await browser.open(list("email"));
    expect([browser.page.includes("Add an email"), hrefOf(browser, "ann@example.com") !== undefined]).toEqual([false, true]);
    const [{ id } = { id: "" }] = await rowsOf(browser, "select id from identity where project_id = $1");
    await openLine(browser, "ann@example.com");
    expect([browser.buttons, browser.page.includes(">Change<")]).toEqual([[], false]);
    for (const form of [
      { x_action: "remove", x_identity_id: id, x_login_id: "" },
      { x_action: "verify", x_identity_id: id, x_login_id: "ann@example.com" },
    ]) {
      await browser.send(browser.url, form);
      expect(browser.alert).toBe("This cannot be changed here.");
    }
  });
});

describe("login ids of others", () => {
  it("are neither shown, removed nor proven (account takeover)", async () => {
    const browser = await open();
    const other = await browser.another();
    await signUp(other, "bob@example.com");
    const [{ id } = { id: "" }] = await rowsOf(browser, "select id from identity where project_id = $1 and login_id = 'bob@example.com'");
    for (const query of [`q_identity_id=${id}`, "q_login_id=bob%40example.com"]) expect((await browser.open(`/settings/identity/view_email?${query}`)).url).toBe(list("email"));
    for (const x_action of ["remove", "verify"]) {
      await browser.send("/settings/identity/view_email", { x_action, x_identity_id: id as string, x_login_id: "bob@example.com" });
      expect([browser.url, browser.alert]).toEqual([list("email"), "Something went wrong. Please try again."]);
      expect(browser.page).not.toContain("bob@example.com");
    }
    expect(await loginIds(browser)).toEqual(["ann@example.com", "bob@example.com"]);
  });
});
