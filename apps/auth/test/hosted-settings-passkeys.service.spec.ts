import { describe, expect, it } from "vitest";
import { SoftwareAuthenticator } from "@gatehouse/service-webauthn/testing";
import { DeviceKey, grant } from "./device-keys.js";
import { type HostedBrowser, PASSWORD } from "./hosted-browser.js";
import { another, signIn } from "./session-helpers.js";
import { eventsOf, fieldsOf, linesOf, openLine, rowsOf, signedUp } from "./settings-pages.js";

const authentication = { identities: ["login_id", "passkey"], primary_authenticators: ["password", "passkey"] };
/** A project that does not offer a passkey at the sign-up. */
const signup = [
  {
    type: "identify",
    one_of: [{ identification: "email", steps: [{ type: "create_authenticator", one_of: [{ authentication: "primary_password" }] }] }],
  },
];
const flows = ["signup", "promote", "login", "signup_login", "reauth", "account_recovery"].map((type) => ({ type, name: type === "signup" ? "own" : "default" }));
const withPasskeys = (more = {}) =>
  signedUp({
    authentication: { ...authentication, ...more },
    config: { authentication_flow: { signup_flows: [{ name: "own", steps: signup }] }, ui: { authentication_flow: { groups: [{ name: "default", flows }] } } },
  });

const created = (browser: HostedBrowser, device: SoftwareAuthenticator) => ({
  x_attestation_response: JSON.stringify(device.create(browser.data("options"), `http://${browser.client.project.host}`)),
});
const identities = (browser: HostedBrowser, type: string) => rowsOf(browser, `select id from identity where project_id = $1 and type = '${type}'`);

describe("passkeys in the settings", () => {
  it("are added, listed, used to sign in, and removed with their key", async () => {
    const browser = await openLine(await withPasskeys(), "Passkeys");
    expect([browser.title, linesOf(browser), browser.page.includes("There is nothing here yet.")]).toEqual(["Passkeys", {}, true]);
    const device = new SoftwareAuthenticator();
    await browser.press("Add a passkey", created(browser, device));
    expect([browser.path, Object.keys(linesOf(browser))]).toEqual(["/settings/passkey", ["ann@example.com"]]);
    expect(browser.data("options").publicKey.excludeCredentials).toHaveLength(1);
    const later = await browser.another();
    await later.open("/login");
    await later.press("Use a passkey", { x_assertion_response: JSON.stringify(device.get(later.data("options"), `http://${browser.client.project.host}`)) });
    expect(later.path).toBe("/settings");
    await browser.press("Remove");
    expect([linesOf(browser), await identities(browser, "passkey")]).toEqual([{}, []]);
    expect(await rowsOf(browser, "select id from authenticator where project_id = $1 and type = 'passkey'")).toEqual([]);
  });

  it("are refused when the challenge was used, or is another user's (replay, account takeover)", async () => {
    const browser = await withPasskeys();
    await browser.open("/settings/passkey");
    const answer = created(browser, new SoftwareAuthenticator());
    const other = await browser.another();
    await other.open("/signup");
    await other.press("Continue", { q_login_id: "bob@example.com" });
    await other.press("Continue", { x_password: PASSWORD, x_confirm_password: PASSWORD });
    await other.send("/settings/passkey", { x_action: "add", ...answer });
    expect([other.path, other.alert]).toEqual(["/settings/passkey", expect.any(String)]);
    for (const x_attestation_response of ["", "[]", "{}", "not json"]) {
      await browser.send("/settings/passkey", { x_action: "add", x_attestation_response });
      expect(browser.alert).toEqual(expect.any(String));
    }
    expect(await identities(browser, "passkey")).toEqual([]);
    await browser.open("/settings/passkey");
    const good = created(browser, new SoftwareAuthenticator());
    await browser.send("/settings/passkey", { x_action: "add", ...good });
    await browser.send("/settings/passkey", { x_action: "add", ...good });
    expect([browser.alert, (await identities(browser, "passkey")).length]).toEqual(["This took too long. Please try again.", 1]);
  });

  it("cannot be added where the project has none", async () => {
    const browser = await signedUp();
    await browser.open("/settings/passkey");
    expect(browser.buttons).toEqual([]);
    await browser.send("/settings/passkey", { x_action: "add", x_attestation_response: "{}" });
    expect(browser.alert).toBe("This cannot be changed here.");
  });

  it("of others stay (account takeover)", async () => {
    const browser = await withPasskeys();
    await browser.open("/settings/passkey");
    await browser.press("Add a passkey", created(browser, new SoftwareAuthenticator()));
    const [id] = fieldsOf(browser, "x_identity_id");
    const other = await browser.another();
    await other.open("/signup");
    await other.press("Continue", { q_login_id: "bob@example.com" });
    await other.press("Continue", { x_password: PASSWORD, x_confirm_password: PASSWORD });
    await other.send("/settings/passkey", { x_action: "remove", x_identity_id: id as string });
    expect([other.path, other.alert !== undefined, (await identities(browser, "passkey")).length]).toEqual(["/settings/passkey", true, 1]);
    const [login] = await identities(browser, "login_id");
    await browser.send("/settings/passkey", { x_action: "remove", x_identity_id: login?.id as string });
    expect([browser.alert !== undefined, (await identities(browser, "login_id")).length]).toEqual([true, 2]);
  });
});

describe("options of passkeys for scripts", () => {
  const ask = (browser: HostedBrowser, kind: string, form: Record<string, string> = {}) =>
    browser.client.send(`/_internals/passkey/${kind}_options`, { form: { a: "b", ...form } });

  it("are for who is signed in, or for anybody", async () => {
    const browser = await withPasskeys();
    const creation = await ask(browser, "creation");
    expect(creation.json).toMatchObject({ result: { publicKey: { user: { name: "ann@example.com" }, attestation: "direct", timeout: 300_000, excludeCredentials: [] } } });
    const device = new SoftwareAuthenticator();
    const answer = device.create(creation.json.result, `http://${browser.client.project.host}`);
    await browser.send("/settings/passkey", { x_action: "add", x_attestation_response: JSON.stringify(answer) });
    const [own, anybody, conditional] = [
      await ask(browser, "request", { allow_credentials: "true" }),
      await ask(browser, "request"),
      await ask(browser, "request", { conditional: "true" }),
    ];
    expect(own.json.result.publicKey).toMatchObject({ timeout: 300_000, allowCredentials: [{ type: "public-key", id: answer.id }] });
    expect([anybody.json.result.publicKey.timeout, "allowCredentials" in anybody.json.result.publicKey, "mediation" in anybody.json.result]).toEqual([3_600_000, false, false]);
    expect(conditional.json.result.mediation).toBe("conditional");
  });

  it("want a session where they are a user's", async () => {
    const browser = await (await withPasskeys()).another();
    for (const [kind, form] of [["creation", {}] as const, ["request", { allow_credentials: "true" }] as const])
      expect((await ask(browser, kind, form)).json.error).toMatchObject({ code: 400, name: "BadRequest", message: "session not found" });
    expect((await ask(browser, "request")).status).toBe(200);
  });
});

describe("devices with a lock of their own", () => {
  it("are listed by what they are, and removed", async () => {
    const browser = await signedUp({
      authentication: { identities: ["login_id", "biometric"] },
      config: { identity: { login_id: { keys: [{ type: "email" }] }, biometric: { list_enabled: true } } },
    });
    const { client } = browser;
    const key = await DeviceKey.make();
    const device_info = { android: { Build: { MANUFACTURER: "Google", MODEL: "Pixel 7" } } };
    const jwt = await key.sign(client, "biometric_request", { action: "setup", device_info });
    const { access_token } = await signIn(another(client), { email: "ann@example.com" });
    expect((await grant(client, "biometric-request", { jwt, access_token })).status).toBe(200);
    await openLine(await browser.open("/settings"), "Fingerprint and face sign-in");
    expect(Object.keys(linesOf(browser))).toEqual(["Google Pixel 7"]);
    await browser.press("Remove");
    expect([browser.path, linesOf(browser), (await eventsOf(browser)).includes("identity.biometric.disabled")]).toEqual(["/settings/biometric", {}, true]);
  });
});
