import { Injectable } from "@nestjs/common";
import { projectNotFound, resourceUpdateConflict, validationFailed } from "@gatehouse/domain-errors";
import { checkConfigChange, parseFeatureConfig, parseProjectConfig, type ProjectConfig } from "@gatehouse/domain-config";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { EnvConfig } from "@gatehouse/platform-env";
import { ApiError } from "@gatehouse/platform-errors-core";
import type { Cause } from "@gatehouse/platform-schema";
import type { StoredProject } from "@gatehouse/service-project-registry";
import { checkResource } from "../rules/check-resource.js";
import { checkSameId } from "../rules/check-same-id.js";
import { defaultDomain } from "../rules/choose-domains.js";

/** A new text for `authgear.yaml`. */
export interface ConfigEdit {
  content: string;
  /** Checksum of the text the edit began with; without it whatever is stored is overwritten. */
  checksum?: string;
}

export const CONFIG_PATH = "authgear.yaml";
const MESSAGE = "invalid authgear.yaml";

/** The checksum of a file, as `ProjectDetail` shows it and a save sends it back: SHA-256 in hex. */
export const checksumOf = (text: string): string => sha256Hex(text);

/** Runs `work`; a validation error of the configuration is told as one of the file that is being saved. */
export async function namingConfigFile<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError && validationFailed.is(error) && error.message === "invalid configuration")
      throw validationFailed((error.info?.causes ?? []) as Cause[], MESSAGE);
    throw error;
  }
}

/** A stored configuration that an older version accepted may be invalid today; then it sets no bounds to the edit that mends it. */
function readable(text: string): ProjectConfig | undefined {
  try {
    return parseProjectConfig(text).value;
  } catch {
    return undefined;
  }
}

/** Applies an edit of `authgear.yaml` to the files in force, under the rules of saving. Writes nothing. */
@Injectable()
export class EditConfig {
  constructor(private readonly env: EnvConfig) {}

  /** The project's files after the edit. Throws ProjectNotFound, ResourceUpdateConflict, ResourceTooLarge, ValidationFailed `invalid authgear.yaml`. */
  run(current: StoredProject | undefined, edit: ConfigEdit): Map<string, Buffer> {
    if (!current) throw projectNotFound();
    const before = current.files.get(CONFIG_PATH)?.toString("utf8") ?? "";
    if (edit.checksum !== undefined && edit.checksum !== checksumOf(before)) throw resourceUpdateConflict({ path: CONFIG_PATH });
    const content = Buffer.from(edit.content, "utf8");
    checkResource(CONFIG_PATH, content);
    checkSameId(current.id, edit.content);
    const after = parseProjectConfig(edit.content).value;
    const features = current.files.get("authgear.features.yaml")?.toString("utf8");
    const causes = checkConfigChange({
      before: readable(before) ?? after,
      after,
      features: parseFeatureConfig(features ?? "").value,
      hosts: [defaultDomain(current.id, this.env), ...current.domains],
    });
    if (causes.length > 0) throw validationFailed(causes, MESSAGE);
    return new Map([...current.files, [CONFIG_PATH, content]]);
  }
}
