import { bool, duration, int, list, obj, oneOf, optDuration, optList, optText, rateLimit, Type } from "../declare.js";

/** Standard attributes with access control and whether end users may write them by default. */
const writable = ["/email", "/phone_number", "/preferred_username", "/family_name", "/given_name", "/picture", "/gender", "/birthdate", "/zoneinfo", "/locale"];
const hidden = ["/name", "/nickname", "/middle_name", "/profile", "/website", "/address"];
export const standardPointers: readonly string[] = [...writable, ...hidden];
const claimPointers = ["/iss", "/sub", "/aud", "/exp", "/nbf", "/iat", "/jti", "/email_verified", "/phone_number_verified", "/updated_at", ...standardPointers];

export interface AccessControl {
  end_user: "hidden" | "readonly" | "readwrite";
  bearer: "hidden" | "readonly" | "readwrite";
  portal_ui: "hidden" | "readonly" | "readwrite";
}
const level = { h: "hidden", o: "readonly", w: "readwrite" } as const;
const triple = (code: string): AccessControl => {
  const [end_user, bearer, portal_ui] = [...code].map((c) => level[c as keyof typeof level]) as [AccessControl["end_user"], AccessControl["bearer"], AccessControl["portal_ui"]];
  return { end_user, bearer, portal_ui };
};
const triples = ["hhh", "hho", "hhw", "hoo", "how", "ooo", "oow", "wow"].map(triple);
const accessControl = (fallback?: AccessControl) => Type.Unsafe<AccessControl>({ enum: triples, default: fallback });
/** The default access of a standard attribute. */
export const defaultAccess = (pointer: string): AccessControl => triple(writable.includes(pointer) ? "wow" : "hhh");

const attributeTypes = ["string", "number", "integer", "enum", "phone_number", "email", "url", "country_code"] as const;
const customAttribute = obj(
  {
    id: Type.String({ minLength: 1 }),
    pointer: Type.String({ format: "x_custom_attribute_pointer", not: { enum: claimPointers } }),
    type: oneOf(attributeTypes),
    minimum: Type.Optional(Type.Number()),
    maximum: Type.Optional(Type.Number()),
    enum: optList(Type.String({ pattern: "^[a-zA-Z0-9_]*$", minLength: 1 }), { minItems: 1, uniqueItems: true }),
    access_control: accessControl(triple("hhw")),
  },
  {
    required: ["id", "pointer", "type"],
    open: true,
    // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
    extra: { if: { properties: { type: { const: "enum" } }, required: ["type"] }, then: { required: ["enum"] } },
  },
);

/** `user_profile`. */
export const userProfileSchema = obj(
  {
    standard_attributes: obj({
      population: obj({ strategy: oneOf(["none", "on_signup"], { default: "on_signup" }) }),
      access_control: list(obj({ pointer: oneOf(standardPointers), access_control: accessControl() }, { required: ["pointer", "access_control"] }), { default: [] }),
    }),
    custom_attributes: obj({ attributes: optList(customAttribute) }),
  },
  { description: "Standard and custom attributes of users." },
);

/** `account_deletion`. */
export const accountDeletionSchema = obj({ scheduled_by_end_user_enabled: bool(false), grace_period_days: int(30, { minimum: 1, maximum: 180 }) });
/** `account_anonymization`. */
export const accountAnonymizationSchema = obj({ grace_period_days: int(30, { minimum: 1, maximum: 180 }) });

const linkPointer = () => obj({ pointer: oneOf(["/email", "/phone_number", "/preferred_username"]) }, { required: ["pointer"] });
const action = () => oneOf(["error", "login_and_link"]);
/** `account_linking`. */
export const accountLinkingSchema = obj(
  {
    oauth: optList(
      obj(
        { alias: Type.String(), oauth_claim: linkPointer(), user_profile: linkPointer(), action: action(), name: optText() },
        { required: ["alias", "oauth_claim", "user_profile", "action"], open: true },
      ),
    ),
    login_id: optList(obj({ key: Type.String(), user_profile: linkPointer(), action: action(), name: optText() }, { required: ["key", "user_profile", "action"], open: true })),
  },
  { description: "What happens when a new identity belongs to someone already." },
);

const hook = () => obj({ url: optText({ format: "x_hook_uri" }), timeout: int(5, { minimum: 0 }) });
/** `account_migration`. */
export const accountMigrationSchema = obj({ hook: hook(), proof_of_phone_number_verification: obj({ hook: hook() }) });

const recoveryLimits = () => obj({ trigger_per_ip: rateLimit("off"), trigger_cooldown: duration("1m"), validate_per_ip: rateLimit({ burst: 60, period: "1m" }) });
/** `forgot_password`. */
export const forgotPasswordSchema = obj(
  {
    enabled: bool(true),
    valid_periods: obj({ link: duration("20m"), code: duration("300s") }),
    reset_code_expiry_seconds: Type.Optional(Type.Integer({ minimum: 0 })),
    code_valid_period: optDuration(),
    rate_limits: obj({ email: recoveryLimits(), sms: recoveryLimits() }),
  },
  { description: "Account recovery." },
);

const verificationLimits = () =>
  obj({
    trigger_per_ip: rateLimit("off"),
    trigger_per_user: rateLimit("off"),
    trigger_cooldown: duration("1m"),
    max_failed_attempts_revoke_otp: Type.Optional(Type.Integer({ minimum: 1 })),
    validate_per_ip: rateLimit({ burst: 60, period: "1m" }),
  });
const claim = () => obj({ enabled: bool(true), required: bool(true) });
/** `verification`. */
export const verificationSchema = obj(
  {
    claims: obj({ email: claim(), phone_number: claim() }),
    criteria: oneOf(["any", "all"], { default: "any" }),
    code_valid_period: duration("5m0s"),
    code_expiry_seconds: Type.Optional(Type.Integer({ minimum: 60 })),
    rate_limits: obj({ email: verificationLimits(), sms: verificationLimits() }),
  },
  { description: "Which claims of a user must be verified, and how." },
);
