import { bool, duration, int, list, obj, oneOf, optDuration, optText, rateLimit, Type } from "../declare.js";

const identities = ["login_id", "oauth", "anonymous", "biometric", "passkey", "siwe", "ldap"] as const;
const primary = ["password", "passkey", "oob_otp_email", "oob_otp_sms"] as const;
const secondary = ["password", "oob_otp_email", "oob_otp_sms", "totp"] as const;

const perIp = () => obj({ per_ip: rateLimit() });
const perUser = () => obj({ per_ip: rateLimit(), per_user_per_ip: rateLimit() });
const otp = () =>
  obj({
    trigger_per_ip: rateLimit("off"),
    trigger_per_user: rateLimit("off"),
    trigger_cooldown: duration("1m"),
    max_failed_attempts_revoke_otp: Type.Optional(Type.Integer({ minimum: 1 })),
    validate_per_ip: rateLimit(),
    validate_per_user_per_ip: rateLimit(),
  });
const lockable = () => obj({ enabled: bool(false) }, { required: ["enabled"] });
const contains = (value: string) => ({ contains: { const: value } });
const has = (key: string, value: string) => ({ properties: { [key]: contains(value) }, required: [key] });

/** `authentication`: who may sign in with what, and how often one may try. */
export const authenticationSchema = obj(
  {
    identities: list(oneOf(identities), { uniqueItems: true, default: ["oauth", "login_id"] }),
    primary_authenticators: list(oneOf(primary), { uniqueItems: true, default: ["password"] }),
    secondary_authenticators: list(oneOf(secondary), { uniqueItems: true, default: ["totp"] }),
    secondary_authentication_mode: oneOf(["disabled", "if_exists", "required"], { default: "if_exists" }),
    secondary_authentication_grace_period: obj({ enabled: bool(false), end_at: optText({ format: "date-time" }) }),
    device_token: obj({ disabled: bool(false), expire_in_days: int(30) }),
    recovery_code: obj({ disabled: bool(false), count: int(16, { minimum: 10, maximum: 50 }), list_enabled: bool(false) }),
    public_signup_disabled: bool(false),
    lockout: obj(
      {
        max_attempts: int(0, { minimum: 0 }),
        history_duration: optDuration(),
        minimum_duration: optDuration(),
        maximum_duration: optDuration(),
        backoff_factor: Type.Number({ minimum: 1, default: 1 }),
        lockout_type: Type.Optional(oneOf(["per_user", "per_user_per_ip"])),
        password: lockable(),
        totp: lockable(),
        oob_otp: lockable(),
        recovery_code: lockable(),
      },
      {
        extra: {
          if: { properties: { max_attempts: { type: "integer", minimum: 1 } }, required: ["max_attempts"] },
          // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
          then: { required: ["history_duration", "minimum_duration", "maximum_duration", "lockout_type"] },
        },
      },
    ),
    rate_limits: obj({
      general: obj({ per_ip: rateLimit({ burst: 60, period: "1m" }), per_user_per_ip: rateLimit({ burst: 10, period: "1m" }) }),
      password: perUser(),
      totp: perUser(),
      recovery_code: perUser(),
      device_token: perUser(),
      passkey: perIp(),
      siwe: perIp(),
      oob_otp: obj({ email: otp(), sms: otp() }),
      signup: obj({ per_ip: rateLimit({ burst: 10, period: "1m" }) }),
      signup_anonymous: obj({ per_ip: rateLimit({ burst: 60, period: "1m" }) }),
      account_enumeration: obj({ per_ip: rateLimit({ burst: 10, period: "1m" }) }),
    }),
  },
  {
    description: "Who may sign in with what, and how often one may try.",
    extra: {
      // biome-ignore-start lint/suspicious/noThenProperty: a JSON-schema keyword
      allOf: [
        { if: has("identities", "passkey"), then: { ...has("primary_authenticators", "passkey") } },
        { if: has("primary_authenticators", "passkey"), then: { ...has("identities", "passkey") } },
        { if: has("identities", "passkey"), then: { ...has("identities", "login_id") } },
        { if: has("identities", "siwe"), then: { properties: { identities: { const: ["siwe"] } } } },
      ],
      // biome-ignore-end lint/suspicious/noThenProperty: a JSON-schema keyword
    },
  },
);

/** `authenticator`: rules of each authenticator type. */
export const authenticatorSchema = obj(
  {
    password: obj({
      policy: obj({
        min_length: int(8, { minimum: 1 }),
        uppercase_required: bool(false),
        lowercase_required: bool(false),
        alphabet_required: bool(false),
        digit_required: bool(false),
        symbol_required: bool(false),
        minimum_guessable_level: int(0, { minimum: 0, maximum: 5 }),
        excluded_keywords: Type.Optional(list(Type.String())),
        history_size: int(0, { minimum: 0 }),
        history_days: int(0, { minimum: 0 }),
      }),
      force_change: bool(true),
      expiry: obj({
        force_change: obj(
          { enabled: bool(false), duration_since_last_update: optDuration() },
          // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
          { extra: { if: { properties: { enabled: { const: true } }, required: ["enabled"] }, then: { required: ["duration_since_last_update"] } } },
        ),
      }),
      ratelimit: Type.Optional(
        obj({ failed_attempt: Type.Optional(obj({ size: Type.Optional(Type.Integer()), reset_period: optDuration() }, { nullable: true })) }, { nullable: true }),
      ),
    }),
    totp: obj({ maximum: int(99) }),
    oob_otp: obj({
      sms: obj({
        maximum: int(99),
        phone_otp_mode: oneOf(["sms", "whatsapp_sms", "whatsapp"], { default: "whatsapp_sms" }),
        valid_periods: obj({ code: duration("300s"), link: duration("20m") }),
        code_valid_period: optDuration(),
      }),
      email: obj({
        maximum: int(99),
        email_otp_mode: oneOf(["code", "login_link"], { default: "code" }),
        valid_periods: obj({ code: duration("300s"), link: duration("20m") }),
        code_valid_period: optDuration(),
      }),
    }),
  },
  { description: "Rules of each authenticator type." },
);
