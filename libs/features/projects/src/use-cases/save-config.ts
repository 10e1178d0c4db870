import { Injectable } from "@nestjs/common";
import { checksumOf, type ConfigEdit, CONFIG_PATH, EditConfig, namingConfigFile } from "./edit-config.js";
import { PublishProject } from "./publish-project.js";

/** Saves `authgear.yaml` as written (comments stay) and publishes the project. */
@Injectable()
export class SaveConfig {
  constructor(
    private readonly edit: EditConfig,
    private readonly publish: PublishProject,
  ) {}

  /** Returns the stored text and its checksum. Throws ProjectNotFound, ResourceUpdateConflict, ResourceTooLarge, ValidationFailed. */
  run(projectId: string, input: ConfigEdit): Promise<{ content: string; checksum: string }> {
    return namingConfigFile(async () => {
      const { files } = await this.publish.run({ id: projectId, keepDomains: true, edit: (current) => this.edit.run(current, input) });
      const content = files.get(CONFIG_PATH)?.toString("utf8") ?? "";
      return { content, checksum: checksumOf(content) };
    });
  }
}
