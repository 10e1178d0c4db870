import { validationFailed } from "@gatehouse/domain-errors";
import { compileSchema } from "@gatehouse/platform-schema";
import { fillDefaults } from "./fill-defaults.js";
import { type ProjectConfig, projectSchema } from "./project-config.js";
import { readYaml } from "./read-yaml.js";

const project = compileSchema(projectSchema);

/** Reads `authgear.yaml` and fills its defaults. Throws `Invalid/ValidationFailed` with the causes of the schema. */
export function parseProjectConfig(text: string): { value: ProjectConfig } {
  const raw = readYaml(text, "invalid configuration");
  const causes = project.causes(raw);
  if (causes.length > 0) throw validationFailed(causes, "invalid configuration");
  return { value: fillDefaults(projectSchema as object, raw) as ProjectConfig };
}

/** The JSON schema of `authgear.yaml`. */
export const projectConfigJsonSchema = (): object => projectSchema;
