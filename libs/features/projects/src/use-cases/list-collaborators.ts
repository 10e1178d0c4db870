import { Injectable } from "@nestjs/common";
import { Database } from "@gatehouse/platform-postgres";
import { type Collaborator, ProjectTables } from "@gatehouse/service-project-registry";

/** Lists the developers of a project, oldest first. */
@Injectable()
export class ListCollaborators {
  constructor(
    private readonly db: Database,
    private readonly store: ProjectTables,
  ) {}

  run(projectId: string): Promise<Collaborator[]> {
    return this.db.read((tx) => this.store.collaborators(tx, projectId));
  }
}
