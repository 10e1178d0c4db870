import { Injectable } from "@nestjs/common";
import { compileProjectFiles } from "@gatehouse/domain-config";
import { EnvConfig } from "@gatehouse/platform-env";
import { deploymentSecrets, type StoredProject } from "@gatehouse/service-project-registry";
import { keepMessageTemplates } from "../rules/keep-message-templates.js";
import { completeSecrets } from "../secrets/complete-secrets.js";

/** Files ready to be stored, and what they mean. */
export interface CompiledFiles {
  files: Map<string, Buffer>;
  compiled: ReturnType<typeof compileProjectFiles>;
}

/** Completes the secrets of a set of files and compiles it, as the registry will. */
@Injectable()
export class CompileFiles {
  constructor(private readonly env: EnvConfig) {}

  /** Throws Invalid/ValidationFailed with every cause of the first file that is wrong, or that the project may not have. */
  async run(edited: ReadonlyMap<string, Buffer>, current: StoredProject | undefined): Promise<CompiledFiles> {
    const text = (path: string): string | undefined => edited.get(path)?.toString("utf8");
    const config = text("authgear.yaml") ?? "";
    const secrets = await completeSecrets({ config, given: text("authgear.secrets.yaml"), stored: current?.files.get("authgear.secrets.yaml")?.toString("utf8") });
    const features = text("authgear.features.yaml");
    const compiled = compileProjectFiles(
      { "authgear.yaml": config, "authgear.secrets.yaml": secrets, ...(features === undefined ? {} : { "authgear.features.yaml": features }) },
      { deploymentSecrets: deploymentSecrets(this.env) },
    );
    const allowed = compiled.features.messaging.template_customization_disabled ? keepMessageTemplates(edited, current?.files) : edited;
    return { files: new Map([...allowed, ["authgear.secrets.yaml", Buffer.from(secrets)]]), compiled };
  }
}
