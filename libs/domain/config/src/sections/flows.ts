import { list, obj, oneOf, optList, optText, rateLimit, Type } from "../declare.js";
import { FLOW_NAME, recoveryChannelSchema } from "./ui.js";

const name = () => Type.String({ pattern: FLOW_NAME });
const optName = () => Type.Optional(name());
const botProtection = { bot_protection: Type.Optional(obj({ mode: oneOf(["never", "always"]) }, { required: ["mode"], nullable: true })) };
const NEED = (type: readonly string[], required: readonly string[]) => ({
  if: { properties: { type: { enum: type } }, required: ["type"] },
  // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
  then: { required },
});

/** One branch of a step's `one_of` (the union of all kinds; the schema of its flow type allows what that flow may have). */
export interface FlowBranchConfig {
  identification?: string;
  authentication?: string;
  bot_protection?: { mode: "never" | "always" };
  target_step?: string;
  verification_required?: boolean;
  on_failure?: "error" | "ignore";
  signup_flow?: string;
  login_flow?: string;
  account_linking?: { oauth?: { name: string; action?: string; login_flow?: string }[]; login_id?: { name: string; action?: string; login_flow?: string }[] };
  steps?: FlowStepConfig[];
}
/** One step of a flow. */
export interface FlowStepConfig {
  name?: string;
  type: string;
  one_of?: FlowBranchConfig[];
  target_step?: string;
  optional?: boolean;
  user_profile?: { pointer: string; required: boolean }[];
  enumerate_destinations?: boolean;
  allowed_channels?: { channel: "email" | "sms" | "whatsapp"; otp_form: "link" | "code" }[];
}
/** One flow: `{name, steps}`. */
export interface FlowConfig {
  name: string;
  steps: FlowStepConfig[];
}

interface Kind {
  /** Name of its step in the schema's `$defs`. */
  step: string;
  steps: readonly string[];
  identify: readonly string[];
  authenticate: readonly string[];
  needs: readonly { type: readonly string[]; required: readonly string[] }[];
  branchNeeds?: Record<string, unknown>;
  /** Keywords for the list of steps in a branch. */
  branchSteps?: Record<string, unknown>;
}
const methods = ["primary_password", "primary_oob_otp_email", "primary_oob_otp_sms", "secondary_password", "secondary_totp", "secondary_oob_otp_email", "secondary_oob_otp_sms"];
const loginIdentifications = ["email", "phone", "username", "oauth", "passkey", "ldap", "id_token", "select_account"];
const signup: Kind = {
  step: "signup_step",
  steps: ["identify", "create_authenticator", "verify", "fill_in_user_profile", "view_recovery_code", "prompt_create_passkey"],
  identify: ["email", "phone", "username", "oauth", "passkey", "ldap"],
  authenticate: methods,
  needs: [
    { type: ["identify", "create_authenticator"], required: ["one_of"] },
    { type: ["verify"], required: ["target_step"] },
    { type: ["fill_in_user_profile"], required: ["user_profile"] },
  ],
};
const login: Kind = {
  step: "login_step",
  steps: ["identify", "authenticate", "check_account_status", "terminate_other_sessions", "change_password", "prompt_create_passkey"],
  identify: loginIdentifications,
  authenticate: [...methods, "primary_passkey", "recovery_code", "device_token"],
  needs: [
    { type: ["identify", "authenticate"], required: ["one_of"] },
    { type: ["change_password"], required: ["target_step"] },
  ],
};
const signupLogin: Kind = {
  step: "signup_login_step",
  steps: ["identify"],
  identify: loginIdentifications,
  authenticate: [],
  needs: [{ type: ["identify"], required: ["one_of"] }],
  branchNeeds: {
    if: { properties: { identification: { const: "select_account" } } },
    // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
    then: { required: ["identification", "login_flow"], not: { required: ["signup_flow"] } },
    else: { required: ["identification", "signup_flow", "login_flow"] },
  },
};
const reauth: Kind = {
  step: "reauth_step",
  steps: ["identify", "authenticate"],
  identify: ["id_token"],
  authenticate: [...methods, "primary_passkey"],
  needs: [{ type: ["identify", "authenticate"], required: ["one_of"] }],
};
const recovery: Kind = {
  step: "account_recovery_step",
  steps: ["identify", "select_destination", "verify_account_recovery_code", "reset_password"],
  identify: ["email", "phone", "username"],
  authenticate: [],
  branchSteps: { minItems: 1 },
  needs: [{ type: ["identify"], required: ["one_of"] }],
};

/** A list of steps; branches hold lists of steps again. */
const steps = (kind: Kind, extra: Record<string, unknown> = {}) => optList(Type.Unsafe<FlowStepConfig>({ $ref: `#/$defs/${kind.step}` }), extra);

function branchSchema(kind: Kind): unknown {
  const linking = optList(obj({ name: Type.String(), action: Type.Optional(oneOf(["error", "login_and_link"])), login_flow: optText() }, { required: ["name"], open: true }));
  return obj(
    {
      identification: Type.Optional(oneOf(kind.identify)),
      ...(kind.authenticate.length > 0 ? { authentication: Type.Optional(oneOf(kind.authenticate)) } : {}),
      ...botProtection,
      target_step: optText(),
      verification_required: Type.Optional(Type.Boolean()),
      on_failure: Type.Optional(oneOf(["error", "ignore"])),
      signup_flow: optText(),
      login_flow: optText(),
      account_linking: Type.Optional(obj({ oauth: linking, login_id: linking }, { nullable: true, open: true })),
      steps: steps(kind, kind.branchSteps),
    },
    { open: true, extra: kind.branchNeeds },
  );
}

function stepSchema(kind: Kind): unknown {
  return obj(
    {
      name: optName(),
      type: oneOf(kind.steps),
      one_of: optList(branchSchema(kind) as never),
      target_step: optText(),
      optional: Type.Optional(Type.Boolean()),
      user_profile: optList(obj({ pointer: Type.String({ format: "json-pointer" }), required: Type.Boolean() }, { required: ["pointer", "required"], open: true })),
      enumerate_destinations: Type.Optional(Type.Boolean()),
      allowed_channels: optList(recoveryChannelSchema),
    },
    {
      required: ["type"],
      open: true,
      extra: {
        allOf: [
          ...kind.needs.map((need) => NEED(need.type, need.required)),
          { if: { properties: { type: { const: "identify" } } }, ...branchKey("identification") },
          { if: { properties: { type: { enum: ["authenticate", "create_authenticator"] } } }, ...branchKey("authentication") },
        ],
      },
    },
  );
}

const branchKey = (key: string) => ({
  // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
  then: { properties: { one_of: { items: { required: [key] } } } },
});

/** The steps of each kind of flow, for `$defs` of the whole document's schema. */
export const flowDefinitions: Readonly<Record<string, unknown>> = Object.fromEntries([signup, login, signupLogin, reauth, recovery].map((kind) => [kind.step, stepSchema(kind)]));

const flows = (kind: Kind) =>
  Type.Optional(Type.Unsafe<FlowConfig[]>(list(obj({ name: name(), steps: steps(kind, { minItems: 1 }) }, { required: ["name", "steps"], open: true }), { minItems: 1 })));

/** `authentication_flow`: custom flows. */
export const authenticationFlowSchema = obj(
  {
    signup_flows: flows(signup),
    promote_flows: flows(signup),
    login_flows: flows(login),
    signup_login_flows: flows(signupLogin),
    reauth_flows: flows(reauth),
    account_recovery_flows: flows(recovery),
    rate_limits: obj({ per_ip: rateLimit({ burst: 1200, period: "1m" }) }),
  },
  { description: "Authentication flows in the project's own words; what is absent is generated." },
);
