import { describe, expect, it } from "vitest";
import { CODE, type FlowRunner, flowRunner, PASSWORD, usersOf } from "./flow-runner.js";

const identify = (login_id: string) => ({ identification: "email", login_id });
const enter = { authentication: "primary_password", password: PASSWORD };
const password = { type: "authenticate", one_of: [{ authentication: "primary_password" }] };

describe("what a login has proven", () => {
  const WEAK = "12345678";
  const NEW = "another horse";
  const second = { secondary_authenticators: ["password"], recovery_code: { disabled: true }, device_token: { disabled: true } };
  const recover = async (browser: FlowRunner) => {
    const sent = await browser.another().run("account_recovery", [identify("ann@example.com"), { index: 0 }, { account_recovery_code: CODE }, { new_password: NEW }]);
    expect(sent.finished, JSON.stringify(sent.error)).toBe(true);
  };
  const config = (password: object) => ({ ui: { forgot_password: { email: [{ channel: "email", otp_form: "code" }] } }, authenticator: { password } });
  const expired = { expiry: { force_change: { enabled: true, duration_since_last_update: "24h" } } };

  it("changes no password that has been reset meanwhile (thief of an old password)", async () => {
    const browser = await flowRunner({ config: config(expired) });
    await browser.another().signUp("ann@example.com", WEAK);
    await browser.project.db.transaction((tx) => tx.query("update authenticator set updated_at = now() - interval '2 days' where project_id = $1", [browser.ctx.project.id]));
    const thief = await browser.another().run("login", [identify("ann@example.com"), { ...enter, password: WEAK }]);
    const chosen = await browser.another().run("login", [identify("ann@example.com"), { ...enter, password: WEAK }]);
    expect([thief.data, chosen.data]).toMatchObject(Array(2).fill({ type: "new_password_data", force_change_reason: "expiry" }));
    await recover(browser);
    for (const { token } of [thief, chosen])
      expect((await browser.another().feed(token, { new_password: "password of a thief" })).error).toMatchObject({
        name: "Unauthorized",
        reason: "InvalidCredentials",
        info: { AuthenticationType: "password", FlowType: "login" },
      });
    expect((await browser.another().run("login", [identify("ann@example.com"), { ...enter, password: NEW }])).finished).toBe(true);
  });

  it("is nobody's when the login id was taken from the account (address given up)", async () => {
    const code = { type: "authenticate", one_of: [{ authentication: "primary_oob_otp_email", target_step: "who" }] };
    const steps = [{ type: "identify", name: "who", one_of: [{ identification: "email" }] }, code, { type: "prompt_create_passkey" }];
    const browser = await flowRunner({ config: { authentication_flow: { login_flows: [{ name: "own", steps }] } } });
    await browser.another().signUp("ann@example.com");
    const half = await browser.another().run("login", [identify("ann@example.com"), { authentication: "primary_oob_otp_email", index: 0 }, { code: CODE }], { name: "own" });
    expect(half.action.type).toBe("prompt_create_passkey");
    const { db, ctx } = browser.project;
    await db.transaction((tx) => tx.query("update identity set id = $2, login_id = 'new@example.com' where project_id = $1", [ctx.project.id, ctx.newId()]));
    expect((await browser.another().feed(half.token, { skip: true })).error).toMatchObject({ reason: "UserNotFound", code: 404 });
    expect((await usersOf(browser))[0]?.authenticators).toHaveLength(1);
  });

  it("is nobody's when the code went to an address that the factor has no more (address given up)", async () => {
    const soon = { oob_otp: { email: { trigger_cooldown: "1ms" } } };
    const browser = await flowRunner({ authentication: { primary_authenticators: ["oob_otp_email"], rate_limits: soon } });
    await browser.another().run("signup", [identify("ann@example.com"), { authentication: "primary_oob_otp_email" }, { code: CODE }]);
    const ask = () => browser.another().run("login", [identify("ann@example.com"), { authentication: "primary_oob_otp_email", index: 0 }]);
    expect((await browser.another().feed((await ask()).token, { code: CODE })).finished).toBe(true);
    const late = await ask();
    const { db, ctx } = browser.project;
    await db.transaction(async (tx) => {
      await tx.query("update authenticator set email = 'new@example.com' where project_id = $1", [ctx.project.id]);
      await tx.query("update identity set login_id = 'new@example.com', unique_key = 'new@example.com' where project_id = $1", [ctx.project.id]);
    });
    expect((await browser.another().feed(late.token, { code: CODE })).error).toMatchObject({ reason: "InvalidCredentials", info: { AuthenticationType: "oob_otp_email" } });
  });

  it("makes no factor of an address that was given up before its code came back (address given up)", async () => {
    const browser = await flowRunner({ authentication: { primary_authenticators: ["password", "oob_otp_email"] } });
    await browser.another().signUp("ann@example.com");
    const asked = await browser.another().run("login", [identify("ann@example.com")]);
    const index = (asked.data.options as { authentication: string }[]).findIndex(({ authentication }) => authentication === "primary_oob_otp_email");
    const late = await browser.another().feed(asked.token, { authentication: "primary_oob_otp_email", index });
    const { db, ctx } = browser.project;
    await db.transaction((tx) => tx.query("update identity set login_id = 'new@example.com', unique_key = 'new@example.com' where project_id = $1", [ctx.project.id]));
    expect((await browser.another().feed(late.token, { code: CODE })).error).toMatchObject({ reason: "InvalidCredentials", info: { AuthenticationType: "oob_otp_email" } });
    expect((await usersOf(browser))[0]?.authenticators).toHaveLength(1);
  });

  it("is worth nothing at the end when the password is another one, or the factor is gone", async () => {
    const browser = await flowRunner({ authentication: second, config: config({}) });
    await browser.another().signUp("ann@example.com");
    const optional = { type: "authenticate", one_of: [{ authentication: "secondary_password" }] };
    const steps = [{ type: "identify", one_of: [{ identification: "email" }] }, password, optional];
    const { db, ctx } = browser.project;
    await db.transaction((tx) =>
      tx.query(
        `insert into authenticator (project_id, id, user_id, type, kind, is_default, password_hash, created_at, updated_at)
         select project_id, $2, user_id, type, 'secondary', false, password_hash, now(), now() from authenticator where project_id = $1`,
        [ctx.project.id, ctx.newId()],
      ),
    );
    browser.ctx = {
      ...ctx,
      project: { ...ctx.project, config: { ...ctx.project.config, authentication_flow: { ...ctx.project.config.authentication_flow, login_flows: [{ name: "own", steps }] } } },
    };
    const half = () => browser.another().run("login", [identify("ann@example.com"), enter], { name: "own" });
    const rest = { authentication: "secondary_password", password: PASSWORD };
    const [before, kept] = [await half(), await half()];
    expect((await browser.another().feed(kept.token, rest)).finished).toBe(true);
    await recover(browser);
    expect((await browser.another().feed(before.token, rest)).error).toMatchObject({ reason: "InvalidCredentials", info: { AuthenticationType: "password" } });
    const gone = await browser.another().run("login", [identify("ann@example.com"), { ...enter, password: NEW }], { name: "own" });
    await db.transaction((tx) => tx.query("update authenticator set id = $2 where project_id = $1 and kind = 'primary'", [ctx.project.id, ctx.newId()]));
    expect((await browser.another().feed(gone.token, rest)).error).toMatchObject({ reason: "InvalidCredentials" });
  });
});
