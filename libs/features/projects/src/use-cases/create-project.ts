import { Injectable } from "@nestjs/common";
import { duplicatedAppId } from "@gatehouse/domain-errors";
import { EnvConfig } from "@gatehouse/platform-env";
import { ProjectTables } from "@gatehouse/service-project-registry";
import { checkChosenProjectId } from "../rules/check-project-id.js";
import { defaultFiles } from "../rules/default-files.js";
import { PublishProject } from "./publish-project.js";

/** A project just created by a developer. */
export interface CreatedProject {
  id: string;
  publicOrigin: string;
}

/** Creates a project with the default configuration; the developer becomes its owner in the same transaction. */
@Injectable()
export class CreateProject {
  constructor(
    private readonly env: EnvConfig,
    private readonly publish: PublishProject,
    private readonly store: ProjectTables,
  ) {}

  /** Throws InvalidAppID, AppIDReserved, DuplicatedAppID, DuplicatedDomain. */
  async run(input: { id: string; ownerId: string }): Promise<CreatedProject> {
    const { id, ownerId } = input;
    checkChosenProjectId(id);
    const files = new Map(Object.entries(defaultFiles(id, this.env)).map(([path, text]) => [path, Buffer.from(text)]));
    const { publicOrigin } = await this.publish.run({
      id,
      edit: (current) => {
        if (current) throw duplicatedAppId();
        return files;
      },
      alsoWrite: (tx) => this.store.addCollaborator(tx, { projectId: id, userId: ownerId, role: "owner" }),
    });
    return { id, publicOrigin };
  }
}
