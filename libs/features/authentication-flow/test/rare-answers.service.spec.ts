import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FakeProvider, startFakeProvider } from "@gatehouse/service-social-login/testing";
import { type FlowRunner, flowRunner, PASSWORD } from "./flow-runner.js";

const identify = (login_id: string) => ({ identification: "email", login_id });
const enter = { authentication: "primary_password", password: PASSWORD };
const limited = (burst: number) => ({ enabled: true, period: "1m", burst });

describe("social login providers", () => {
  let provider: FakeProvider;
  beforeAll(async () => {
    provider = await startFakeProvider();
  });
  afterAll(() => provider.close());

  it("of WeChat tell whether they are for phones or for browsers, in the options and on the way", async () => {
    const alias = "wechat";
    const browser = await flowRunner({
      authentication: { identities: ["oauth", "login_id"] },
      secrets: [{ key: "sso.oauth.client", data: { items: [{ alias, client_secret: provider.clientSecret("wechat") }] } }],
      config: { identity: { oauth: { providers: [provider.config("wechat", { alias })] } } },
    });
    const start = await browser.create("login");
    expect(start.options[0]).toMatchObject({ identification: "oauth", alias, provider_type: "wechat", wechat_app_type: "web" });
    const going = await browser.feed(start.token, { identification: "oauth", alias, redirect_uri: "http://app.test/callback" });
    expect(going.data).toMatchObject({ type: "oauth_data", oauth_provider_type: "wechat", wechat_app_type: "web" });
  });

  it("that the plan disables are not offered, and cannot be chosen", async () => {
    const providers = [provider.config("adfs", { alias: "corp" }), { alias: "github", type: "github", client_id: "x" }];
    const browser = await flowRunner({
      authentication: { identities: ["oauth", "login_id"] },
      secrets: [{ key: "sso.oauth.client", data: { items: ["corp", "github"].map((alias) => ({ alias, client_secret: "s" })) } }],
      features: { identity: { oauth: { providers: { github: { disabled: true } } } } },
      config: { identity: { oauth: { providers } } },
    });
    const start = await browser.create("login");
    expect(start.options.map(({ alias }) => alias).filter(Boolean)).toEqual(["corp"]);
    expect((await browser.feed(start.token, { identification: "oauth", alias: "github", redirect_uri: "http://app.test/callback" })).error?.reason).toBe("ValidationFailed");
  });
});

describe("device tokens that are no good", () => {
  const cookie = { mfa_device_token: "Z".repeat(64) };
  const withLimits = (device_token: Record<string, unknown>) =>
    flowRunner({
      authentication: {
        secondary_authenticators: ["password"],
        secondary_authentication_mode: "required",
        recovery_code: { disabled: true },
        rate_limits: { device_token },
      },
    });
  async function ann(browser: FlowRunner): Promise<void> {
    await browser.run("signup", [
      identify("ann@example.com"),
      { authentication: "primary_password", new_password: PASSWORD },
      { authentication: "secondary_password", new_password: `${PASSWORD} 2` },
    ]);
  }
  async function guess(browser: FlowRunner, ip?: string) {
    const other = browser.another(ip);
    Object.assign(other.jar, cookie);
    return other.run("login", [identify("ann@example.com"), enter]);
  }

  it.each([
    ["by address", "per_ip", "VerifyDeviceTokenPerIP"],
    ["by user and address", "per_user_per_ip", "VerifyDeviceTokenPerUserPerIP"],
  ])("are counted %s (guessing)", async (_, name, bucket) => {
    const browser = await withLimits({ [name]: limited(2) });
    await ann(browser);
    for (let n = 0; n < 2; n += 1) expect((await guess(browser, "10.1.1.1")).action.type).toBe("authenticate");
    expect((await guess(browser, "10.1.1.1")).error).toMatchObject({ reason: "RateLimited", info: { bucket_name: bucket, rate_limit_name: "authentication.device_token" } });
    expect((await guess(browser, "10.1.1.2")).action.type).toBe("authenticate");
  });
});

it("one object answers a hundred steps at most; the rest wait for the next input", async () => {
  const steps = Array.from({ length: 120 }, (_, n) => ({ name: `s${n}`, type: "fill_in_user_profile", user_profile: [{ pointer: "/nickname", required: true }] }));
  const own = { name: "long", steps: [{ name: "id", type: "identify", one_of: [{ identification: "email", steps: [...steps] }] }] };
  const browser = await flowRunner({ config: { authentication_flow: { signup_flows: [own] } } });
  const start = await browser.run("signup", [identify("ann@example.com")], { name: "long" });
  const profile = { attributes: [{ pointer: "/nickname", value: "Ann" }] };
  const first = await browser.feed(start.token, profile);
  expect([first.error, first.finished, first.action.type]).toEqual([undefined, false, "fill_in_user_profile"]);
  expect((await browser.feed(first.token, profile)).finished).toBe(true);
});

it("an empty answer to the challenge against robots is an internal error, and says nothing more", async () => {
  const browser = await flowRunner({
    config: { bot_protection: { enabled: true, provider: { type: "cloudflare", site_key: "k" }, requirements: { signup_or_login: { mode: "always" } } } },
    secrets: [{ key: "bot_protection.provider", data: { type: "cloudflare", secret_key: "s" } }],
  });
  const start = await browser.create("login");
  const refused = await browser.feed(start.token, { ...identify("ann@example.com"), bot_protection: { type: "cloudflare", response: "" } });
  expect([refused.status, refused.error]).toMatchObject([500, { name: "InternalError", reason: "UnexpectedError", message: "unexpected error occurred" }]);
});

it("a change of password is ChangePasswordFailed when the password has gone meanwhile", async () => {
  const browser = await flowRunner();
  await browser.signUp("ann@example.com");
  const { db, ctx } = browser.project;
  await db.read((tx) => tx.query("update authenticator set expire_after = now() - interval '1 minute' where project_id = $1", [ctx.project.id]));
  const asked = await browser.another().run("login", [identify("ann@example.com"), enter]);
  expect(asked.data.type).toBe("new_password_data");
  await db.read((tx) => tx.query("delete from authenticator where project_id = $1", [ctx.project.id]));
  const refused = await browser.another().feed(asked.token, { new_password: `${PASSWORD} 3` });
  expect(refused.error).toMatchObject({ name: "Invalid", reason: "ChangePasswordFailed", info: { cause: { kind: "NoPassword" } } });
});
