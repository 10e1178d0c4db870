import { deepFreeze } from "./deep-freeze.js";
import { constrainByFeatures } from "./constrain-by-features.js";
import { parseFeatureConfig } from "./feature-config.js";
import { parseProjectConfig } from "./parse-config.js";
import type { ProjectConfig } from "./project-config.js";
import { parseSecretConfig, type SecretItem } from "./secret-config.js";
import type { FeatureConfig } from "./sections/features.js";
import type { SecretConfig } from "./sections/secrets.js";

/** The texts of a project's three files. */
export interface ProjectFiles {
  "authgear.yaml": string;
  "authgear.secrets.yaml": string;
  "authgear.features.yaml"?: string;
}

/** What lies beneath a project's own files. */
export interface CompileOptions {
  /** Secrets of the deployment (`db`, `redis`, default providers), already parsed; the project's own items win. */
  deploymentSecrets?: readonly SecretItem[];
  /** Texts of the feature files of the layers below the project's own (deployment, plan), lowest first. */
  planFeatures?: readonly string[];
}

/** A project's files, checked, with all defaults filled; deeply frozen. */
export interface CompiledProjectFiles {
  config: ProjectConfig;
  secrets: SecretConfig;
  features: FeatureConfig;
}

/**
 * Checks and compiles the three files of a project, in the order `authgear.yaml`, features, secrets.
 * Throws Invalid/ValidationFailed with all causes of the first file that is wrong; the message tells which (`invalid configuration`, `invalid feature config`, `invalid secrets`).
 */
export function compileProjectFiles(files: ProjectFiles, options: CompileOptions = {}): CompiledProjectFiles {
  const written = parseProjectConfig(files["authgear.yaml"]).value;
  const features = parseFeatureConfig(files["authgear.features.yaml"] ?? "", options.planFeatures).value;
  const config = constrainByFeatures(written, features);
  const secrets = parseSecretConfig(files["authgear.secrets.yaml"], config, options).value;
  return deepFreeze({ config, secrets, features });
}
