import { type Cause, compileSchema, type TProperties, Type, type Validator } from "@gatehouse/platform-schema";

const AMR = [
  "mfa",
  "otp",
  "pwd",
  "sms",
  "x_primary_password",
  "x_primary_oob_otp_email",
  "x_primary_oob_otp_sms",
  "x_secondary_password",
  "x_secondary_oob_otp_email",
  "x_secondary_oob_otp_sms",
  "x_secondary_totp",
  "x_recovery_code",
] as const;

/** What a handler that allows may ask for, by event. */
export interface HookWishes {
  mutations?: { user?: UserMutations; jwt?: { payload: Record<string, unknown> }; id_token?: { payload: Record<string, unknown> } };
  constraints?: { amr?: string[] };
  bot_protection?: { mode: "always" | "never" };
  rate_limits?: Partial<Record<"authentication.general" | "authentication.account_enumeration", { weight?: number }>>;
}

/** Parts of a user a handler may replace; each is the whole new value. */
export interface UserMutations {
  standard_attributes?: Record<string, unknown>;
  custom_attributes?: Record<string, unknown>;
  /** Keys. */
  roles?: string[];
  /** Keys. */
  groups?: string[];
}

/** A handler's answer. */
export type HookResponse = ({ is_allowed: true } & HookWishes) | { is_allowed: false; title?: string; reason?: string };

const closed = (properties: TProperties) => Type.Object(properties, { additionalProperties: false });
const anyObject = () => Type.Record(Type.String(), Type.Unknown());
const mutations = (part: TProperties) => ({ mutations: Type.Optional(closed(part)) });
const userPart = Type.Optional(
  Type.Object({
    standard_attributes: Type.Optional(anyObject()),
    custom_attributes: Type.Optional(anyObject()),
    roles: Type.Optional(Type.Array(Type.String())),
    groups: Type.Optional(Type.Array(Type.String())),
  }),
);
const tokenPart = Type.Optional(Type.Object({ payload: anyObject() }));
const constraints = { constraints: Type.Optional(closed({ amr: Type.Optional(Type.Array(Type.Union(AMR.map((value) => Type.Literal(value))))) })) };
const botProtection = { bot_protection: Type.Optional(closed({ mode: Type.Union([Type.Literal("always"), Type.Literal("never")]) })) };
const weight = Type.Optional(closed({ weight: Type.Optional(Type.Number({ minimum: 0 })) }));
const rateLimits = { rate_limits: Type.Optional(closed({ "authentication.general": weight, "authentication.account_enumeration": weight })) };

const forUser = mutations({ user: userPart });
const inFlow = { ...constraints, ...botProtection, ...rateLimits };

const allowedKeys: Readonly<Record<string, TProperties>> = {
  "user.pre_create": forUser,
  "user.profile.pre_update": forUser,
  "user.pre_schedule_deletion": forUser,
  "user.pre_schedule_anonymization": forUser,
  "oidc.jwt.pre_create": mutations({ jwt: tokenPart }),
  "oidc.id_token.pre_create": mutations({ id_token: tokenPart }),
  "authentication.pre_initialize": inFlow,
  "authentication.post_identified": inFlow,
  "authentication.pre_authenticated": { ...constraints, ...rateLimits },
};

/** Checks handlers' answers against spec: events §6.2. Schemas are compiled when an event first needs them. */
export class HookResponses {
  private readonly denied = compileSchema(closed({ is_allowed: Type.Literal(false), title: Type.Optional(Type.String()), reason: Type.Optional(Type.String()) }));
  private readonly allowed = new Map<string, Validator<unknown>>();

  /** The answer, or where it breaks the schema of the event. */
  check(type: string, value: unknown): { response: HookResponse } | { causes: Cause[] } {
    const saysNo = typeof value === "object" && value !== null && (value as { is_allowed?: unknown }).is_allowed === false;
    const validator = saysNo ? this.denied : this.allowing(type);
    const causes = validator.causes(value);
    return causes.length > 0 ? { causes } : { response: value as HookResponse };
  }

  private allowing(type: string): Validator<unknown> {
    const known = this.allowed.get(type);
    if (known) return known;
    const validator = compileSchema(closed({ is_allowed: Type.Literal(true), ...allowedKeys[type] }));
    this.allowed.set(type, validator);
    return validator;
  }
}
