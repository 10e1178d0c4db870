import { describe, expect, it } from "vitest";
import { anonymousUser, eventsOf, type FlowRunner, flowRunner, PASSWORD, usersOf } from "./flow-runner.js";

const identify = (login_id: string) => ({ identification: "email", login_id });
const enter = (password = PASSWORD) => ({ authentication: "primary_password", password });
const choose = (new_password = PASSWORD) => ({ authentication: "primary_password", new_password });

describe("promotion", () => {
  it("keeps the user's id and takes the anonymous identity away, once", async () => {
    const browser = await flowRunner();
    const { userId, hint } = await anonymousUser(browser);
    const asked = await browser.run("promote", [identify("ann@example.com")], { urlQuery: hint });
    expect(asked).toMatchObject({ type: "promote", action: { type: "create_authenticator" } });
    const done = await browser.feed(asked.token, choose());
    expect(done).toMatchObject({ finished: true, cookies: { session: expect.any(String) } });
    const [user] = await usersOf(browser);
    expect(user).toMatchObject({ id: userId, standard_attributes: { email: "ann@example.com" } });
    expect(user?.identities.map((one: any) => one.type)).toEqual(["login_id"]);
    const events = await eventsOf(browser);
    expect(events.map(({ type }) => type)).not.toContain("user.authenticated");
    const promoted = events.find(({ type }) => type === "user.anonymous.promoted");
    expect(promoted?.payload).toMatchObject({ anonymous_user: { id: userId, is_anonymous: true }, user: { id: userId, is_anonymous: false }, identities: [{ type: "login_id" }] });
    await expect(browser.create("promote", { urlQuery: hint })).rejects.toMatchObject({ reason: "InvalidCredentials" });
  });

  it("of somebody who has an account goes on as that account", async () => {
    const browser = await flowRunner();
    await browser.another().signUp("ann@example.com");
    const { hint } = await anonymousUser(browser);
    const asked = await browser.run("promote", [identify("ann@example.com")], { urlQuery: hint });
    expect(asked).toMatchObject({ type: "login", action: { type: "authenticate", identification: "email" } });
    expect((await browser.feed(asked.token, enter())).finished).toBe(true);
    expect(await usersOf(browser)).toHaveLength(2);
  });

  it("has a limit of its own, at its end", async () => {
    const browser = await flowRunner({
      authentication: { rate_limits: { general: { per_ip: { enabled: false } }, signup_anonymous: { per_ip: { enabled: true, period: "1m", burst: 1 } } } },
    });
    const done = await browser.run("promote", [identify("ann@example.com"), choose()], { urlQuery: (await anonymousUser(browser)).hint });
    expect(done.finished).toBe(true);
    const refused = await browser.run("promote", [identify("bob@example.com"), choose()], { urlQuery: (await anonymousUser(browser)).hint });
    expect(refused.error).toMatchObject({ reason: "RateLimited", code: 429, info: { rate_limit_name: "authentication.signup_anonymous" } });
    expect(refused.error?.info.FlowType).toBeUndefined();
  });

  it("never links: an address that another account shows is in the way", async () => {
    const linking = { login_id: [{ key: "email", user_profile: { pointer: "/email" }, action: "login_and_link" }] };
    const browser = await flowRunner({ config: { account_linking: linking } });
    await browser.another().signUp("ann@example.com");
    await browser.project.db.transaction((tx) =>
      tx.query("update identity set unique_key = 'elsewhere@example.com', login_id = 'elsewhere@example.com' where project_id = $1", [browser.ctx.project.id]),
    );
    const refused = await browser.run("promote", [identify("ann@example.com")], { urlQuery: (await anonymousUser(browser)).hint });
    expect(refused.error).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "DuplicatedIdentity" }, FlowType: "promote" } });
  });

  it("needs a hint, and a good one", async () => {
    const browser = await flowRunner();
    await expect(browser.create("promote")).rejects.toMatchObject({ status: 500, reason: "UnexpectedError" });
    const bad = new URLSearchParams({ login_hint: "https://authgear.com/login_hint?type=anonymous&promotion_code=nosuch" }).toString();
    await expect(browser.create("promote", { urlQuery: bad })).rejects.toMatchObject({ reason: "InvalidCredentials" });
  });
});

describe("the profile of a promotion", () => {
  it("takes the place of what the user had: what was listed and not given is removed, and the event shows him so", async () => {
    const user_profile = ["/given_name", "/family_name", "/shoe_size", "/hat_size"].map((pointer) => ({ pointer, required: false }));
    const steps = [
      { type: "identify", one_of: [{ identification: "email" }] },
      { type: "fill_in_user_profile", user_profile },
      { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] },
    ];
    const attributes = ["shoe_size", "hat_size"].map((name, index) => ({ id: `000${index}`, pointer: `/${name}`, type: "integer" }));
    const config = { authentication_flow: { promote_flows: [{ name: "own", steps }] }, user_profile: { custom_attributes: { attributes } } };
    const browser = await flowRunner({ config });
    const { userId, hint } = await anonymousUser(browser);
    const before = [
      { given_name: "Anon", family_name: "Ymous", nickname: "A" },
      { "0000": 40, "0001": 58 },
    ];
    await browser.project.db.transaction((tx) =>
      tx.query("update auth_user set standard_attributes = $3, custom_attributes = $4 where project_id = $1 and id = $2", [browser.ctx.project.id, userId, ...before]),
    );
    const filled = [
      { pointer: "/given_name", value: "Ann" },
      { pointer: "/hat_size", value: 57 },
    ];
    const done = await browser.run("promote", [identify("ann@example.com"), { attributes: filled }, choose()], { name: "own", urlQuery: hint });
    expect(done.finished, JSON.stringify(done.error)).toBe(true);
    const [user] = await usersOf(browser);
    expect(user).toMatchObject({ standard_attributes: { given_name: "Ann", nickname: "A", email: "ann@example.com" }, custom_attributes: { "0001": 57 } });
    expect([user?.standard_attributes.family_name, user?.custom_attributes["0000"]]).toEqual([undefined, undefined]);
    const promoted = (await eventsOf(browser)).find(({ type }) => type === "user.anonymous.promoted");
    expect(promoted?.payload.user.standard_attributes).toMatchObject({ given_name: "Ann", nickname: "A" });
    expect(promoted?.payload.user.custom_attributes).toEqual({ hat_size: 57 });
  });
});

describe("who is expected", () => {
  it("is the user that an enforced login hint names", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    await browser.another().signUp("bob@example.com");
    const urlQuery = new URLSearchParams({ login_hint: "https://authgear.com/login_hint?type=login_id&enforce=true&email=ann@example.com" }).toString();
    const visitor = browser.another();
    expect((await visitor.run("login", [identify("bob@example.com")], { urlQuery })).error).toMatchObject({
      reason: "AuthenticationFlowDifferentUserID",
      info: { FlowType: "login" },
    });
    expect((await visitor.run("login", [identify("ann@example.com"), enter()], { urlQuery })).finished).toBe(true);
    const other = await visitor.run("signup", [identify("new@example.com")], { urlQuery });
    expect(other.error).toMatchObject({ reason: "AuthenticationFlowDifferentUserID", info: { FlowType: "signup" } });
  });

  it("is found as any login id is, however the hint is written; nobody's login id keeps no new user out", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const hinted = (email: string) => ({
      urlQuery: new URLSearchParams({ login_hint: `https://authgear.com/login_hint?${new URLSearchParams({ type: "login_id", enforce: "true", email })}` }).toString(),
    });
    const visitor = browser.another();
    expect((await visitor.run("login", [identify("ann@example.com"), enter()], hinted(" Ann@Example.COM"))).finished).toBe(true);
    const password = { authentication: "primary_password", new_password: "correct horse" };
    expect((await browser.another().run("signup", [identify("new@example.com"), password], hinted("new@example.com"))).finished).toBe(true);
  });

  it("is the same in every identify step of a run", async () => {
    const one_of = [{ identification: "email" }];
    const flows = [
      {
        name: "twice",
        steps: [
          { type: "identify", one_of },
          { type: "identify", one_of },
          { type: "authenticate", one_of: [{ authentication: "primary_password" }] },
        ],
      },
    ];
    const browser = await flowRunner({ config: { authentication_flow: { login_flows: flows } } });
    await browser.signUp("ann@example.com");
    await browser.another().signUp("bob@example.com");
    const first = await browser.another().create("login", { name: "twice" });
    const refused = await browser.feed(first.token, identify("ann@example.com"));
    expect(refused.action.type).toBe("authenticate"); // one object answers both steps
    const start = await browser.create("login", { name: "twice", batch: [] });
    const other = await browser.feed(start.token, { ...identify("ann@example.com") });
    expect(other.error).toBeUndefined();
  });
});

describe("account status", () => {
  const disable = (browser: FlowRunner) =>
    browser.project.db.transaction((tx) =>
      tx.query("update auth_user set is_indefinitely_disabled = true, disable_reason = 'fraud' where project_id = $1", [browser.ctx.project.id]),
    );

  it("is told after the password, and is an event", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    await disable(browser);
    const visitor = browser.another();
    expect((await visitor.run("login", [identify("ann@example.com")])).error).toBeUndefined();
    expect((await visitor.run("login", [identify("ann@example.com"), enter("wrong")])).error?.reason).toBe("InvalidCredentials");
    expect((await visitor.run("login", [identify("ann@example.com"), enter()])).error).toMatchObject({
      name: "Forbidden",
      reason: "DisabledUser",
      code: 403,
      info: { reason: "fraud", FlowType: "login" },
    });
    expect((await eventsOf(browser)).find(({ type }) => type === "authentication.blocked")?.payload).toMatchObject({
      error: { reason: "DisabledUser", tracking_id: expect.stringMatching(/^flowtrace_/) },
    });
  });

  it.each<[string, string, Record<string, string>]>([
    ["AnonymizedUser", "is_anonymized = true, account_valid_until = '2001-01-01', is_indefinitely_disabled = true", {}],
    ["UserOutsideValidPeriod", "account_valid_until = '2001-01-01', is_indefinitely_disabled = true", {}],
    ["UserOutsideValidPeriod", "account_valid_from = '2999-01-01'", {}],
    ["ScheduledDeletionByAdmin", "delete_at = '2999-01-01T00:00:00Z', is_indefinitely_disabled = true", { delete_at: "2999-01-01T00:00:00.000Z" }],
    ["ScheduledDeletionByEndUser", "delete_at = '2999-01-01T00:00:00Z', is_indefinitely_disabled = true, is_deactivated = true", { delete_at: "2999-01-01T00:00:00.000Z" }],
    ["ScheduledAnonymizationByAdmin", "anonymize_at = '2999-01-01T00:00:00Z', is_indefinitely_disabled = true", { anonymize_at: "2999-01-01T00:00:00.000Z" }],
    ["DisabledUser", "temporarily_disabled_from = '2001-01-01', temporarily_disabled_until = '2999-01-01', disable_reason = 'pause'", { reason: "pause" }],
  ])("that is %s, when %s", async (reason, change, info) => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    await browser.project.db.transaction((tx) => tx.query(`update auth_user set ${change} where project_id = $1`, [browser.ctx.project.id]));
    const refused = await browser.another().run("login", [identify("ann@example.com"), enter()]);
    expect(refused.error).toMatchObject({ name: "Forbidden", reason, code: 403, info: { ...info, FlowType: "login" } });
    expect(refused.action.type, "the step before stays").toBe("authenticate");
  });

  it("is not looked at by a flow without the step", async () => {
    const steps = [
      { type: "identify", one_of: [{ identification: "email" }] },
      { type: "authenticate", one_of: [{ authentication: "primary_password" }] },
    ];
    const browser = await flowRunner({ config: { authentication_flow: { login_flows: [{ name: "bare", steps }] } } });
    await browser.signUp("ann@example.com");
    await disable(browser);
    expect((await browser.another().run("login", [identify("ann@example.com"), enter()], { name: "bare" })).finished).toBe(true);
  });
});

describe("profiles at sign-up", () => {
  const steps = [
    { type: "identify", one_of: [{ identification: "email" }] },
    { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] },
    {
      type: "fill_in_user_profile",
      user_profile: [
        { pointer: "/given_name", required: true },
        { pointer: "/birthdate", required: false },
        { pointer: "/shoe_size", required: false },
      ],
    },
  ];
  const attributes = [{ id: "0001", pointer: "/shoe_size", type: "integer", minimum: 10, maximum: 60 }];
  const config = { authentication_flow: { signup_flows: [{ name: "own", steps }] }, user_profile: { custom_attributes: { attributes } } };

  it("have a size that a person fills in (a store filled up)", async () => {
    const browser = await flowRunner({ config });
    const asked = await browser.run("signup", [identify("ann@example.com"), choose()], { name: "own" });
    const fill = (value: string) => browser.feed(asked.token, { attributes: [{ pointer: "/given_name", value }] });
    const refused = await fill("x".repeat(65_536));
    expect(refused.error).toMatchObject({ reason: "ValidationFailed", info: { causes: [{ location: "/attributes", kind: "maxLength", details: { expected: 65_536 } }] } });
    expect((await fill("x".repeat(10_000))).finished).toBe(true);
  });

  it("are checked and kept", async () => {
    const browser = await flowRunner({ config });
    const asked = await browser.run("signup", [identify("ann@example.com"), choose()], { name: "own" });
    expect(asked.action).toEqual({ type: "fill_in_user_profile", data: {} });
    const fill = (...attributes: [string, unknown][]) => browser.feed(asked.token, { attributes: attributes.map(([pointer, value]) => ({ pointer, value })) });
    for (const bad of [
      [["/birthdate", "1990-01-01"]],
      [
        ["/given_name", "Ada"],
        ["/family_name", "L"],
      ],
      [
        ["/given_name", "Ada"],
        ["/birthdate", "soon"],
      ],
      [
        ["/given_name", "Ada"],
        ["/shoe_size", 5],
      ],
    ] as [string, unknown][][])
      expect((await fill(...bad)).error, JSON.stringify(bad)).toMatchObject({ name: "Invalid", reason: "ValidationFailed" });
    expect((await fill(["/given_name", "Ada"], ["/shoe_size", 38])).finished).toBe(true);
    expect((await usersOf(browser))[0]).toMatchObject({ standard_attributes: { email: "ann@example.com", given_name: "Ada" }, custom_attributes: { "0001": 38 } });
  });
});
