import { expect, test } from "vitest";
import { parseSecretConfig, secretConfigJsonSchema, type SecretItem } from "./secret-config.js";
import { causesOf, projectWith } from "./spec-projects.js";

const keys = { keys: [{ kid: "a", kty: "oct" }] };
const db = { key: "db", data: { database_url: "x" } };
const redis = { key: "redis", data: { redis_url: "x" } };
const deploymentSecrets = [db, redis];
const base: SecretItem[] = ["admin-api.auth", "oauth", "csrf"].map((key) => ({ key, data: keys }));

const read = (items: SecretItem[], config: Record<string, unknown> = {}) => parseSecretConfig(JSON.stringify({ secrets: items }), projectWith(config), { deploymentSecrets }).value;
const causes = (items: SecretItem[], config: Record<string, unknown> = {}) => causesOf(() => read(items, config));
/** Messages of the causes that a configuration adds. */
const told = (config: Record<string, unknown>, ...items: SecretItem[]) =>
  causes([...base, ...items], config).map(({ location, details }) => (location === "" ? details?.msg : location));
const kinds = (key: string, data: unknown) => causes([{ key, data }]).map(({ location, kind }) => [location, kind]);

test("a secrets file without oauth and csrf names both, in that order", () => {
  expect(causes(base.slice(0, 1))).toEqual(
    ["OAuth key materials (secret 'oauth') is required", "CSRF key materials (secret 'csrf') is required"].map((msg) => ({ location: "", kind: "general", details: { msg } })),
  );
});

test("without a deployment, databases are named first", () => {
  expect(causesOf(() => parseSecretConfig("secrets: []", projectWith())).map(({ details }) => details?.msg)).toEqual([
    "database credentials (secret 'db') is required",
    "redis credentials (secret 'redis') is required",
    "admin API auth key materials (secret 'admin-api.auth') is required",
    "OAuth key materials (secret 'oauth') is required",
    "CSRF key materials (secret 'csrf') is required",
  ]);
});

test("the result is sorted by key, with defaults", () => {
  const secrets = read([...base, { key: "mail.smtp", data: { host: "h", port: 25, username: "u", password: "p" } }]);
  expect(Object.keys(secrets)).toEqual(["admin-api.auth", "csrf", "db", "mail.smtp", "oauth", "redis"]);
  expect(secrets["mail.smtp"]?.mode).toBe("normal");
  expect(secrets.db).toEqual({ database_url: "x", database_schema: "public" });
});

test("the shape of the file", () => {
  expect(causesOf(() => parseSecretConfig("{}", projectWith()))).toMatchObject([{ location: "", kind: "required" }]);
  expect(causes([{ key: "nope", data: {} }])).toMatchObject([{ location: "/secrets/0/key", kind: "enum" }]);
  expect(causes([{ ...base[0], more: 1 } as unknown as SecretItem])).toEqual([{ location: "/secrets/0/more", kind: "" }]);
  expect(kinds("oauth", { keys: [] })).toEqual([["/secrets/0/data/keys", "minItems"]]);
  expect(kinds("oauth", { keys: [{ kid: "a" }] })).toEqual([["/secrets/0/data/keys/0", "required"]]);
});

test("credentials of messages", () => {
  const at = "/secrets/0/data";
  expect(kinds("mail.smtp", { host: "h", port: 70000, username: "u", password: "p", sender: "Shop" })).toEqual([
    [`${at}/port`, "maximum"],
    [`${at}/sender`, "format"],
  ]);
  expect(kinds("sms.twilio", { account_sid: "a", credential_type: "api_key", api_key_sid: "s" })).toEqual([[at, "required"]]);
  expect(kinds("sms.twilio", { account_sid: "a" })).toEqual([[at, "required"]]);
  expect(kinds("sms.custom", { url: "ftp://x", timeout: 61 })).toEqual([
    [`${at}/timeout`, "maximum"],
    [`${at}/url`, "format"],
  ]);
  const otp = { name: "otp", type: "authentication", languages: ["xx"] };
  expect(kinds("whatsapp.on-premises", { api_endpoint: "e", username: "u", password: "p", templates: { otp } })).toEqual([[`${at}/templates/otp/languages/0`, "enum"]]);
  const template = { type: "other", copy_code_button: { name: "n", languages: [] } };
  expect(kinds("whatsapp.cloud-api", { phone_number_id: "1", access_token: "t", authentication_template: template })).toEqual([
    [`${at}/authentication_template/copy_code_button/languages`, "minItems"],
    [`${at}/authentication_template/type`, "const"],
  ]);
});

test("an LDAP account has a dn and a password, or neither", () => {
  const ldap = (item: object) => kinds("ldap", { items: [{ name: "l", ...item }] });
  expect(ldap({ dn: "cn=a" })).toEqual([["/secrets/0/data/items/0", "required"]]);
  expect(ldap({ password: "p" })).toEqual([["/secrets/0/data/items/0", "required"]]);
});

test("social login needs a client secret per alias, but for demo credentials", () => {
  const provider = { alias: "g", type: "google", client_id: "x" };
  const config = { identity: { oauth: { providers: [provider] } } };
  const secret = (...items: object[]) => ({ key: "sso.oauth.client", data: { items } });
  expect(told(config)).toEqual(["OAuth SSO provider client credentials (secret 'sso.oauth.client') is required"]);
  expect(told(config, secret())).toEqual(["OAuth SSO provider client credentials for 'g' is required"]);
  expect(causes([...base, secret({ alias: "g", client_secret: "" })], config)).toMatchObject([
    { location: "/secrets/5/data/items/0", kind: "required", details: { missing: ["client_secret"] } },
  ]);
  expect(told({ identity: { oauth: { providers: [{ ...provider, credentials_behavior: "use_demo_credentials" }] } } }, secret({ alias: "g", client_secret: "" }))).toEqual([]);
});

test("confidential clients need secrets", () => {
  const config = {
    oauth: {
      clients: [
        { client_id: "m", name: "M", x_application_type: "m2m" },
        { client_id: "s", name: "S" },
      ],
    },
  };
  expect(told(config)).toEqual(["OAuth client credentials (secret 'oauth.client_secrets') is required"]);
  expect(told(config, { key: "oauth.client_secrets", data: { items: [] } })).toEqual(["OAuth client credentials for 'm' is required"]);
});

test("hooks need a signing key", () => {
  expect(told({ hook: { non_blocking_handlers: [{ events: ["*"], url: "https://a.example" }] } })).toEqual(["web-hook signing key materials (secret 'webhook') is required"]);
});

test("bot protection needs the secret of its provider", () => {
  const config = { bot_protection: { enabled: true, provider: { type: "cloudflare", site_key: "k" } } };
  expect(told(config)).toEqual([
    "bot protection key materials (secret 'bot_protection.provider') is required",
    "bot protection provider credentials (secret 'bot_protection.provider') is required",
  ]);
  expect(told(config, { key: "bot_protection.provider", data: { type: "recaptchav2", secret_key: "s" } })).toEqual([
    "bot protection provider credentials for 'cloudflare' is required",
  ]);
  expect(told({ bot_protection: { ...config.bot_protection, enabled: false } })).toEqual([]);
});

test("LDAP servers need accounts", () => {
  const server = { name: "l", url: "ldap://l.example", base_dn: "dc=a", search_filter_template: "(uid={{.Username}})", user_id_attribute_name: "uid" };
  const config = { identity: { ldap: { servers: [server] } } };
  expect(told(config)).toEqual(Array(2).fill("LDAP server user credentials (secret 'ldap') is required"));
  expect(told(config, { key: "ldap", data: { items: [] } })).toEqual(["LDAP server user credentials for 'l' is required"]);
});

test("SAML needs a signing key and the certificates of those who sign", () => {
  const config = {
    oauth: { clients: [{ client_id: "sp", name: "SP" }] },
    saml: { signing: { key_id: "k1" }, service_providers: [{ client_id: "sp", acs_urls: ["https://sp.example/acs"], signature_verification_enabled: true }] },
  };
  const pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
  const own = { key: "saml.idp.signing", data: { certificates: [{ certificate: { pem }, key: { kid: "k1", kty: "RSA" } }] } };
  expect(told(config)).toEqual([
    "saml idp signing key materials (secret 'saml.idp.signing') is required",
    "certificates of saml sp 'sp' is not configured",
    "saml idp signing key 'k1' does not exist",
  ]);
  expect(told(config, own, { key: "saml.service_providers.signing", data: [{ service_provider_id: "sp", certificates: [{ pem }] }] })).toEqual([]);
});

test("demo credentials obey the schema of their provider", () => {
  const item = { provider_config: { alias: "a", type: "apple", client_id: "x" }, client_secret: "s" };
  expect(told({}, { key: "sso.oauth.demo_credentials", data: { items: [item] } })).toEqual(["/secrets/5/data/items/0/provider_config"]);
});

test("its JSON schema names all 26 keys", () => {
  expect(JSON.parse(JSON.stringify(secretConfigJsonSchema())).properties.secrets.items.properties.key.enum).toHaveLength(26);
});
