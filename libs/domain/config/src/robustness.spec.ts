import { expect, test } from "vitest";
import { compileSchema, Type } from "@gatehouse/platform-schema";
import { parseProjectConfig, projectConfigJsonSchema } from "./parse-config.js";
import { featureConfigJsonSchema } from "./feature-config.js";
import { parseSecretConfig, secretConfigJsonSchema } from "./secret-config.js";
import { causesOf, projectWith } from "./spec-projects.js";

type Json = Record<string, unknown>;

/** A configuration that uses most sections. */
const rich: Json = {
  id: "shop",
  http: { public_origin: "https://shop.example", allowed_origins: ["*.example.com"] },
  hook: { blocking_handlers: [{ event: "user.pre_create", url: "https://a.example" }], non_blocking_handlers: [{ events: ["*"], url: "authgeardeno:///deno/a.ts" }] },
  ui: { phone_input: { allowlist: ["US", "HK"], pinned_list: ["HK"] }, authentication_flow: { groups: [{ name: "g", flows: [{ type: "login", name: "mine" }] }] } },
  localization: { fallback_language: "en", supported_languages: ["en", "fr"] },
  messaging: { sms_gateway: { use_config_from: "authgear.secrets.yaml", provider: "twilio" }, rate_limits: { sms: { enabled: true, period: "1m", burst: 3 } } },
  usage: { alerts: [{ type: "email", email: "a@b.example", match: "*" }], limits: { sms: [{ quota: 1, period: "day", action: "block" }] } },
  authentication: {
    identities: ["login_id", "oauth", "passkey"],
    primary_authenticators: ["password", "passkey"],
    lockout: { max_attempts: 3, history_duration: "1h", minimum_duration: "1m", maximum_duration: "1h", lockout_type: "per_user" },
  },
  oauth: {
    clients: [
      {
        client_id: "a",
        name: "A",
        x_application_type: "confidential",
        client_name: "A",
        redirect_uris: ["https://a.example/cb"],
        x_authentication_flow_allowlist: { groups: [{ name: "g" }], flows: [{ type: "login", name: "mine" }] },
      },
    ],
  },
  saml: {
    signing: { key_id: "k" },
    service_providers: [
      {
        client_id: "a",
        acs_urls: ["https://sp.example/acs"],
        attributes: { definitions: [{ name: "mail" }], mappings: [{ from: { user_profile: { pointer: "/email" } }, to: { saml_attribute: "mail" } }] },
      },
    ],
  },
  identity: {
    login_id: { keys: [{ type: "email" }, { type: "phone", modify_disabled: true }] },
    oauth: { providers: [{ alias: "w", type: "wechat", client_id: "x", app_type: "web", account_id: "gh_1", claims: { email: { required: true } } }] },
  },
  user_profile: { custom_attributes: { attributes: [{ id: "1", pointer: "/hobby", type: "enum", enum: ["a"] }] } },
  account_linking: { oauth: [{ alias: "w", oauth_claim: { pointer: "/email" }, user_profile: { pointer: "/email" }, action: "error" }] },
  forgot_password: { code_valid_period: "5m" },
  bot_protection: { enabled: true, provider: { type: "cloudflare", site_key: "k" }, requirements: { password: { mode: "always" } } },
  network_protection: { ip_filter: { rules: [{ action: "deny", source: { cidrs: ["10.0.0.0/8"] } }] } },
  fraud_protection: {
    sms: { unverified_otp_budget: { by_phone_country: [{ geo_location_codes: ["US"], daily_ratio: 0.1 }] } },
    decision: { always_allow: { phone_number: { regex: ["^\\+852"] } } },
  },
  test_mode: { oob_otp: { enabled: true, rules: [{ regex: ".*", fixed_code: "000000" }] } },
  authentication_flow: {
    login_flows: [
      {
        name: "mine",
        steps: [{ type: "identify", name: "who", one_of: [{ identification: "email", steps: [{ type: "authenticate", one_of: [{ authentication: "primary_password" }] }] }] }],
      },
    ],
  },
  external_jwt: { issuers: [{ iss: "i", jwks_uri: "https://i.example/jwks" }] },
};

/** Copies of a value, each with one node replaced by the next of `replacements`. */
function* mutations(value: unknown, replacements: Iterator<unknown>): Generator<unknown> {
  yield replacements.next().value;
  if (Array.isArray(value)) for (const [index, child] of value.entries()) for (const changed of mutations(child, replacements)) yield value.with(index, changed);
  else if (typeof value === "object" && value !== null)
    for (const [key, child] of Object.entries(value)) for (const changed of mutations(child, replacements)) yield { ...value, [key]: changed };
}

/** Values out of place, over and over. */
function* strange(): Generator<unknown> {
  for (;;) yield* [null, -1, "", [null], { constructor: 1 }, {}, true];
}

test("a filled configuration is valid and means the same when it is read again", () => {
  const filled = parseProjectConfig(JSON.stringify(rich)).value;
  expect(parseProjectConfig(JSON.stringify(filled)).value).toEqual(filled);
  expect(parseProjectConfig(JSON.stringify(projectWith())).value).toEqual(projectWith());
});

test("whatever stands in a configuration, it is read or refused with causes", () => {
  for (const changed of mutations(rich, strange())) causesOf(() => parseProjectConfig(JSON.stringify(changed)));
});

test("whatever stands in a secrets file, it is read or refused with causes", () => {
  const config = parseProjectConfig(JSON.stringify(rich)).value;
  const keys = { keys: [{ kid: "a", kty: "oct" }] };
  const secrets = [
    ...["admin-api.auth", "oauth", "csrf", "webhook"].map((key) => ({ key, data: keys })),
    { key: "sso.oauth.client", data: { items: [{ alias: "w", client_secret: "s" }] } },
    { key: "sso.oauth.demo_credentials", data: { items: [{ provider_config: { alias: "w", type: "google", client_id: "x" }, client_secret: "s" }] } },
    { key: "oauth.client_secrets", data: { items: [{ client_id: "a", ...keys }] } },
    { key: "bot_protection.provider", data: { type: "cloudflare", secret_key: "s" } },
    { key: "saml.idp.signing", data: { certificates: [{ certificate: { pem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }, key: { kid: "k", kty: "RSA" } }] } },
  ];
  const deploymentSecrets = [
    { key: "db", data: { database_url: "x" } },
    { key: "redis", data: { redis_url: "x" } },
  ];
  const read = (document: unknown) => causesOf(() => parseSecretConfig(JSON.stringify(document), config, { deploymentSecrets }));
  expect(read({ secrets })).toEqual([]);
  for (const changed of mutations({ secrets }, strange())) read(changed);
});

test("prototype pollution: a key named __proto__ changes no object", () => {
  const text =
    '{"id": "shop", "http": {"public_origin": "https://shop.example"}, "identity": {"oauth": {"providers": [{"alias": "g", "type": "google", "client_id": "x", "__proto__": {"polluted": true}}]}}}';
  causesOf(() => parseProjectConfig(text));
  expect(({} as Json).polluted).toBeUndefined();
});

test("the public schemas hold plain JSON, accept what is read and refuse what is not", () => {
  const schema = projectConfigJsonSchema();
  expect(JSON.stringify([schema, secretConfigJsonSchema(), featureConfigJsonSchema()])).not.toMatch(/wholeDefault|keepZero|"nullable"|"~/);
  const validator = compileSchema(Type.Unsafe(JSON.parse(JSON.stringify(schema)) as object));
  expect(validator.causes(rich)).toEqual([]);
  expect(validator.causes({ ...rich, nope: 1 })).toEqual([{ location: "/nope", kind: "" }]);
});
