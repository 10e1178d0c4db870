import { duration, list, obj, oneOf, optDuration, optList, rateLimit, Type } from "../declare.js";

const legacyLimit = () =>
  Type.Optional(obj({ enabled: Type.Optional(Type.Boolean()), size: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })), reset_period: optDuration() }, { nullable: true }));
const legacyCooldown = () => Type.Optional(Type.Integer({ enum: [60, 120] }));

/** Limits of what is sent: for a project, and for all it may have. */
export const messageLimits = () =>
  obj({
    sms: rateLimit("off"),
    email: rateLimit("off"),
    sms_per_ip: rateLimit({ burst: 60, period: "1m" }),
    sms_per_target: rateLimit({ burst: 10, period: "1h" }),
    email_per_ip: rateLimit({ burst: 200, period: "1m" }),
    email_per_target: rateLimit({ burst: 50, period: "24h" }),
  });

/** `messaging`: providers and limits of mail, SMS and WhatsApp. */
export const messagingSchema = obj(
  {
    sms_provider: Type.Optional(oneOf(["nexmo", "twilio", "custom"], { deprecated: true })),
    sms_gateway: Type.Optional(
      obj(
        { use_config_from: oneOf(["environment_variable", "authgear.secrets.yaml"]), provider: Type.Optional(oneOf(["nexmo", "twilio", "custom"])) },
        {
          required: ["use_config_from"],
          nullable: true,
          // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
          extra: { if: { properties: { use_config_from: { const: "authgear.secrets.yaml" } }, required: ["use_config_from"] }, then: { required: ["provider"] } },
        },
      ),
    ),
    whatsapp: obj({ api_type: Type.Optional(oneOf(["on-premises", "cloud-api"])), message_sent_callback_timeout: duration("5s") }),
    rate_limits: messageLimits(),
    sms: Type.Optional(
      obj(
        { ratelimit: Type.Optional(obj({ per_phone: legacyLimit(), per_ip: legacyLimit(), resend_cooldown_seconds: legacyCooldown() }, { nullable: true })) },
        { nullable: true },
      ),
    ),
    email: Type.Optional(obj({ ratelimit: Type.Optional(obj({ resend_cooldown_seconds: legacyCooldown() }, { nullable: true })) }, { nullable: true })),
  },
  { description: "Providers and limits of mail, SMS and WhatsApp." },
);

const usageNames = ["user_export", "user_import", "email", "whatsapp", "sms"] as const;
export const usageMatch = ["*", ...usageNames] as const;
/** Limits of one usage name. */
const usageLimitSchema = () =>
  optList(obj({ quota: Type.Integer({ minimum: 0 }), period: oneOf(["day", "month"]), action: oneOf(["alert", "block"]) }, { required: ["quota", "period", "action"] }));
export const usageLimitsSchema = () =>
  Type.Optional(
    obj({ user_export: usageLimitSchema(), user_import: usageLimitSchema(), email: usageLimitSchema(), whatsapp: usageLimitSchema(), sms: usageLimitSchema() }, { nullable: true }),
  );

/** `usage`: alerts and limits of what costs money. */
export const usageSchema = obj(
  {
    alerts: optList(
      obj(
        { type: oneOf(["email"]), email: Type.Optional(Type.String({ format: "email" })), match: oneOf(usageMatch) },
        // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
        { required: ["type", "match"], extra: { if: { properties: { type: { const: "email" } }, required: ["type"] }, then: { required: ["email"] } } },
      ),
    ),
    limits: usageLimitsSchema(),
  },
  { nullable: true, description: "Alerts and limits of messages, imports and exports." },
);

/** `captcha`, deprecated. */
export const captchaSchema = obj({ provider: Type.Optional(oneOf(["cloudflare"], { deprecated: true })) });
/** `welcome_message`, deprecated. */
export const welcomeMessageSchema = obj({ enabled: Type.Optional(Type.Boolean()), destination: Type.Optional(oneOf(["first", "all"])) }, { nullable: true });
/** `otp`, deprecated. */
export const otpSchema = obj(
  {
    ratelimit: Type.Optional(
      obj(
        {
          failed_attempt: Type.Optional(
            obj({ enabled: Type.Optional(Type.Boolean()), size: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })), reset_period: optDuration() }, { nullable: true }),
          ),
        },
        { nullable: true },
      ),
    ),
  },
  { nullable: true },
);
/** `web3`, kept without effect. */
export const web3Schema = obj(
  {
    siwe: Type.Optional(obj({ networks: optList(Type.String({ format: "x_web3_network_id" }), { uniqueItems: true }) }, { nullable: true })),
    nft: Type.Optional(obj({ collections: optList(Type.String({ format: "x_web3_contract_id" }), { uniqueItems: true }) }, { nullable: true })),
  },
  { nullable: true },
);

const mode = () => obj({ mode: oneOf(["never", "always"]) }, { required: ["mode"], nullable: true });
/** `bot_protection`. */
export const botProtectionSchema = obj(
  {
    enabled: Type.Boolean({ default: false }),
    provider: Type.Optional(obj({ type: oneOf(["cloudflare", "recaptchav2"]), site_key: Type.String({ minLength: 1 }) }, { required: ["type", "site_key"], nullable: true })),
    requirements: Type.Optional(
      obj(
        {
          signup_or_login: Type.Optional(mode()),
          account_recovery: Type.Optional(mode()),
          password: Type.Optional(mode()),
          oob_otp_email: Type.Optional(mode()),
          oob_otp_sms: Type.Optional(mode()),
        },
        { nullable: true },
      ),
    ),
  },
  { description: "Turnstile or reCAPTCHA on pages and flows." },
);

const geo = () => Type.String({ minLength: 2, maxLength: 2 });
const cidrs = () => optList(Type.String({ format: "x_cidr" }));
/** `network_protection`. */
export const networkProtectionSchema = obj(
  {
    ip_filter: obj({
      default_action: oneOf(["allow", "deny"], { default: "allow" }),
      rules: optList(
        obj(
          { name: Type.Optional(Type.String()), action: oneOf(["allow", "deny"]), source: obj({ cidrs: cidrs(), geo_location_codes: optList(geo()) }) },
          { required: ["action", "source"] },
        ),
      ),
    }),
  },
  { description: "Addresses that may reach the project." },
);

/** What fraud protection warns of, in the order it is listed (spec: protection §5.2). */
export const fraudWarnings = [
  "SMS__PHONE_COUNTRIES__BY_IP__DAILY_THRESHOLD_EXCEEDED",
  "SMS__UNVERIFIED_OTPS__BY_PHONE_COUNTRY__DAILY_THRESHOLD_EXCEEDED",
  "SMS__UNVERIFIED_OTPS__BY_PHONE_COUNTRY__HOURLY_THRESHOLD_EXCEEDED",
  "SMS__UNVERIFIED_OTPS__BY_IP__DAILY_THRESHOLD_EXCEEDED",
  "SMS__UNVERIFIED_OTPS__BY_IP__HOURLY_THRESHOLD_EXCEEDED",
] as const;
const ratio = (extra: Record<string, unknown> = {}) => Type.Number({ minimum: 0, maximum: 1, ...extra });
/** `fraud_protection`. */
export const fraudProtectionSchema = obj(
  {
    enabled: Type.Boolean({ default: true }),
    sms: obj({
      unverified_otp_budget: obj({
        daily_ratio: ratio({ default: 0.3 }),
        hourly_ratio: ratio({ default: 0.2 }),
        by_phone_country: optList(
          obj({ geo_location_codes: list(geo()), daily_ratio: Type.Optional(ratio()), hourly_ratio: Type.Optional(ratio()) }, { required: ["geo_location_codes"] }),
        ),
      }),
    }),
    warnings: list(obj({ type: oneOf(fraudWarnings) }, { required: ["type"] }), { default: fraudWarnings.map((type) => ({ type })) }),
    decision: obj({
      action: oneOf(["record_only", "deny_if_any_warning"], { default: "record_only" }),
      always_allow: Type.Optional(
        obj(
          {
            ip_address: Type.Optional(obj({ cidrs: cidrs(), geo_location_codes: optList(geo()) }, { nullable: true })),
            phone_number: Type.Optional(obj({ geo_location_codes: optList(geo()), regex: optList(Type.String({ format: "x_re2_regex" })) }, { nullable: true })),
          },
          { nullable: true },
        ),
      ),
    }),
  },
  { description: "Guards against SMS fraud." },
);

const rules = (key: "fixed_code" | "suppressed") =>
  optList(
    obj(
      { regex: Type.String({ format: "x_re2_regex" }), [key]: Type.Optional(key === "fixed_code" ? Type.String() : Type.Boolean()) } as unknown as {
        regex: ReturnType<typeof Type.String>;
        fixed_code: ReturnType<typeof Type.String>;
        suppressed: ReturnType<typeof Type.Boolean>;
      },
      { required: ["regex"] },
    ),
  );
/** `test_mode`: fixed codes and suppressed messages for people's end-to-end suites. */
export const testModeSchema = obj(
  {
    oob_otp: obj({ enabled: Type.Boolean({ default: false }), rules: rules("fixed_code") }),
    sms: obj({ enabled: Type.Boolean({ default: false }), rules: rules("suppressed") }),
    whatsapp: obj({ enabled: Type.Boolean({ default: false }), rules: rules("suppressed") }),
    email: obj({ enabled: Type.Boolean({ default: false }), rules: rules("suppressed") }),
  },
  { description: "Fixed codes and suppressed messages for automated tests." },
);
