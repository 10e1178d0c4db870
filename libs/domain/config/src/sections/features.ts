import { countryCodes } from "../countries.js";
import { bool, type Config, obj, oneOf, optList, Type } from "../declare.js";
import { describeSchema } from "../docs/describe-schema.js";
import { featureTexts } from "../docs/platform-texts.js";
import { messageLimits, usageLimitsSchema, usageMatch } from "./messaging.js";

/** A limit; a written 0 means none at all. */
const maximum = (fallback: number, description: string) => Type.Integer({ default: fallback, keepZero: true, description });
const switchable = (description: string) => obj({ disabled: bool(false, description) });

const legacyUsage = (successor: string) =>
  Type.Optional(
    obj(
      { enabled: Type.Optional(Type.Boolean()), period: Type.Optional(oneOf(["day", "month"])), quota: Type.Optional(Type.Integer({ minimum: 0 })) },
      {
        nullable: true,
        description: `Deprecated: use ${successor}.`,
        // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
        extra: { if: { properties: { enabled: { const: true } }, required: ["enabled"] }, then: { required: ["period", "quota"] } },
      },
    ),
  );

const identity = obj({
  login_id: obj({ types: obj({ phone: switchable("No account recovery by phone.") }) }),
  oauth: obj({
    maximum_providers: maximum(99, "Social login providers a project may have."),
    providers: obj({
      google: switchable("Google is not offered."),
      facebook: switchable("Facebook is not offered."),
      github: switchable("GitHub is not offered."),
      linkedin: switchable("LinkedIn is not offered."),
      azureadv2: switchable("Azure AD is not offered."),
      azureadb2c: switchable("Azure AD B2C is not offered."),
      adfs: switchable("AD FS is not offered."),
      apple: switchable("Apple is not offered."),
      wechat: switchable("WeChat is not offered."),
    }),
  }),
  biometric: switchable("Biometric login may not be configured."),
});

const messaging = obj({
  rate_limits: messageLimits(),
  sms_usage: legacyUsage("usage.limits.sms"),
  email_usage: legacyUsage("usage.limits.email"),
  whatsapp_usage: legacyUsage("usage.limits.whatsapp"),
  sms_usage_count_disabled: bool(false, "SMS are not counted."),
  whatsapp_usage_count_disabled: bool(false, "WhatsApp messages are not counted."),
  template_customization_disabled: bool(false, "Message templates may not be changed."),
  custom_smtp_disabled: bool(false, "An own mail server may not be configured."),
  custom_sms_provider_disabled: bool(false, "An own SMS provider may not be configured."),
});

const suppression = (what: string) => obj({ suppressed: bool(false, `No ${what} is sent.`) });
const testMode = obj({
  fixed_oob_otp: Type.Optional(
    obj({ enabled: Type.Boolean(), code: Type.String() }, { required: ["enabled", "code"], nullable: true, description: "Every one-time code is this one." }),
  ),
  deterministic_link_otp: Type.Optional(
    obj({ enabled: Type.Boolean() }, { required: ["enabled"], nullable: true, description: "Codes of links can be computed from their target." }),
  ),
  sms: suppression("SMS"),
  whatsapp: suppression("WhatsApp message"),
  email: suppression("e-mail"),
});

const client = obj({
  maximum: maximum(99, "OAuth clients a project may have."),
  soft_maximum: maximum(99, "From this number on the portal warns."),
  custom_ui_enabled: bool(false, "Clients may have `x_custom_ui_uri`."),
  app2app_enabled: bool(false, "Clients may use app2app login."),
});

const declared = obj(
  {
    identity,
    authentication: obj({ secondary_authenticators: obj({ oob_otp_sms: switchable("No SMS codes as second factor.") }) }),
    authenticator: obj({
      password: obj({
        policy: obj({
          minimum_guessable_level: switchable("The policy may not ask for a strength."),
          excluded_keywords: switchable("The policy may not exclude keywords."),
          history: switchable("The policy may not remember former passwords."),
        }),
      }),
    }),
    custom_domain: switchable("No custom domains."),
    ui: obj({
      white_labeling: switchable("The watermark stays."),
      phone_input: obj({ allowlist: optList(oneOf(countryCodes), { description: "Countries that a project may offer; empty: all." }) }),
    }),
    oauth: obj({ client }),
    hook: obj({
      blocking_handler: obj({ maximum: maximum(99, "Blocking handlers a project may have.") }),
      non_blocking_handler: obj({ maximum: maximum(99, "Non-blocking handlers a project may have.") }),
    }),
    audit_log: obj({ retrieval_days: maximum(-1, "How far back audit logs can be read, in days; -1: without limit.") }),
    google_tag_manager: switchable("The portal does not show this setting."),
    rate_limits: switchable("All rate limits of the project are off."),
    messaging,
    usage: obj({
      hooks: optList(obj({ url: Type.String({ format: "x_hook_uri" }), match: oneOf(usageMatch) }, { required: ["url", "match"] }), {
        description: "Called when an alert quota is crossed.",
      }),
      limits: usageLimitsSchema(),
    }),
    collaborator: obj({
      maximum: Type.Optional(Type.Integer({ description: "Collaborators a project may have; absent: without limit." })),
      soft_maximum: Type.Optional(Type.Integer({ description: "From this number on the portal warns." })),
    }),
    admin_api: obj({
      create_session_enabled: bool(false, "The Admin API may create sessions."),
      user_import_usage: legacyUsage("usage.limits.user_import"),
      user_export_usage: legacyUsage("usage.limits.user_export"),
    }),
    test_mode: testMode,
    fraud_protection: obj({ is_modifiable: bool(false, "The project may configure `fraud_protection`.") }),
    web3: obj({ nft: obj({ maximum: maximum(3, "No effect.") }) }),
  },
  { description: "Plan limits and feature switches of a project." },
);
/** The whole of `authgear.features.yaml`. */
export const featureSchema = describeSchema(declared, featureTexts);
/** `authgear.features.yaml` after merging, defaulting and migration; keys as in the file. */
export type FeatureConfig = Config<typeof featureSchema>;
