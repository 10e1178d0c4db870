import { describe, expect, it } from "vitest";
import { amrOf, CODE, HostedBrowser, ownSignup, PASSWORD, signUp } from "./hosted-browser.js";

const usersOf = ({ client: { project } }: HostedBrowser) =>
  project.db.read((tx) =>
    tx.query<{ id: string; standard_attributes: Record<string, unknown>; custom_attributes: Record<string, unknown> }>(
      "select id, standard_attributes, custom_attributes from auth_user where project_id = $1 order by created_at",
      [project.project.id],
    ),
  );

describe("sign-up", () => {
  it("asks for an address and a password, ends in the settings, and the browser is known from then on", async () => {
    const browser = await HostedBrowser.of();
    await browser.open("/");
    expect([browser.url, browser.title]).toEqual(["/signup", "Create your account"]);
    await browser.press("Continue", { q_login_id: "ann@example.com" });
    expect([browser.at, browser.title]).toEqual(["create_password", "Choose a password"]);
    await browser.press("Continue", { x_password: PASSWORD, x_confirm_password: PASSWORD });
    expect([browser.path, await amrOf(browser), browser.client.jar.signed_up]).toEqual(["/settings", "pwd x_primary_password", "true"]);
    const { session: _session, ...rest } = browser.client.jar;
    const later = await browser.another();
    Object.assign(later.client.jar, { signed_up: rest.signed_up });
    expect((await later.open("/")).path).toBe("/login");
  });

  it("says what is wrong with an address", async () => {
    const browser = await HostedBrowser.of();
    await signUp(await browser.another(), "ann@example.com");
    await browser.open("/signup");
    await browser.press("Continue", { q_login_id: "ANN@example.com" });
    expect([browser.path, browser.alert]).toEqual(["/signup", "An account with this login already exists."]);
    expect(browser.page).toContain('value="ANN@example.com"');
    await browser.press("Continue", { q_login_id: "no address" });
    expect([browser.path, browser.alert]).toEqual(["/signup", "This does not look right. Please check it."]);
    await browser.press("Continue", { q_login_id: " " });
    expect([browser.path, browser.alert]).toEqual(["/signup", "Please fill in this field."]);
  });

  it("says what is wrong with a password, and never shows it", async () => {
    const password = { policy: { min_length: 10, digit_required: true, symbol_required: true } };
    const browser = await HostedBrowser.of({ config: { authenticator: { password } } });
    await browser.open("/signup");
    await browser.press("Continue", { q_login_id: "ann@example.com" });
    for (const rule of ["At least 10 characters", "A digit", "A symbol"]) expect(browser.page).toContain(`>${rule}</li>`);
    await browser.press("Continue", { x_password: PASSWORD, x_confirm_password: `${PASSWORD}!` });
    expect([browser.at, browser.alert]).toEqual(["create_password", "The two passwords differ."]);
    await browser.press("Continue", { x_password: "sh0rt-horse", x_confirm_password: "" });
    expect(browser.alert).toBe("The two passwords differ.");
    await browser.press("Continue", { x_password: "shorthorse", x_confirm_password: "shorthorse" });
    expect(browser.alert).toBe("The password does not meet the rules: a digit, a symbol.");
    expect(browser.page).not.toContain("shorthorse");
    await browser.press("Continue", { x_password: "sh0rt-horse", x_confirm_password: "sh0rt-horse" });
    expect(browser.path).toBe("/settings");
  });

  it("proves the address where the project wants it", async () => {
    const browser = await HostedBrowser.of({ config: { verification: { claims: { email: { enabled: true, required: true } } } } });
    await browser.open("/signup");
    await browser.press("Continue", { q_login_id: "ann@example.com" });
    expect([browser.at, browser.page]).toEqual(["enter_oob_otp", expect.stringContaining("We sent a code of 6 digits to a**@example.com.")]);
    expect(browser.page).toMatch(/data-wait-ms="\d+"/);
    await browser.press("Confirm", { x_code: "000000" });
    expect([browser.at, browser.alert]).toEqual(["enter_oob_otp", "The code is wrong or no longer valid."]);
    await browser.press("Send a new code");
    expect([browser.at, browser.alert]).toEqual(["enter_oob_otp", "Too many attempts. Please wait a little and try again."]);
    await browser.press("Confirm", { x_code: CODE });
    await browser.press("Continue", { x_password: PASSWORD, x_confirm_password: PASSWORD });
    expect([browser.path, browser.page]).toEqual(["/settings", expect.stringContaining('<span class="badge good">verified</span>')]);
  });

  it("takes any of several kinds of login", async () => {
    const keys = [{ type: "email" }, { type: "phone" }, { type: "username" }];
    const browser = await HostedBrowser.of({
      config: { identity: { login_id: { keys } }, verification: { claims: { phone_number: { enabled: false }, email: { enabled: false } } } },
    });
    for (const [login, claim] of [
      ["ann@example.com", "email"],
      ["+852 5100 0000", "phone_number"],
      ["somebody", "preferred_username"],
    ]) {
      const own = await browser.another();
      await own.open("/signup");
      expect(own.page).toContain("Email, phone or user name");
      await own.press("Continue", { q_login_id: login as string });
      await own.press("Continue", { x_password: PASSWORD, x_confirm_password: PASSWORD });
      expect([login, own.path]).toEqual([login, "/settings"]);
      expect(Object.keys((await usersOf(browser)).at(-1)?.standard_attributes ?? {})).toContain(claim);
    }
    const phone = await browser.another();
    await phone.open("/login?q_login_id_input_type=phone");
    expect(phone.page).toContain('type="tel"');
    await phone.press("Continue", { x_login_id: "+85251000000" });
    expect(phone.at).toBe("enter_password");
  });

  it("asks for what the flow wants to know of people", async () => {
    const who = {
      type: "identify",
      name: "who",
      one_of: [{ identification: "email", steps: [{ type: "create_authenticator", one_of: [{ authentication: "primary_password" }] }] }],
    };
    const profile = {
      type: "fill_in_user_profile",
      user_profile: [
        { pointer: "/given_name", required: true },
        { pointer: "/birthdate", required: false },
        { pointer: "/address", required: false },
        { pointer: "/x_colour", required: true },
      ],
    };
    const attributes = [
      { id: "0000", pointer: "/x_colour", type: "enum", enum: ["red", "green"], access_control: { end_user: "readwrite", bearer: "readonly", portal_ui: "readwrite" } },
    ];
    const browser = await HostedBrowser.of({
      config: {
        ...ownSignup([who, profile]),
        user_profile: { custom_attributes: { attributes } },
      },
    });
    await signUp(browser, "ann@example.com");
    expect([browser.at, browser.title]).toEqual(["fill_in_user_profile", "Tell us about yourself"]);
    await browser.press("Continue", { "/given_name": "Ann" });
    expect([browser.at, browser.alert, browser.page]).toEqual(["fill_in_user_profile", "Please fill in this field.", expect.stringContaining('value="Ann"')]);
    await browser.press("Continue", { "/given_name": "Ann", "/x_colour": "green", "/address/country": "HK" });
    expect(browser.path).toBe("/settings");
    const [user] = await usersOf(browser);
    expect(user?.standard_attributes).toMatchObject({ given_name: "Ann", address: { country: "HK" } });
  });

  it("is closed where the project says so", async () => {
    const browser = await HostedBrowser.of({ authentication: { public_signup_disabled: true } });
    for (const path of ["/", "/signup"]) expect((await browser.open(path)).path).toBe("/login");
    expect(browser.page).not.toContain('href="/signup"');
    const posted = await browser.client.send("/signup", { form: { x_action: "login_id", q_login_id: "ann@example.com" } });
    expect([posted.status, posted.headers.location]).toEqual([302, "/login"]);
  });

  it("is one with the login where the project wants that", async () => {
    const browser = await HostedBrowser.of({ config: { ui: { signup_login_flow_enabled: true } } });
    await browser.open("/login");
    await browser.press("Continue", { x_login_id: "ann@example.com" });
    expect(browser.at).toBe("create_password");
    await browser.press("Continue", { x_password: PASSWORD, x_confirm_password: PASSWORD });
    const later = await browser.another();
    await later.open("/login");
    await later.press("Continue", { x_login_id: "ann@example.com" });
    expect(later.at).toBe("enter_password");
  });
});

describe("pages that are switched off", () => {
  it("lead to a page that says so", async () => {
    const browser = await HostedBrowser.of({ config: { ui: { authentication_disabled: true, settings_disabled: true } } });
    for (const path of ["/login", "/signup", "/flows/promote_user", "/settings"]) expect((await browser.open(path)).path).toBe("/errors/feature_disabled");
    expect(browser.title).toBe("Not available");
  });

  it("ask people to come by an application", async () => {
    const browser = await HostedBrowser.of({ config: { ui: { direct_access_disabled: true, brand_page_uri: "https://brand.example/" } } });
    await browser.open("/login");
    expect([browser.status, browser.title, browser.page]).toEqual([200, "Open the application first", expect.stringContaining('href="https://brand.example/"')]);
    await browser.open(browser.authorization());
    expect(browser.title).toBe("Create your account");
  });
});

describe("promotion of an anonymous user", () => {
  const authentication = { identities: ["anonymous", "login_id"] };

  async function anonymous(browser: HostedBrowser): Promise<{ userId: string; url: string }> {
    const { client } = browser;
    await client.send("/api/anonymous_user/signup", { json: { session_type: "cookie" } });
    const { json } = await client.send("/api/anonymous_user/promotion_code", { json: { session_type: "cookie" } });
    const login_hint = `https://authgear.com/login_hint?${new URLSearchParams({ type: "anonymous", promotion_code: json.result.promotion_code })}`;
    return { userId: (await usersOf(browser))[0]?.id ?? "", url: browser.authorization({ login_hint, prompt: "login" }) };
  }

  it("keeps the user and ends at the application", async () => {
    const browser = await HostedBrowser.of({ authentication });
    const { userId, url } = await anonymous(browser);
    await browser.open(url);
    expect([browser.path, browser.title]).toEqual(["/flows/promote_user", "Save your account"]);
    await browser.press("Continue", { x_login_id: "ann@example.com" });
    expect(browser.at).toBe("create_password");
    await browser.press("Continue", { x_password: PASSWORD, x_confirm_password: PASSWORD });
    expect([browser.left?.host, browser.left?.searchParams.has("code")]).toEqual(["app.test", true]);
    const users = await usersOf(browser);
    expect([users.map(({ id }) => id), users[0]?.standard_attributes]).toEqual([[userId], { email: "ann@example.com" }]);
  });

  it("turns to the login of whoever has the address", async () => {
    const browser = await HostedBrowser.of({ authentication });
    await signUp(await browser.another(), "ann@example.com");
    await browser.open((await anonymous(browser)).url);
    await browser.press("Continue", { x_login_id: "ann@example.com" });
    expect(browser.at).toBe("enter_password");
    await browser.press("Sign in", { x_password: PASSWORD });
    expect(browser.left?.host).toBe("app.test");
  });

  it("does not begin without the code of an anonymous user", async () => {
    const browser = await HostedBrowser.of({ authentication });
    await browser.open("/flows/promote_user");
    expect([browser.status, browser.title]).toEqual([400, "Something went wrong"]);
    await browser.open(browser.authorization({ login_hint: "https://authgear.com/login_hint?type=anonymous&promotion_code=nosuch", prompt: "login" }));
    expect([browser.status, browser.title]).toEqual([401, "Something went wrong"]);
  });
});
