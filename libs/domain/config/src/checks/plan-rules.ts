import type { Cause } from "@gatehouse/platform-schema";
import type { ProjectConfig } from "../project-config.js";
import type { FeatureConfig } from "../sections/features.js";
import { general } from "./general-rules.js";

/** A cause for a list that is longer than allowed. */
export function tooMany(location: string, what: string, count: { actual: number; expected: number }): Cause[] {
  const { actual, expected } = count;
  return actual > expected ? [general(location, `exceed the maximum number of ${what}, actual: ${actual}, expected: ${expected}`)] : [];
}

function policyRules({ authenticator }: ProjectConfig, { authenticator: plan }: FeatureConfig): Cause[] {
  const { policy } = authenticator.password;
  const disabled = plan.password.policy;
  const at = "/authenticator/password/policy";
  return [
    ...(disabled.minimum_guessable_level.disabled && policy.minimum_guessable_level > 0 ? [general(`${at}/minimum_guessable_level`, "minimum_guessable_level is disallowed")] : []),
    ...(disabled.excluded_keywords.disabled && (policy.excluded_keywords ?? []).length > 0 ? [general(`${at}/excluded_keywords`, "excluded_keywords is disallowed")] : []),
    ...(disabled.history.disabled && (policy.history_size > 0 || policy.history_days > 0) ? [general(at, "password history is disallowed")] : []),
  ];
}

/** Where a configuration goes beyond its plan (spec: project configuration §5). */
export function planCauses(config: ProjectConfig, features: FeatureConfig): Cause[] {
  const { clients } = config.oauth;
  const { blocking_handlers = [], non_blocking_handlers = [] } = config.hook;
  const biometric = features.identity.biometric.disabled && config.authentication.identities.includes("biometric");
  return [
    ...tooMany("/oauth/clients", "oauth clients", { actual: clients.length, expected: features.oauth.client.maximum }),
    ...tooMany("/identity/oauth/providers", "sso providers", { actual: config.identity.oauth.providers?.length ?? 0, expected: features.identity.oauth.maximum_providers }),
    ...tooMany("/hook/blocking_handlers", "blocking handlers", { actual: blocking_handlers.length, expected: features.hook.blocking_handler.maximum }),
    ...tooMany("/hook/non_blocking_handlers", "non blocking handlers", { actual: non_blocking_handlers.length, expected: features.hook.non_blocking_handler.maximum }),
    ...(biometric ? [general("/authentication/identities", "enabling biometric authentication is not supported")] : []),
    ...policyRules(config, features),
    ...(features.oauth.client.custom_ui_enabled
      ? []
      : clients.flatMap(({ x_custom_ui_uri }, index) => (x_custom_ui_uri ? [general(`/oauth/clients/${index}`, "custom ui is disallowed")] : []))),
  ];
}
