import type { RateLimitConfig } from "../declare.js";
import type { ProjectConfig } from "../project-config.js";
import { defaultAccess, standardPointers } from "../sections/account.js";
import type { LoginIdKeyConfig, OAuthProviderConfig } from "../sections/identity.js";
import type { OAuthClientConfig } from "../sections/oauth.js";

const WEEKS_52 = 31_449_600;
const MAX_LENGTH: Readonly<Record<string, number>> = { email: 320, phone: 40, username: 40 };
const UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";

function completeClient(client: OAuthClientConfig): void {
  if (client.x_application_type === "m2m") client.issue_jwt_access_token = true;
  client.refresh_token_lifetime_seconds ||= Math.max(client.access_token_lifetime_seconds, WEEKS_52);
}

function completeLoginIdKey(key: LoginIdKeyConfig): void {
  key.key ||= key.type;
  key.max_length ||= MAX_LENGTH[key.type] ?? 40;
  key.create_disabled ??= false;
  key.update_disabled ??= false;
  key.delete_disabled ??= false;
}

function completeProvider(provider: OAuthProviderConfig): void {
  provider.create_disabled ??= false;
  provider.delete_disabled ??= false;
  if (provider.claims !== undefined && (typeof provider.claims !== "object" || provider.claims === null)) return;
  provider.claims ??= {};
  provider.claims.email ??= {};
  if (typeof provider.claims.email !== "object") return;
  provider.claims.email.assume_verified ??= true;
  provider.claims.email.required ??= provider.type !== "wechat";
}

type Limits<K extends string> = Partial<Record<K, RateLimitConfig>>;

/** Limits that were not written take those of `general`. */
function completeRateLimits({ general, ...limits }: ProjectConfig["authentication"]["rate_limits"]): void {
  const fallBack = <K extends string>(group: Limits<K>, key: K, fallback: RateLimitConfig): void => {
    if (group[key]?.enabled === undefined) group[key] = { ...fallback } as Limits<K>[K];
  };
  for (const group of [limits.password, limits.totp, limits.recovery_code, limits.device_token]) {
    fallBack(group, "per_ip", general.per_ip);
    fallBack(group, "per_user_per_ip", general.per_user_per_ip);
  }
  for (const group of [limits.passkey, limits.siwe]) fallBack(group, "per_ip", general.per_ip);
  for (const group of [limits.oob_otp.email, limits.oob_otp.sms]) {
    fallBack(group, "validate_per_ip", general.per_ip);
    fallBack(group, "validate_per_user_per_ip", general.per_user_per_ip);
  }
}

function completeAccessControl(config: ProjectConfig): void {
  const items = config.user_profile.standard_attributes.access_control;
  const known = new Set(items.map(({ pointer }) => pointer));
  for (const pointer of standardPointers) if (!known.has(pointer)) items.push({ pointer, access_control: defaultAccess(pointer) });
}

/** Fills, in place, the defaults that depend on other keys. */
export function deriveDefaults(config: ProjectConfig): ProjectConfig {
  config.localization.supported_languages ??= [config.localization.fallback_language];
  for (const client of config.oauth.clients) completeClient(client);
  for (const key of config.identity.login_id.keys) completeLoginIdKey(key);
  for (const provider of config.identity.oauth.providers ?? []) completeProvider(provider);
  for (const provider of config.saml.service_providers ?? []) if (provider.nameid_format === UNSPECIFIED) provider.nameid_attribute_pointer ??= "/sub";
  completeRateLimits(config.authentication.rate_limits);
  completeAccessControl(config);
  return config;
}
