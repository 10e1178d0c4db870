import { type Config, filled, list, obj, oneOf, optList, optText, type Static, Type } from "../declare.js";
import { describeSchema } from "../docs/describe-schema.js";
import { secretTexts } from "../docs/secret-texts.js";
import { whatsappLanguages } from "../whatsapp-languages.js";

/** A JSON Web Key (RFC 7517); open. Members beside `kid` and `kty` depend on the key type; `created_at` is in unix seconds. */
export interface Jwk {
  kid: string;
  kty: string;
  created_at?: number;
  [member: string]: unknown;
}
const jwk = Type.Unsafe<Jwk>({ type: "object", required: ["kid", "kty"], properties: { kid: { type: "string" }, kty: { type: "string" } } });
const keys = () => list(jwk, { minItems: 1 });
const keySet = (description: string) => obj({ keys: keys() }, { required: ["keys"], description });

const database = (description: string, schema?: string) =>
  obj({ database_url: filled(), database_schema: Type.Optional(Type.String({ default: schema })) }, { required: ["database_url"], description });
const redis = (description: string) => obj({ redis_url: filled() }, { required: ["redis_url"], description });

const text = () => Type.String();
const required = <const K extends readonly string[]>(...names: K) => ({ required: names });

const smtp = obj(
  {
    host: text(),
    port: Type.Integer({ minimum: 1, maximum: 65535 }),
    username: text(),
    password: text(),
    mode: oneOf(["normal", "ssl"], { default: "normal" }),
    sender: Type.Optional(Type.String({ format: "email-name-addr" })),
  },
  { ...required("host", "port", "username", "password"), description: "The mail server." },
);

const twilio = obj(
  {
    account_sid: text(),
    credential_type: Type.Optional(oneOf(["api_key", "auth_token"])),
    auth_token: optText(),
    api_key_sid: optText(),
    api_key_secret: optText(),
    message_service_sid: optText(),
    from: optText(),
  },
  {
    ...required("account_sid"),
    description: "SMS by Twilio.",
    extra: {
      if: { properties: { credential_type: { const: "api_key" } }, required: ["credential_type"] },
      // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
      then: { required: ["api_key_sid", "api_key_secret"] },
      else: { required: ["auth_token"] },
    },
  },
);

const languages = () => list(oneOf(whatsappLanguages), { minItems: 1 });
const otpTemplate = obj({ name: text(), type: oneOf(["authentication"]), languages: languages(), namespace: optText() }, required("name", "type", "languages"));
const onPremises = obj(
  { api_endpoint: text(), username: text(), password: text(), templates: obj({ otp: otpTemplate }, required("otp")) },
  { ...required("api_endpoint", "username", "password", "templates"), description: "WhatsApp, on-premises API." },
);
const copyCode = obj(
  { type: Type.Unsafe<"copy_code_button">({ const: "copy_code_button" }), copy_code_button: obj({ name: text(), languages: languages() }, required("name", "languages")) },
  required("type", "copy_code_button"),
);
const cloudApi = obj(
  {
    phone_number_id: text(),
    access_token: text(),
    authentication_template: copyCode,
    webhook: Type.Optional(obj({ verify_token: text(), app_secret: text() }, { ...required("verify_token", "app_secret"), nullable: true })),
  },
  { ...required("phone_number_id", "access_token", "authentication_template"), description: "WhatsApp, cloud API." },
);

const ldapItem = obj({ name: filled(), dn: optText(), password: optText() }, { ...required("name"), extra: { dependentRequired: { dn: ["password"], password: ["dn"] } } });
const certificate = () => obj({ pem: Type.String({ format: "x_x509_certificate_pem" }) }, { ...required("pem"), open: true });
const signing = obj({ certificate: certificate(), key: jwk }, { ...required("certificate", "key"), open: true });
const spCertificates = obj({ service_provider_id: text(), certificates: optList(certificate()) }, { ...required("service_provider_id"), open: true });
const providerConfig = Type.Unsafe<{ type: string; client_id: string; [member: string]: unknown }>({ type: "object" });

const declared = {
  db: database("The main database.", "public"),
  "audit.db": database("The database of audit logs.", "public"),
  "search.db": database("The database of user search."),
  elasticsearch: obj({ elasticsearch_url: filled() }, { ...required("elasticsearch_url"), description: "The Elasticsearch of user search." }),
  redis: redis("The main Redis."),
  "analytic.redis": redis("The Redis of analytics."),
  oauth: keySet("Keys that sign tokens (RSA)."),
  csrf: keySet("Keys of forms (oct)."),
  webhook: keySet("Keys that sign web hooks (oct)."),
  images: keySet("Keys that sign image uploads (oct)."),
  "admin-api.auth": keySet("Keys of Admin API tokens (RSA)."),
  "oauth.client_secrets": obj(
    { items: list(obj({ client_id: text(), keys: keys() }, required("client_id", "keys"))) },
    { ...required("items"), description: "Secrets of confidential clients (oct)." },
  ),
  "sso.oauth.client": obj(
    { items: list(obj({ alias: text(), client_secret: text() }, required("alias", "client_secret"))) },
    { ...required("items"), description: "Client secrets of social login providers." },
  ),
  "sso.oauth.demo_credentials": obj(
    { items: list(obj({ provider_config: providerConfig, client_secret: text() }, required("provider_config", "client_secret"))) },
    { ...required("items"), description: "Shared credentials for trying social login." },
  ),
  "mail.smtp": smtp,
  "sms.twilio": twilio,
  "sms.nexmo": obj({ api_key: text(), api_secret: text() }, { ...required("api_key", "api_secret"), description: "SMS by Nexmo." }),
  "sms.custom": obj(
    { url: Type.String({ format: "x_hook_uri" }), timeout: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })) },
    { ...required("url"), description: "SMS by a web hook or script." },
  ),
  "whatsapp.on-premises": onPremises,
  "whatsapp.cloud-api": cloudApi,
  "whatsapp.wati": obj({ whatsapp_phone_number: optText(), webhook_auth: optText() }, { description: "Deprecated, no effect." }),
  "captcha.cloudflare": obj({ secret: text() }, { ...required("secret"), description: "Deprecated." }),
  "bot_protection.provider": obj(
    { type: oneOf(["cloudflare", "recaptchav2"]), secret_key: filled() },
    { ...required("type", "secret_key"), description: "Secret key of the bot protection provider." },
  ),
  ldap: obj({ items: list(ldapItem) }, { ...required("items"), description: "Accounts that search the LDAP servers." }),
  "saml.idp.signing": obj(
    { certificates: list(signing, { minItems: 1, maxItems: 2 }) },
    { ...required("certificates"), open: true, description: "Keys and certificates that sign SAML messages." },
  ),
  "saml.service_providers.signing": list(spCertificates, { description: "Certificates of SAML service providers." }),
};

/** The data of each secret by its key (spec: project configuration §6.1). */
export const secretSchemas = describeSchema({ properties: declared }, secretTexts).properties;

/** Keys of `authgear.secrets.yaml`. */
export type SecretKey = keyof typeof secretSchemas;
/** The data of one secret after defaulting. */
export type SecretData<K extends SecretKey> = Config<(typeof secretSchemas)[K]>;
/** The secrets of a project by key; keys as in the file. */
export type SecretConfig = { [K in SecretKey]?: Static<(typeof secretSchemas)[K]> };
/** A JWK set as the secrets file holds it. */
export interface JsonWebKeySet {
  keys: Jwk[];
}
