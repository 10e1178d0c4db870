import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { HostedBrowser, ownSignup, PASSWORD, signUp } from "./hosted-browser.js";

type Json = Record<string, any>;

const meta = ({ page }: HostedBrowser, name: string): string | undefined => new RegExp(`<meta name="${name}" content="([^"]*)">`).exec(page)?.[1]?.replaceAll("&quot;", '"');
const phones = (ui: Json = {}, ip = "10.1.2.3"): Promise<HostedBrowser> =>
  HostedBrowser.of({ config: { identity: { login_id: { keys: [{ type: "phone" }] } }, ui } }).then((browser) => {
    const { client } = browser;
    const { ctx } = client.project;
    Object.assign(client, { project: { ...client.project, ctx: { ...ctx, request: { ...ctx.request, ip } } } });
    return browser;
  });

describe("a field of a phone number", () => {
  it("is plain, and tells a script which countries it may offer and which come first", async () => {
    const browser = await (await phones({ phone_input: { allowlist: ["HK", "GB", "US"], pinned_list: ["GB"] } })).open("/login");
    expect(browser.page).toMatch(/<input id="x_login_id" name="x_login_id" type="tel" value="" data-phone /);
    expect([meta(browser, "x-phone-input-only-countries"), meta(browser, "x-phone-input-preferred-countries")]).toEqual(['["HK","GB","US"]', '["GB"]']);
    expect([meta(browser, "x-geoip-country-code"), meta(browser, "x-cldr-locale")]).toEqual(["", "en"]);
  });

  it("begins with the country of the address, unless the project does not look for it", async () => {
    expect(meta(await (await phones({}, "8.8.8.8")).open("/signup"), "x-geoip-country-code")).toBe("US");
    expect(meta(await (await phones({ phone_input: { preselect_by_ip_disabled: true } }, "8.8.8.8")).open("/signup"), "x-geoip-country-code")).toBe("");
  });

  it("is not on pages that take other login ids, too", async () => {
    const both = await HostedBrowser.of({ config: { identity: { login_id: { keys: [{ type: "email" }, { type: "phone" }] } } } });
    await both.open("/login");
    expect([both.page.includes("data-phone"), meta(both, "x-phone-input-only-countries")]).toEqual([false, undefined]);
    await both.open("/login?q_login_id_input_type=phone");
    expect([both.page.includes("data-phone"), meta(both, "x-geoip-country-code")]).toEqual([true, ""]);
  });
});

describe("a phone number among the attributes of a user", () => {
  it("has the same field, in the settings and at the sign-up", async () => {
    const own = { id: "0000", pointer: "/x_desk", type: "phone_number", access_control: { end_user: "readwrite", bearer: "readonly", portal_ui: "readwrite" } };
    const profile = { type: "fill_in_user_profile", user_profile: [{ pointer: "/x_desk", required: false }] };
    const create = { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] };
    const flow = ownSignup([{ type: "identify", one_of: [{ identification: "email" }] }, create, profile]);
    const browser = await signUp(await HostedBrowser.of({ config: { user_profile: { custom_attributes: { attributes: [own] } }, ...flow } }), "ann@example.com");
    const shown = () => [/<input id="attribute(?:-0)?" name="\/x_desk" type="tel" value="([^"]*)" data-phone /.exec(browser.page)?.[1], meta(browser, "x-cldr-locale")];
    expect(shown()).toEqual(["", "en"]);
    await browser.press("Continue", { "/x_desk": "+85251234567" });
    await browser.open("/settings/profile/custom_attributes/edit?pointer=/x_desk");
    expect(shown()).toEqual(["+85251234567", "en"]);
  });
});

describe("a field of a new password", () => {
  it("lists the rules, and has a meter that waits for its script", async () => {
    const policy = { min_length: 10, digit_required: true, minimum_guessable_level: 3 };
    const browser = await (await HostedBrowser.of({ config: { authenticator: { password: { policy } } } })).open("/signup");
    await browser.press("Continue", { q_login_id: "ann@example.com" });
    expect(browser.page).toContain('<li data-rule="^[^]{10,}$">At least 10 characters</li><li data-rule="[0-9]">A digit</li><li data-level="3">Hard to guess</li></ul>');
    expect(browser.page).toMatch(
      /<div class="strength" hidden data-strength="[^"]*"[^>]*><div class="bars" role="meter" aria-label="[^"]+" aria-valuemin="0" aria-valuemax="5" aria-valuenow="0">/,
    );
  });

  it.each(["password-strength", "phone-numbers"])("and others have libraries of their scripts: %s", async (name) => {
    const browser = await (await phones()).open("/login");
    const script = (await browser.client.send(/<script nonce="[^"]*" src="([^"]*)"/.exec(browser.page)?.[1] ?? "")).body;
    const path = new RegExp(`"(/static/${name}\\.[^"]+\\.js)"`).exec(script)?.[1] ?? "";
    const plain = await browser.client.send(path);
    expect([plain.status, plain.headers["content-type"], plain.headers["cache-control"], plain.headers["content-encoding"]]).toEqual([
      200,
      "text/javascript; charset=utf-8",
      "public, max-age=31536000, immutable",
      undefined,
    ]);
    const packed = await browser.client.sendRaw(path, { "accept-encoding": "gzip, br" });
    expect([packed.headers["content-encoding"], gunzipSync(packed.rawPayload).toString()]).toEqual(["gzip", plain.body]);
  });
});

describe("an account that is locked", () => {
  const lockout = { max_attempts: 2, history_duration: "1h", minimum_duration: "3m", maximum_duration: "1h", lockout_type: "per_user", password: { enabled: true } };

  it("is told over the whole page with what is left; its links lead to the page without it", async () => {
    const browser = await HostedBrowser.of({ authentication: { lockout } });
    await signUp(await browser.another(), "ann@example.com");
    await browser.open("/login");
    await browser.press("Continue", { x_login_id: "ann@example.com" });
    await browser.press("Sign in", { x_password: "wrong" });
    expect(browser.page).not.toContain('role="dialog"');
    await browser.press("Sign in", { x_password: "wrong" });
    expect(browser.page).toMatch(/<div class="overlay" role="dialog" aria-modal="true" aria-labelledby="lockout-title" [^>]*tabindex="-1">/);
    const left = Number(/data-left-ms="(\d+)"/.exec(browser.page)?.[1]);
    expect(left).toBeGreaterThan(170_000);
    expect(left).toBeLessThanOrEqual(181_000);
    await browser.open((/<a class="close" href="([^"]*)"/.exec(browser.page)?.[1] ?? "").replaceAll("&amp;", "&"));
    expect([browser.at, browser.page.includes("overlay"), browser.alert]).toEqual(["enter_password", false, undefined]);
    await browser.press("Sign in", { x_password: PASSWORD });
    expect(browser.page).toContain('role="dialog"');
  });
});
