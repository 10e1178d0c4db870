import { countryCodes } from "../countries.js";
import { bool, list, obj, oneOf, optList, Type } from "../declare.js";

export const FLOW_NAME = "^[a-zA-Z_][a-zA-Z0-9_]*$";
export const flowTypes = ["signup", "promote", "login", "signup_login", "reauth", "account_recovery"] as const;
const uri = () => Type.Optional(Type.String({ format: "uri" }));

const pair = (channel: string, form: string) => ({ properties: { channel: { const: channel }, otp_form: { const: form } }, required: ["channel", "otp_form"] });
/** Where and how a recovery message goes: `{channel, otp_form}` (open object, five pairs). */
export const recoveryChannelSchema = Type.Unsafe<{ channel: "email" | "sms" | "whatsapp"; otp_form: "link" | "code" }>({
  type: "object",
  oneOf: [pair("email", "link"), pair("email", "code"), pair("sms", "code"), pair("sms", "link"), pair("whatsapp", "code")],
});

const groupSchema = obj(
  {
    name: Type.String({ pattern: FLOW_NAME }),
    flows: list(obj({ type: oneOf(flowTypes), name: Type.String({ pattern: FLOW_NAME }) }, { required: ["type", "name"] })),
  },
  { required: ["name", "flows"] },
);

/** `ui`: the hosted pages. */
export const uiSchema = obj(
  {
    signup_login_flow_enabled: bool(false, "One page for sign-up and login."),
    passkey_upselling_opt_out_enabled: bool(false),
    phone_input: obj({
      allowlist: list(oneOf(countryCodes), { minItems: 1, default: [...countryCodes] }),
      pinned_list: optList(oneOf(countryCodes)),
      preselect_by_ip_disabled: bool(false),
      validation: obj({
        implementation: oneOf(["libphonenumber"], { default: "libphonenumber" }),
        libphonenumber: obj({ validation_method: oneOf(["isPossibleNumber", "isValidNumber"], { default: "isValidNumber" }) }),
      }),
    }),
    dark_theme_disabled: bool(false),
    light_theme_disabled: bool(false),
    watermark_disabled: bool(false),
    direct_access_disabled: bool(false),
    default_client_uri: uri(),
    default_redirect_uri: uri(),
    default_post_logout_redirect_uri: uri(),
    brand_page_uri: uri(),
    authentication_disabled: bool(false),
    settings_disabled: bool(false),
    implementation: Type.Optional(oneOf(["interaction", "authflow", "authflowv2"])),
    settings_implementation: Type.Optional(oneOf(["v1", "v2"])),
    forgot_password: obj({
      phone: list(recoveryChannelSchema, { default: [{ channel: "sms", otp_form: "code" }] }),
      email: list(recoveryChannelSchema, { default: [{ channel: "email", otp_form: "link" }] }),
    }),
    authentication_flow: obj({ groups: optList(groupSchema) }),
  },
  { description: "The hosted pages." },
);
