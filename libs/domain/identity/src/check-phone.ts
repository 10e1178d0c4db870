import type { ProjectConfig } from "@gatehouse/domain-config";
import type { Cause } from "@gatehouse/platform-schema";
import type { PhoneNumber } from "libphonenumber-js/max";
import { blocked, loginIdCause } from "./login-id-cause.js";
import { parsePhone } from "./normalise-login-id.js";

const method = (config: ProjectConfig): string => config.ui.phone_input.validation.libphonenumber.validation_method;

/** A phone number that is as good as `ui.phone_input.validation` demands: possible, or valid (spec: authentication flow §12). */
function acceptedPhone(config: ProjectConfig, text: string): PhoneNumber | undefined {
  const phone = parsePhone(text);
  return phone && (method(config) === "isPossibleNumber" || phone.isValid()) ? phone : undefined;
}

/** Whether a text is an E.164 number that the project's validation method accepts. */
export const isPhoneNumber = (config: ProjectConfig, text: string): boolean => acceptedPhone(config, text)?.number === text;

/** Why a project does not take a phone number, if so. A number of no country, such as a satellite phone's, is in no allowlist. */
export function phoneCause(text: string, config: ProjectConfig): Cause | undefined {
  const phone = acceptedPhone(config, text);
  if (!phone) return loginIdCause("format", { format: "phone" });
  const regions: string[] = phone.country ? [phone.country] : phone.getPossibleCountries();
  const allowed: readonly string[] = config.ui.phone_input.allowlist;
  return regions.some((region) => allowed.includes(region)) ? undefined : blocked("PhoneNumberCountryCodeAllowlist");
}
