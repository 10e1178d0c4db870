import { bool, type Config, filled, list, obj, oneOf, optList, Type } from "../declare.js";

const optBool = () => Type.Optional(Type.Boolean());
const loginIdKey = obj(
  {
    type: oneOf(["email", "phone", "username"]),
    key: Type.String(),
    max_length: Type.Integer(),
    create_disabled: Type.Boolean(),
    update_disabled: Type.Boolean(),
    delete_disabled: Type.Boolean(),
    modify_disabled: optBool(),
  },
  { required: ["type"] },
);
/** One login id key after defaulting. */
export type LoginIdKeyConfig = Config<typeof loginIdKey>;

const never = (keys: readonly string[]) => ({ properties: Object.fromEntries(keys.map((key) => [key, { enum: [false] }])) });
const blocks = ["domain_blocklist_enabled", "block_free_email_provider_domains", "block_disposable_email_domains"];
/** An allowlist and a block list exclude each other. */
const allowlistAlone = {
  allOf: blocks.map((key) => ({
    if: { properties: { [key]: { const: true } }, required: [key] },
    // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
    then: never(["domain_allowlist_enabled"]),
  })),
};

/** `identity`: login ids, social providers, LDAP, biometric. */
export const identitySchema = obj(
  {
    login_id: obj({
      keys: list(loginIdKey, { default: [{ type: "email" }] }),
      types: obj({
        email: obj(
          {
            case_sensitive: bool(false),
            block_plus_sign: bool(false),
            ignore_dot_sign: bool(false),
            domain_blocklist_enabled: bool(false),
            domain_allowlist_enabled: bool(false),
            block_free_email_provider_domains: bool(false),
            block_disposable_email_domains: bool(false),
          },
          { extra: allowlistAlone },
        ),
        username: obj({ block_reserved_usernames: bool(true), exclude_keywords_enabled: bool(false), ascii_only: bool(true), case_sensitive: bool(false) }),
      }),
    }),
    oauth: obj({ providers: optList(Type.Unsafe<OAuthProviderConfig>({ type: "object" })) }),
    biometric: obj({ list_enabled: bool(false) }),
    on_conflict: obj({ promotion: oneOf(["error", "login"], { default: "error" }) }),
    ldap: obj({
      servers: optList(
        obj(
          {
            name: filled(),
            url: Type.String({ format: "ldap_url" }),
            base_dn: Type.String({ format: "ldap_dn" }),
            search_filter_template: Type.String({ format: "ldap_search_filter_template" }),
            user_id_attribute_name: Type.String({ format: "ldap_attribute_name" }),
          },
          { required: ["name", "url", "base_dn", "search_filter_template", "user_id_attribute_name"] },
        ),
      ),
    }),
  },
  { description: "Login ids, social login providers, LDAP servers, biometric." },
);

/** A social login provider (open object; its own keys depend on `type`). */
export interface OAuthProviderConfig {
  alias: string;
  type: string;
  client_id: string;
  create_disabled?: boolean;
  delete_disabled?: boolean;
  credentials_behavior?: "use_project_credentials" | "use_demo_credentials";
  claims?: { email?: { assume_verified?: boolean; required?: boolean } };
  [key: string]: unknown;
}

const uri = { type: "string", format: "uri" };
const text1 = { type: "string", minLength: 1 };
const providerKeys: Readonly<Record<string, { required: readonly string[]; properties: Record<string, unknown> }>> = {
  google: { required: [], properties: {} },
  facebook: { required: [], properties: {} },
  github: { required: [], properties: {} },
  linkedin: { required: [], properties: {} },
  apple: { required: ["key_id", "team_id"], properties: { key_id: text1, team_id: text1 } },
  azureadv2: { required: ["tenant"], properties: { tenant: text1 } },
  azureadb2c: { required: ["tenant", "policy"], properties: { tenant: text1, policy: text1, domain_hint: text1 } },
  adfs: { required: ["discovery_document_endpoint"], properties: { discovery_document_endpoint: uri } },
  wechat: {
    required: ["app_type", "account_id"],
    properties: {
      app_type: { type: "string", enum: ["mobile", "web"] },
      account_id: { type: "string", format: "wechat_account_id" },
      is_sandbox_account: { type: "boolean" },
      wechat_redirect_uris: { type: "array", items: uri },
    },
  },
};
/** The provider types of spec/project-configuration.md §3.10. */
export const providerTypes: readonly string[] = Object.keys(providerKeys);

/** The schema of one social provider, by its type; demo credentials need only the common keys. */
export function providerSchema(type: string, demoCredentials: boolean) {
  const own = providerKeys[type] ?? { required: [], properties: {} };
  const flags = { type: "object", additionalProperties: false, properties: { assume_verified: { type: "boolean" }, required: { type: "boolean" } } };
  return Type.Unsafe({
    type: "object",
    required: ["alias", "type", "client_id", ...(demoCredentials ? [] : own.required)],
    properties: {
      alias: text1,
      type: { type: "string", enum: providerTypes },
      client_id: text1,
      create_disabled: { type: "boolean" },
      delete_disabled: { type: "boolean" },
      modify_disabled: { type: "boolean" },
      do_not_store_identity_attributes: { type: "boolean" },
      include_identity_attributes_in_id_token: { type: "boolean" },
      credentials_behavior: { type: "string", enum: ["use_project_credentials", "use_demo_credentials"] },
      claims: { type: "object", additionalProperties: false, properties: { email: flags } },
      ...(demoCredentials ? {} : own.properties),
    },
  });
}
