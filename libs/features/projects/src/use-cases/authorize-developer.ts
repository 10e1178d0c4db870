import { Injectable } from "@nestjs/common";
import { projectNotFound } from "@gatehouse/domain-errors";
import type { Project } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { type CollaboratorRole, ProjectRegistry, ProjectTables } from "@gatehouse/service-project-registry";

/** Opens a project for one of its developers. */
@Injectable()
export class AuthorizeDeveloper {
  constructor(
    private readonly db: Database,
    private readonly store: ProjectTables,
    private readonly registry: ProjectRegistry,
  ) {}

  /** Throws ProjectNotFound, alike for projects of others and for ids that no project has. */
  async run(input: { projectId: string; userId: string }): Promise<{ project: Project; role: CollaboratorRole }> {
    const role = await this.db.read((tx) => this.store.roleOf(tx, input.projectId, input.userId));
    const project = role && (await this.registry.byId(input.projectId));
    if (!role || !project) throw projectNotFound();
    return { project, role };
  }
}
