import { Injectable } from "@nestjs/common";
import { Database } from "@gatehouse/platform-postgres";
import { type CollaboratorRole, type ProjectRow, ProjectTables } from "@gatehouse/service-project-registry";

/** Lists the projects a developer works on. */
@Injectable()
export class ListOwnProjects {
  constructor(
    private readonly db: Database,
    private readonly store: ProjectTables,
  ) {}

  /** By id, each with his role. */
  run(userId: string): Promise<(ProjectRow & { role: CollaboratorRole })[]> {
    return this.db.read((tx) => this.store.listOfUser(tx, userId));
  }
}
