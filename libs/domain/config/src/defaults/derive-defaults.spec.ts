import { expect, test } from "vitest";
import { projectWith } from "../spec-projects.js";

const client = (more: object) => ({ client_id: "a", name: "A", ...more });

test("refresh tokens live 52 weeks, or as long as a longer-lived access token", () => {
  const { clients } = projectWith({ oauth: { clients: [client({}), client({ access_token_lifetime_seconds: 31449601 })] } }).oauth;
  expect(clients.map((c) => [c.access_token_lifetime_seconds, c.refresh_token_lifetime_seconds])).toEqual([
    [1800, 31449600],
    [31449601, 31449601],
  ]);
});

test("a machine client always gets JWT access tokens and needs no redirect_uris", () => {
  const { clients } = projectWith({ oauth: { clients: [client({ x_application_type: "m2m", issue_jwt_access_token: false }), client({})] } }).oauth;
  expect(clients.map((c) => c.issue_jwt_access_token)).toEqual([true, false]);
});

test("supported languages are the fallback language alone", () => {
  expect(projectWith().localization).toEqual({ fallback_language: "en", supported_languages: ["en"] });
  expect(projectWith({ localization: { fallback_language: "zh-HK" } }).localization.supported_languages).toEqual(["zh-HK"]);
});

test("a project without login id keys has one for e-mail; an empty list is kept", () => {
  expect(projectWith().identity.login_id.keys).toEqual([{ type: "email", key: "email", max_length: 320, create_disabled: false, update_disabled: false, delete_disabled: false }]);
  expect(projectWith({ identity: { login_id: { keys: [] } } }).identity.login_id.keys).toEqual([]);
});

test("modify_disabled is the default of the three switches and is gone afterwards", () => {
  const { keys } = projectWith({ identity: { login_id: { keys: [{ type: "phone", modify_disabled: true, delete_disabled: false }] } } }).identity.login_id;
  expect(keys).toEqual([{ type: "phone", key: "phone", max_length: 40, create_disabled: true, update_disabled: true, delete_disabled: false }]);
});

test("defaults of social providers; WeChat has no e-mail address", () => {
  const provider = (type: string, more: object = {}) => ({ alias: type, type, client_id: "x", ...more });
  const { providers } = projectWith({
    identity: { oauth: { providers: [provider("google", { modify_disabled: true }), provider("wechat", { app_type: "web", account_id: "gh_1" })] } },
  }).identity.oauth;
  expect(providers?.[0]).toEqual({ ...provider("google"), create_disabled: true, delete_disabled: true, claims: { email: { assume_verified: true, required: true } } });
  expect(providers?.[1]?.claims).toEqual({ email: { assume_verified: true, required: false } });
});

test("standard attributes that are not written get their default access, after those that are", () => {
  const hidden = { end_user: "hidden", bearer: "hidden", portal_ui: "hidden" };
  const { access_control } = projectWith({ user_profile: { standard_attributes: { access_control: [{ pointer: "/gender", access_control: hidden }] } } }).user_profile
    .standard_attributes;
  expect(access_control).toHaveLength(16);
  expect(access_control[0]).toEqual({ pointer: "/gender", access_control: hidden });
  expect(access_control.find(({ pointer }) => pointer === "/email")?.access_control).toEqual({ end_user: "readwrite", bearer: "readonly", portal_ui: "readwrite" });
  expect(access_control.find(({ pointer }) => pointer === "/address")?.access_control).toEqual(hidden);
});

test("limits that are not written are those of `general`, other ones keep their own", () => {
  const limits = projectWith({
    authentication: {
      rate_limits: { general: { per_ip: { enabled: true, period: "1h", burst: 7 } }, password: { per_ip: { enabled: false } }, totp: { per_ip: { period: "3s" } } },
    },
  }).authentication.rate_limits;
  const general = { enabled: true, period: "1h", burst: 7 };
  expect(limits.password).toEqual({ per_ip: { enabled: false }, per_user_per_ip: { enabled: true, period: "1m", burst: 10 } });
  expect(limits.totp.per_ip).toEqual(general);
  expect(limits.passkey.per_ip).toEqual(general);
  expect(limits.oob_otp.sms.validate_per_ip).toEqual(general);
  expect(limits.oob_otp.sms.trigger_per_ip).toEqual({ enabled: false });
});

test("deprecated periods become their successors", () => {
  const config = projectWith({
    forgot_password: { reset_code_expiry_seconds: 1200 },
    verification: { code_expiry_seconds: 3661 },
    authenticator: { oob_otp: { sms: { code_valid_period: "9m" }, email: { email_otp_mode: "login_link", code_valid_period: "8m" } } },
  });
  expect(config.forgot_password).toMatchObject({ valid_periods: { link: "20m0s", code: "300s" } });
  expect(config.forgot_password).not.toHaveProperty("reset_code_expiry_seconds");
  expect(config.verification.code_valid_period).toBe("1h1m1s");
  expect(config.authenticator.oob_otp.sms.valid_periods).toEqual({ code: "9m", link: "20m" });
  expect(config.authenticator.oob_otp.email.valid_periods).toEqual({ code: "300s", link: "8m" });
});

test("a successor that is written wins over its deprecated key", () => {
  const config = projectWith({ forgot_password: { code_valid_period: "5m", valid_periods: { link: "7m" } }, verification: { code_expiry_seconds: 60, code_valid_period: "2m" } });
  expect(config.forgot_password.valid_periods.link).toBe("7m");
  expect(config.verification.code_valid_period).toBe("2m");
});

test("keys without meaning are dropped", () => {
  const config = projectWith({ welcome_message: { enabled: true }, otp: { ratelimit: {} }, messaging: { sms: { ratelimit: {} } }, session: { cookie_non_persistent: true } });
  expect(config).not.toHaveProperty("welcome_message");
  expect(config).not.toHaveProperty("otp");
  expect(config.messaging).not.toHaveProperty("sms");
  expect(config.session).not.toHaveProperty("cookie_non_persistent");
});

test("nullable objects stay absent, other missing objects are created", () => {
  const config = projectWith();
  expect(config).not.toHaveProperty("usage");
  expect(config.messaging).not.toHaveProperty("sms_gateway");
  expect(config.bot_protection).toEqual({ enabled: false });
  expect(config.search).toEqual({});
});
