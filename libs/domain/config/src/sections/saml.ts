import { bool, duration, list, obj, oneOf, optList, optText, Type } from "../declare.js";

const uri = () => Type.String({ format: "uri" });
const optUri = () => Type.Optional(uri());
const NAMEID = "urn:oasis:names:tc:SAML:1.1:nameid-format:";
const BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:";
const ATTR = "urn:oasis:names:tc:SAML:2.0:attrname-format:";

const mapping = obj(
  {
    from: Type.Unsafe<{ user_profile?: { pointer: string }; text_template?: { template: string } }>({
      type: "object",
      additionalProperties: false,
      properties: {
        user_profile: { type: "object", nullable: true, additionalProperties: false, required: ["pointer"], properties: { pointer: { type: "string", format: "json-pointer" } } },
        text_template: {
          type: "object",
          nullable: true,
          additionalProperties: false,
          required: ["template"],
          properties: { template: { type: "string", format: "x_text_template" } },
        },
      },
      oneOf: [{ required: ["user_profile"] }, { required: ["text_template"] }],
    }),
    to: obj({ saml_attribute: Type.String() }, { required: ["saml_attribute"] }),
  },
  { required: ["from", "to"] },
);

const serviceProvider = obj(
  {
    client_id: Type.String(),
    acs_urls: list(uri(), { minItems: 1 }),
    nameid_format: oneOf([`${NAMEID}unspecified`, `${NAMEID}emailAddress`], { default: `${NAMEID}unspecified` }),
    nameid_attribute_pointer: Type.Optional(oneOf(["/sub", "/email", "/phone_number", "/preferred_username"])),
    destination: optUri(),
    recipient: optUri(),
    audience: optUri(),
    assertion_valid_duration: duration("20m"),
    slo_enabled: bool(false),
    slo_callback_url: optUri(),
    slo_binding: oneOf([`${BINDING}HTTP-Redirect`, `${BINDING}HTTP-POST`], { default: `${BINDING}HTTP-Redirect` }),
    signature_verification_enabled: bool(false),
    attributes: obj({
      definitions: optList(
        obj(
          { name: Type.String(), name_format: oneOf([`${ATTR}unspecified`, `${ATTR}uri`, `${ATTR}basic`], { default: `${ATTR}unspecified` }), friendly_name: optText() },
          { required: ["name"] },
        ),
      ),
      mappings: optList(mapping),
    }),
  },
  {
    required: ["client_id", "acs_urls"],
    extra: {
      if: { properties: { slo_enabled: { const: true } }, required: ["slo_enabled"] },
      // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
      then: { required: ["slo_callback_url"] },
    },
  },
);

/** `saml`: the project as SAML identity provider. */
export const samlSchema = obj(
  {
    signing: obj({
      key_id: optText(),
      signature_method: oneOf(["http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"], { default: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" }),
    }),
    service_providers: optList(serviceProvider),
  },
  { description: "The project as SAML identity provider." },
);
