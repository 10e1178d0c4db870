import { type Cause, parseDuration } from "@gatehouse/platform-schema";
import type { ProjectConfig } from "../project-config.js";

/** A cause told in words. */
export const general = (location: string, msg: string): Cause => ({ location, kind: "general", details: { msg } });

/** The positions of values that occurred before. */
export function duplicates(values: readonly unknown[]): number[] {
  return values.flatMap((value, index) => (values.indexOf(value) < index ? [index] : []));
}

function authenticatorRules({ authentication }: ProjectConfig): Cause[] {
  const causes = authentication.identities.flatMap((identity, index): Cause[] => {
    if (identity !== "passkey" || authentication.primary_authenticators.includes("passkey")) return [];
    return [{ location: `/authentication/identities/${index}`, kind: "noPrimaryAuthenticator", details: { identity_type: identity } }];
  });
  const mode = authentication.secondary_authentication_mode;
  if (mode !== "disabled" && authentication.secondary_authenticators.length === 0) {
    causes.push({ location: "/authentication/secondary_authentication_mode", kind: "noSecondaryAuthenticator", details: { secondary_authentication_mode: mode } });
  }
  return causes;
}

function countryRules({ ui, fraud_protection }: ProjectConfig): Cause[] {
  const { allowlist, pinned_list = [] } = ui.phone_input;
  const causes = pinned_list.some((code) => !allowlist.includes(code)) ? [general("/ui/phone_input/pinned_list", "pinned country code is unlisted")] : [];
  const at = "/fraud_protection/sms/unverified_otp_budget/by_phone_country";
  for (const [index, item] of (fraud_protection.sms.unverified_otp_budget.by_phone_country ?? []).entries()) {
    for (const again of duplicates(item.geo_location_codes)) causes.push({ location: `${at}/${index}/geo_location_codes/${again}`, kind: "duplicated" });
  }
  return causes;
}

function languageRules({ localization }: ProjectConfig): Cause[] {
  if (localization.supported_languages.includes(localization.fallback_language)) return [];
  return [general("/localization/supported_languages", "supported_languages must contain fallback_language")];
}

function customAttributeRules({ user_profile }: ProjectConfig): Cause[] {
  const attributes = user_profile.custom_attributes.attributes ?? [];
  const at = "/user_profile/custom_attributes/attributes";
  const [ids, pointers] = [new Set(duplicates(attributes.map(({ id }) => id))), new Set(duplicates(attributes.map(({ pointer }) => pointer)))];
  const unique = attributes.flatMap((_, index): Cause[] => [
    ...(ids.has(index) ? [{ location: `${at}/${index}/id`, kind: "duplicated" }] : []),
    ...(pointers.has(index) ? [{ location: `${at}/${index}/pointer`, kind: "duplicated" }] : []),
  ]);
  const ranges = attributes.flatMap(({ minimum, maximum }, index): Cause[] =>
    minimum !== undefined && maximum !== undefined && minimum > maximum ? [{ location: `${at}/${index}/minimum`, kind: "maximum", details: { actual: minimum, maximum } }] : [],
  );
  return [...unique, ...ranges];
}

function lockoutRules({ authentication }: ProjectConfig): Cause[] {
  const { minimum_duration, maximum_duration } = authentication.lockout;
  const [actual, maximum] = [minimum_duration, maximum_duration].map((text) => (text === undefined ? undefined : (parseDuration(text) as number) / 1000));
  if (actual === undefined || maximum === undefined || actual <= maximum) return [];
  return [{ location: "/authentication/lockout/minimum_duration", kind: "maximum", details: { actual, maximum } }];
}

/** Rules 4 to 11 of spec: project configuration §4. */
export const generalRules: readonly ((config: ProjectConfig) => Cause[])[] = [authenticatorRules, countryRules, languageRules, customAttributeRules, lockoutRules];
