import { compileProjectFiles } from "@gatehouse/domain-config";
import { asProjectId, type Project } from "@gatehouse/domain-project";
import type { EnvConfig } from "@gatehouse/platform-env";
import { deploymentSecrets } from "./deployment-secrets.js";
import type { StoredProject } from "./store/project-tables.js";

/** The files that describe a project; every other file is a resource. */
export const configFileNames = ["authgear.yaml", "authgear.secrets.yaml", "authgear.features.yaml"] as const;

/** Whether a path is one of the three configuration files. */
export const isConfigFile = (path: string): boolean => (configFileNames as readonly string[]).includes(path);

/** Compiles what the tables hold. A stored project that does not compile is a fault of the deployment, never of the client: it throws a plain error. */
export function compileStoredProject(stored: StoredProject, env: EnvConfig): Project {
  const text = (name: string): string | undefined => stored.files.get(name)?.toString("utf8");
  const features = text("authgear.features.yaml");
  try {
    const compiled = compileProjectFiles(
      {
        "authgear.yaml": text("authgear.yaml") ?? "",
        "authgear.secrets.yaml": text("authgear.secrets.yaml") ?? "",
        ...(features === undefined ? {} : { "authgear.features.yaml": features }),
      },
      { deploymentSecrets: deploymentSecrets(env) },
    );
    const resources = new Map<string, Uint8Array>([...stored.files].filter(([path]) => !isConfigFile(path)));
    return Object.freeze({ id: asProjectId(stored.id), version: stored.version, ...compiled, domains: Object.freeze(stored.domains), resources });
  } catch (error) {
    throw new Error(`The stored files of project ${stored.id} do not compile.`, { cause: error });
  }
}
