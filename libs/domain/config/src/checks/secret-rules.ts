import type { Cause } from "@gatehouse/platform-schema";
import type { ProjectConfig } from "../project-config.js";
import type { SecretConfig, SecretKey } from "../sections/secrets.js";
import { general } from "./general-rules.js";
import { providerCauses } from "./provider-rules.js";

/** The secrets in force, and what they are for. */
export interface SecretCheck {
  config: ProjectConfig;
  secrets: SecretConfig;
  /** Keys of the secrets in force, sorted: their positions are those of the locations. */
  order: readonly string[];
}

const confidential: ReadonlySet<string> = new Set(["confidential", "third_party_app", "m2m"]);
const told = (msg: string): Cause => general("", msg);
const missing = ({ secrets }: SecretCheck, key: SecretKey, what: string): Cause[] => (secrets[key] === undefined ? [told(`${what} (secret '${key}') is required`)] : []);

function baseRules(check: SecretCheck): Cause[] {
  return [...missing(check, "db", "database credentials"), ...missing(check, "redis", "redis credentials"), ...missing(check, "admin-api.auth", "admin API auth key materials")];
}

function providerSecretRules(check: SecretCheck): Cause[] {
  const { config, secrets, order } = check;
  const providers = config.identity.oauth.providers ?? [];
  if (providers.length === 0) return [];
  const what = "OAuth SSO provider client credentials";
  const items = secrets["sso.oauth.client"]?.items;
  if (!items) return missing(check, "sso.oauth.client", what);
  return providers.flatMap(({ alias, credentials_behavior }): Cause[] => {
    const index = items.findIndex((item) => item.alias === alias);
    if (index < 0) return [told(`${what} for '${alias}' is required`)];
    if (items[index]?.client_secret !== "" || credentials_behavior === "use_demo_credentials") return [];
    const details = { actual: ["alias"], expected: ["alias", "client_secret"], missing: ["client_secret"] };
    return [{ location: `/secrets/${order.indexOf("sso.oauth.client")}/data/items/${index}`, kind: "required", details }];
  });
}

function clientSecretRules(check: SecretCheck): Cause[] {
  const clients = check.config.oauth.clients.filter(
    ({ x_application_type: type, token_endpoint_auth_method: method }) => confidential.has(type ?? "") && !(type === "third_party_app" && method === "none"),
  );
  if (clients.length === 0) return [];
  const items = check.secrets["oauth.client_secrets"]?.items;
  if (!items) return missing(check, "oauth.client_secrets", "OAuth client credentials");
  return clients.flatMap(({ client_id }) => (items.some((item) => item.client_id === client_id) ? [] : [told(`OAuth client credentials for '${client_id}' is required`)]));
}

function keyRules(check: SecretCheck): Cause[] {
  const { blocking_handlers = [], non_blocking_handlers = [] } = check.config.hook;
  const hooked = blocking_handlers.length + non_blocking_handlers.length > 0;
  return [
    ...missing(check, "oauth", "OAuth key materials"),
    ...missing(check, "csrf", "CSRF key materials"),
    ...(hooked ? missing(check, "webhook", "web-hook signing key materials") : []),
  ];
}

function botRules(check: SecretCheck): Cause[] {
  const { enabled, provider } = check.config.bot_protection;
  if (!enabled || !provider) return [];
  const secret = check.secrets["bot_protection.provider"];
  if (!secret)
    return [...missing(check, "bot_protection.provider", "bot protection key materials"), ...missing(check, "bot_protection.provider", "bot protection provider credentials")];
  return secret.type === provider.type ? [] : [told(`bot protection provider credentials for '${provider.type}' is required`)];
}

function ldapRules(check: SecretCheck): Cause[] {
  const servers = check.config.identity.ldap.servers ?? [];
  if (servers.length === 0) return [];
  const what = "LDAP server user credentials";
  const items = check.secrets.ldap?.items;
  if (!items) return [...missing(check, "ldap", what), ...missing(check, "ldap", what)];
  return servers.flatMap(({ name }) => (items.some((item) => item.name === name) ? [] : [told(`${what} for '${name}' is required`)]));
}

function samlRules(check: SecretCheck): Cause[] {
  const { service_providers = [], signing } = check.config.saml;
  const own = check.secrets["saml.idp.signing"];
  const certified = new Set(
    (check.secrets["saml.service_providers.signing"] ?? []).filter(({ certificates = [] }) => certificates.length > 0).map(({ service_provider_id }) => service_provider_id),
  );
  const verified = service_providers.filter((provider) => provider.signature_verification_enabled && !certified.has(provider.client_id));
  const known = own?.certificates.some(({ key }) => key.kid === signing.key_id);
  return [
    ...(service_providers.length > 0 ? missing(check, "saml.idp.signing", "saml idp signing key materials") : []),
    ...verified.map(({ client_id }) => told(`certificates of saml sp '${client_id}' is not configured`)),
    ...(signing.key_id && !known ? [told(`saml idp signing key '${signing.key_id}' does not exist`)] : []),
  ];
}

function demoRules({ secrets, order }: SecretCheck): Cause[] {
  const at = `/secrets/${order.indexOf("sso.oauth.demo_credentials")}/data/items`;
  return (secrets["sso.oauth.demo_credentials"]?.items ?? []).flatMap(({ provider_config }, index) => providerCauses(provider_config, `${at}/${index}/provider_config`));
}

const rules = [baseRules, providerSecretRules, clientSecretRules, keyRules, botRules, ldapRules, samlRules, demoRules];

/** Secrets that a configuration needs and that are not there (spec: project configuration §6.3), in the order of their emission. */
export const checkSecrets = (check: SecretCheck): Cause[] => rules.flatMap((rule) => rule(check));
