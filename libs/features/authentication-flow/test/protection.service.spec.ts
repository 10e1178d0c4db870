import { createServer, type Server } from "node:http";
import { describe, expect, it, vi } from "vitest";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import { testPlatform } from "@gatehouse/platform-testing";
import { anonymousUser, eventsOf, flowModule, flowRunner, PASSWORD } from "./flow-runner.js";

const identify = (login_id: string) => ({ identification: "email", login_id });
const enter = (password = PASSWORD) => ({ authentication: "primary_password", password });

describe("rate limits of credentials", () => {
  it("stop guessing a password: the 11th within a minute (credential stuffing)", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const asked = await browser.run("login", [identify("ann@example.com")]);
    for (let n = 0; n < 10; n += 1) expect((await browser.feed(asked.token, enter("wrong"))).error?.reason).toBe("InvalidCredentials");
    expect((await browser.feed(asked.token, enter("wrong"))).error).toMatchObject({
      reason: "RateLimited",
      code: 429,
      info: {
        bucket_name: "VerifyPasswordPerUserPerIP",
        rate_limit_name: "authentication.password",
        rate_limit: { name: "authentication.password.per_user_per_ip", group: "authentication.password" },
        FlowType: "login",
      },
    });
    expect((await browser.feed(asked.token, enter())).error?.reason).toBe("RateLimited");
    const blocked = (await eventsOf(browser)).filter(({ type }) => type === "rate_limit.blocked");
    expect(blocked[0]?.payload).toEqual({ rate_limit: { name: "authentication.password.per_user_per_ip", group: "authentication.password" } });
  });

  it("count 50 guesses at once as 50", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const asked = await browser.run("login", [identify("ann@example.com")]);
    const answers = await Promise.all(Array.from({ length: 50 }, () => browser.feed(asked.token, enter("wrong"))));
    expect(answers.filter(({ error }) => error?.reason === "InvalidCredentials")).toHaveLength(10);
    expect(answers.filter(({ error }) => error?.reason === "RateLimited")).toHaveLength(40);
  });

  it("never count a right password", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    for (let n = 0; n < 15; n += 1) expect((await browser.run("login", [{ ...identify("ann@example.com"), ...enter() }])).finished).toBe(true);
  });

  it("stop asking who has an account, and not who asks for his own", async () => {
    const browser = await flowRunner({ authentication: { rate_limits: {} } });
    await browser.signUp("ann@example.com");
    const start = await browser.create("login");
    for (let n = 0; n < 12; n += 1) expect((await browser.feed(start.token, identify("ann@example.com"))).error).toBeUndefined();
    for (let n = 0; n < 10; n += 1)
      expect((await browser.feed(start.token, identify(`x${n}@example.com`))).error).toMatchObject({
        reason: "UserNotFound",
        info: { IdentityTypeIncoming: "login_id", LoginIDTypeIncoming: "email", FlowType: "login" },
      });
    expect((await browser.feed(start.token, identify("x@example.com"))).error).toMatchObject({ reason: "RateLimited", info: { bucket_name: "AccountEnumerationPerIP" } });
    expect((await browser.feed(start.token, identify("ann@example.com"))).error).toMatchObject({ reason: "RateLimited" });
  });

  it("stop asking as well where flow and login id come in one request (guessing by batches)", async () => {
    const browser = await flowRunner({ authentication: { rate_limits: {} } });
    await browser.signUp("ann@example.com");
    const ask = async (email: string) => (await browser.create("login", { batch: [identify(email)] })).error?.reason;
    for (let n = 0; n < 12; n += 1) expect(await ask("ann@example.com")).toBeUndefined();
    for (let n = 0; n < 10; n += 1) expect(await ask(`x${n}@example.com`)).toBe("UserNotFound");
    expect([await ask("x@example.com"), await ask("ann@example.com")]).toEqual(["RateLimited", "RateLimited"]);
  });

  it("stop the 11th sign-up of an address, at its end", async () => {
    const browser = await flowRunner({ authentication: { rate_limits: {} } });
    const { ip } = browser.ctx.request;
    for (let n = 0; n < 10; n += 1) await browser.another(ip).signUp(`p${n}@example.com`);
    const last = await browser.another(ip).run("signup", [identify("last@example.com"), { authentication: "primary_password", new_password: PASSWORD }]);
    expect(last.error).toMatchObject({ reason: "RateLimited", info: { bucket_name: "SignupPerIP" } });
    expect(last.error?.info.FlowType).toBeUndefined();
  });

  it("stop the 1201st request of an address in its own words", async () => {
    const browser = await flowRunner({ config: { authentication_flow: { rate_limits: { per_ip: { enabled: true, period: "1m", burst: 5 } } } } });
    for (let n = 0; n < 5; n += 1) await browser.create("login");
    await expect(browser.create("login")).rejects.toMatchObject({ errorName: "TooManyRequest", reason: "TooManyRequest", message: "Reach Rate Limit" });
  });
});

describe("lockout", () => {
  const lockout = (more: object = {}) => ({
    lockout: {
      max_attempts: 2,
      history_duration: "1h",
      minimum_duration: "1m",
      maximum_duration: "1h",
      backoff_factor: 2,
      lockout_type: "per_user",
      password: { enabled: true },
      ...more,
    },
  });

  it("locks at the last attempt, even against the right password", async () => {
    const browser = await flowRunner({ authentication: lockout() });
    await browser.signUp("ann@example.com");
    const asked = await browser.run("login", [identify("ann@example.com")]);
    expect((await browser.feed(asked.token, enter("wrong"))).error?.reason).toBe("InvalidCredentials");
    const locked = await browser.feed(asked.token, enter("wrong"));
    expect(locked.error).toMatchObject({ name: "TooManyRequest", reason: "AccountLockout", message: "account locked", code: 429, info: { FlowType: "login" } });
    const until = Date.parse(locked.error?.info.until);
    expect(until).toBeGreaterThan(Date.now() + 55_000);
    expect(until).toBeLessThan(Date.now() + 65_000);
    expect((await browser.feed(asked.token, enter())).error?.reason).toBe("AccountLockout");
    expect((await browser.another().run("login", [{ ...identify("ann@example.com") }, enter()])).error?.reason).toBe("AccountLockout");
    const events = (await eventsOf(browser)).map(({ type }) => type);
    expect(events.filter((type) => type === "authentication.primary.password.failed")).toHaveLength(2);
    expect(events.filter((type) => type === "authentication.blocked")).toHaveLength(3);
    const later = browser.at(new Date(Date.now() + 61_000));
    expect((await later.run("login", [identify("ann@example.com"), enter()])).finished).toBe(true);
  });

  it("is all that is told of the recovery code that locks", async () => {
    const second = { secondary_authenticators: ["password"], secondary_authentication_mode: "required" };
    const browser = await flowRunner({ authentication: { ...second, ...lockout({ recovery_code: { enabled: true } }) } });
    const choose = (authentication: string) => ({ authentication, new_password: PASSWORD });
    const made = [identify("ann@example.com"), choose("primary_password"), choose("secondary_password"), { confirm_recovery_code: true }];
    expect((await browser.run("signup", made)).finished).toBe(true);
    const asked = await browser.another().run("login", [identify("ann@example.com"), enter()]);
    const guess = async () => (await browser.another().feed(asked.token, { authentication: "recovery_code", recovery_code: "ZZZZZZZZZZ" })).error?.reason;
    expect([await guess(), await guess()]).toEqual(["InvalidCredentials", "AccountLockout"]);
    expect((await eventsOf(browser)).filter(({ type }) => type === "authentication.secondary.recovery_code.failed")).toHaveLength(1);
  });

  it("keeps out the right guess among many at the same time, once the others have locked (guessing in parallel)", async () => {
    const browser = await flowRunner({ authentication: lockout() });
    await browser.signUp("ann@example.com");
    const asked = await browser.run("login", [identify("ann@example.com")]);
    const hasher = (await flowModule()).get(PasswordHasher);
    const verify = hasher.verify.bind(hasher);
    // While the right password is checked, two wrong ones are.
    const slow = vi.spyOn(hasher, "verify").mockImplementationOnce(async (hash, plain) => {
      for (let n = 0; n < 2; n += 1) await browser.another(browser.ctx.request.ip).feed(asked.token, enter("wrong"));
      return verify(hash, plain);
    });
    const late = await browser.another(browser.ctx.request.ip).feed(asked.token, enter());
    slow.mockRestore();
    expect(late.error).toMatchObject({ reason: "AccountLockout" });
  });

  it("per address leaves other addresses in", async () => {
    const browser = await flowRunner({ authentication: lockout({ lockout_type: "per_user_per_ip" }) });
    await browser.signUp("ann@example.com");
    const thief = browser.another("10.66.6.6");
    const asked = await thief.run("login", [identify("ann@example.com")]);
    for (let n = 0; n < 2; n += 1) await thief.feed(asked.token, enter("wrong"));
    expect((await thief.feed(asked.token, enter())).error?.reason).toBe("AccountLockout");
    expect((await browser.another("10.7.7.7").run("login", [identify("ann@example.com"), enter()])).finished).toBe(true);
  });

  it("never comes from methods that do not take part, and a success forgets", async () => {
    const off = await flowRunner({ authentication: lockout({ password: { enabled: false }, totp: { enabled: true } }) });
    await off.signUp("ann@example.com");
    const asked = await off.run("login", [identify("ann@example.com")]);
    for (let n = 0; n < 4; n += 1) expect((await off.feed(asked.token, enter("wrong"))).error?.reason).toBe("InvalidCredentials");
    const on = await flowRunner({ authentication: lockout() });
    await on.signUp("bob@example.com");
    for (let n = 0; n < 3; n += 1) {
      const again = await on.run("login", [identify("bob@example.com")]);
      expect((await on.feed(again.token, enter("wrong"))).error?.reason).toBe("InvalidCredentials");
      expect((await on.feed(again.token, enter())).finished).toBe(true);
    }
  });
});

describe("bot protection", () => {
  const config = {
    bot_protection: { enabled: true, provider: { type: "cloudflare", site_key: "k" }, requirements: { signup_or_login: { mode: "always" }, password: { mode: "always" } } },
  };
  const secrets = [{ key: "bot_protection.provider", data: { type: "cloudflare", secret_key: "s" } }];
  const shown = { enabled: true, provider: { type: "cloudflare" } };

  /** A verifier at the address that this worker's engine asks: `pass` succeeds, `service_unavailable` is an outage. */
  async function withVerifier(work: () => Promise<void>): Promise<void> {
    const endpoint = (await testPlatform()).env.botProtectionCloudflareEndpoint;
    const server: Server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const token = new URLSearchParams(body).get("response");
      const codes = token === "service_unavailable" ? ["internal-error"] : ["invalid-input-response"];
      response.setHeader("content-type", "application/json").end(JSON.stringify(token === "pass" ? { success: true } : { success: false, "error-codes": codes }));
    });
    const { port } = new URL(endpoint);
    await new Promise<void>((resolve) => server.listen(Number(port), "127.0.0.1", resolve));
    try {
      await work();
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
  const answer = (response: string, type = "cloudflare") => ({ bot_protection: { type, response } });

  it("is demanded by the schema", async () => {
    const browser = await flowRunner({ config, secrets });
    const start = await browser.create("login");
    expect(start.options).toEqual([{ identification: "email", bot_protection: shown }]);
    const missing = await browser.feed(start.token, identify("ann@example.com"));
    expect(missing.error).toMatchObject({ reason: "ValidationFailed", info: { causes: [{ location: "", kind: "required", details: { missing: ["bot_protection"] } }] } });
    const other = await browser.feed(start.token, { ...identify("ann@example.com"), ...answer("pass", "recaptchav2") });
    expect(other.error?.info.causes).toEqual([{ location: "/bot_protection/type", kind: "const", details: { actual: "recaptchav2", expected: "cloudflare" } }]);
    const incomplete = await browser.feed(start.token, { ...identify("ann@example.com"), bot_protection: { type: "cloudflare" } });
    expect(incomplete.error?.info.causes).toMatchObject([{ location: "/bot_protection", kind: "required" }]);
  });

  it("is asked for once in a run", () =>
    withVerifier(async () => {
      const browser = await flowRunner({ config, secrets });
      const asked = await browser.run("signup", [{ ...identify("ann@example.com"), ...answer("pass") }]);
      expect((await browser.feed(asked.token, { authentication: "primary_password", new_password: PASSWORD })).finished).toBe(true);
      const start = await browser.another().create("login");
      const chosen = await browser.feed(start.token, { ...identify("ann@example.com"), ...answer("pass") });
      expect(chosen.options).toEqual([{ authentication: "primary_password", bot_protection: shown }]);
      expect((await browser.read(chosen.token)).options).toEqual([{ authentication: "primary_password" }]);
      expect((await browser.read(start.token)).options).toContainEqual({ identification: "email", bot_protection: shown });
      expect((await browser.feed(chosen.token, enter())).finished).toBe(true);
    }));

  it("is not shown any more in the answer of a run that has become another user's", () =>
    withVerifier(async () => {
      const browser = await flowRunner({ config, secrets });
      await browser.run("signup", [
        { ...identify("ann@example.com"), ...answer("pass") },
        { authentication: "primary_password", new_password: PASSWORD },
      ]);
      const { hint } = await anonymousUser(browser);
      const promoted = await browser.run("promote", [{ ...identify("ann@example.com"), ...answer("pass") }], { urlQuery: hint });
      expect(promoted).toMatchObject({ type: "login", options: [{ authentication: "primary_password" }] });
      expect(promoted.options[0]).not.toHaveProperty("bot_protection");
    }));

  it("that failed fails the whole run, and a new one works", () =>
    withVerifier(async () => {
      const browser = await flowRunner({ config, secrets });
      for (const [token, reason, code] of [
        ["refused", "BotProtectionVerificationFailed", 403],
        ["service_unavailable", "BotProtectionVerificationServiceUnavailable", 503],
      ] as const) {
        const start = await browser.create("signup");
        const failed = await browser.feed(start.token, { ...identify("ann@example.com"), ...answer(token) });
        expect(failed.error).toMatchObject({ reason, code });
        expect(failed.error?.info?.FlowType).toBeUndefined();
        expect((await browser.feed(start.token, { ...identify("ann@example.com"), ...answer("pass") })).error).toMatchObject({
          reason: "BotProtectionVerificationFailed",
          code: 403,
        });
      }
      expect((await browser.run("signup", [{ ...identify("ann@example.com"), ...answer("pass") }])).error).toBeUndefined();
      expect((await eventsOf(browser)).filter(({ type }) => type === "bot_protection.verification.failed")[0]?.payload).toEqual({ token: "refused", provider_type: "cloudflare" });
    }));

  it("on an ID token, and on a password that is made, is shown and demanded but not looked at", async () => {
    const bot_protection = { mode: "always" };
    const authentication_flow = {
      login_flows: [{ name: "own", steps: [{ type: "identify", one_of: [{ identification: "id_token", bot_protection }] }] }],
      signup_flows: [
        {
          name: "own",
          steps: [
            { type: "identify", one_of: [{ identification: "email" }] },
            { type: "create_authenticator", one_of: [{ authentication: "primary_password", bot_protection }] },
          ],
        },
      ],
    };
    const browser = await flowRunner({ config: { ...config, authentication_flow }, secrets });
    const login = await browser.create("login", { name: "own" });
    expect(login.options).toEqual([{ identification: "id_token", bot_protection: shown }]);
    const token = { identification: "id_token", id_token: "garbage" };
    expect((await browser.feed(login.token, token)).error).toMatchObject({ reason: "ValidationFailed", info: { causes: [{ details: { missing: ["bot_protection"] } }] } });
    expect((await browser.feed(login.token, { ...token, ...answer("anything") })).error).toMatchObject({ reason: "Invalid", message: "invalid ID token" });
    const asked = await browser.run("signup", [identify("ann@example.com")], { name: "own" });
    expect(asked.options).toMatchObject([{ authentication: "primary_password", bot_protection: shown }]);
    const made = { authentication: "primary_password", new_password: PASSWORD };
    expect((await browser.feed(asked.token, made)).error).toMatchObject({ reason: "ValidationFailed" });
    expect((await browser.feed(asked.token, { ...made, ...answer("anything") })).finished).toBe(true);
  });
});
