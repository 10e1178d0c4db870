import { fillDefaults } from "./fill-defaults.js";
import type { ProjectConfig } from "./project-config.js";
import type { FeatureConfig } from "./sections/features.js";
import { fraudProtectionSchema } from "./sections/messaging.js";

/** `fraud_protection` of a project that wrote nothing. */
export const defaultFraudProtection = (): ProjectConfig["fraud_protection"] => fillDefaults(fraudProtectionSchema as object, {}) as ProjectConfig["fraud_protection"];

/** What a plan lets of a configuration (spec: project configuration §7.3): countries of the plan only; fraud protection as given unless it is modifiable. */
export function constrainByFeatures(config: ProjectConfig, features: FeatureConfig): ProjectConfig {
  const offered = features.ui.phone_input.allowlist ?? [];
  const { allowlist, pinned_list, ...phone } = config.ui.phone_input;
  const allowed = (codes: readonly string[]): string[] => (offered.length === 0 ? [...codes] : codes.filter((code) => offered.includes(code)));
  return {
    ...config,
    ui: { ...config.ui, phone_input: { ...phone, allowlist: allowed(allowlist), ...(pinned_list ? { pinned_list: allowed(pinned_list) } : {}) } },
    fraud_protection: features.fraud_protection.is_modifiable ? config.fraud_protection : defaultFraudProtection(),
  };
}
