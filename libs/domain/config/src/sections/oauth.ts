import { bool, type Config, filled, int, list, obj, oneOf, optList, optText, Type } from "../declare.js";
import { flowTypes } from "./ui.js";

const applicationTypes = ["spa", "traditional_webapp", "native", "confidential", "third_party_app", "m2m"] as const;
const frameworks = [
  "react",
  "vue",
  "angular",
  "nextjs",
  "express",
  "other-spa",
  "flask",
  "laravel",
  "java",
  "aspnet",
  "other-oidc",
  "react-native",
  "ios",
  "android",
  "flutter",
  "ionic",
] as const;
const when = (types: readonly string[], then: Record<string, unknown>) => ({
  if: { properties: { x_application_type: { enum: types } }, required: ["x_application_type"] },
  then,
});

/** One item of `oauth.clients`. */
const oauthClientSchema = obj(
  {
    client_id: Type.String(),
    name: Type.String(),
    client_name: optText({ minLength: 1 }),
    client_uri: optText({ format: "uri" }),
    policy_uri: optText({ format: "uri" }),
    tos_uri: optText({ format: "uri" }),
    logo_uri: optText({ format: "x_public_https_url" }),
    x_replace_project_logo_with_logo_uri: bool(false),
    x_application_type: Type.Optional(oneOf(applicationTypes)),
    x_framework: Type.Optional(oneOf(frameworks)),
    x_max_concurrent_session: Type.Integer({ enum: [0, 1], default: 0 }),
    redirect_uris: optList(Type.String({ format: "uri" }), { minItems: 1 }),
    post_logout_redirect_uris: optList(Type.String({ format: "uri" })),
    grant_types: optList(Type.String()),
    response_types: optList(Type.String()),
    access_token_lifetime_seconds: int(1800, { minimum: 300 }),
    refresh_token_lifetime_seconds: Type.Integer({ minimum: 0 }),
    refresh_token_idle_timeout_enabled: bool(true),
    refresh_token_idle_timeout_seconds: int(2592000, { minimum: 0 }),
    refresh_token_rotation_enabled: bool(false),
    issue_jwt_access_token: bool(false),
    x_custom_ui_uri: optText({ format: "uri" }),
    x_app2app_enabled: bool(false),
    x_app2app_insecure_device_key_binding_enabled: bool(false),
    x_dpop_disabled: bool(false),
    require_pushed_authorization_requests: Type.Optional(Type.Boolean()),
    token_endpoint_auth_method: Type.Optional(oneOf(["none"])),
    backchannel_logout_uri: optText({ format: "uri", pattern: "^https?://[^#]*$" }),
    x_pre_authenticated_url_enabled: bool(false),
    x_pre_authenticated_url_allowed_origins: optList(Type.String({ format: "http_origin" })),
    x_authentication_flow_allowlist: obj({
      groups: optList(obj({ name: filled() }, { required: ["name"] })),
      flows: optList(obj({ type: oneOf(flowTypes), name: filled() }, { required: ["type", "name"] })),
    }),
  },
  {
    required: ["client_id", "name"],
    extra: {
      allOf: [
        when(["spa", "traditional_webapp", "native", "confidential", "third_party_app"], { required: ["redirect_uris"] }),
        when(["traditional_webapp"], { required: ["post_logout_redirect_uris"], properties: { post_logout_redirect_uris: { minItems: 1 } } }),
        when(["confidential", "third_party_app"], { required: ["client_name"] }),
        when(["m2m"], { properties: { access_token_lifetime_seconds: { maximum: 2419200 } } }),
      ],
    },
  },
);
/** An OAuth client after defaulting. */
export type OAuthClientConfig = Config<typeof oauthClientSchema>;

/** `oauth`: the project's clients. */
export const oauthSchema = obj(
  {
    clients: list(oauthClientSchema, { default: [] }),
    signing_algorithm: oneOf(["RS256", "ES256", "EdDSA"], { default: "RS256" }),
    introspection_enabled: bool(false),
    authorization_response_iss_enabled: bool(false),
    pushed_authorization_requests_enabled: bool(false),
    require_pushed_authorization_requests: bool(false),
    resource_indicators_enabled: bool(false),
    device_authorization_enabled: bool(false),
    registered_client_resources: optList(Type.String()),
    dynamic_client_registration: obj({ enabled: bool(false), maximum: int(100, { minimum: 1, maximum: 1000 }) }),
    client_id_metadata_documents: obj({
      enabled: bool(false),
      maximum: int(100, { minimum: 1, maximum: 1000 }),
      allowed_hosts: optList(filled(), { minItems: 1 }),
    }),
  },
  { description: "The OAuth clients of the project." },
);
