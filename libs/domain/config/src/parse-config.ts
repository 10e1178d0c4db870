import { validationFailed } from "@gatehouse/domain-errors";
import { compileSchema } from "@gatehouse/platform-schema";
import { deriveDefaults } from "./defaults/derive-defaults.js";
import { foldDeprecated } from "./defaults/fold-deprecated.js";
import { fillDefaults } from "./fill-defaults.js";
import { type ProjectConfig, projectSchema } from "./project-config.js";
import { publicJsonSchema } from "./json-schema.js";
import { readYaml } from "./read-yaml.js";
import { checkProjectConfig } from "./checks/check-project-config.js";

const project = compileSchema(projectSchema);
const MESSAGE = "invalid configuration";

/**
 * Reads `authgear.yaml`: schema, then deprecated keys, defaults, and rules across fields (spec: project configuration §1).
 * Throws Invalid/ValidationFailed `invalid configuration`; causes of the schema are sorted by location, those across fields keep their order.
 */
export function parseProjectConfig(text: string): { value: ProjectConfig } {
  const raw = readYaml(text, MESSAGE);
  const broken = project.causes(raw);
  if (broken.length > 0) throw validationFailed(broken, MESSAGE);
  const value = deriveDefaults(fillDefaults(projectSchema as object, foldDeprecated(raw)) as ProjectConfig);
  const causes = checkProjectConfig(value);
  if (causes.length > 0) throw validationFailed(causes, MESSAGE);
  return { value };
}

/** The JSON schema (2020-12) of `authgear.yaml`, for editors and other programs. */
export const projectConfigJsonSchema = (): object => publicJsonSchema(projectSchema, "authgear.yaml");
