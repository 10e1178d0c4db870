import { Injectable } from "@nestjs/common";
import { collaboratorAccessDenied, collaboratorNotFound, collaboratorSelfDeletion, projectNotFound } from "@gatehouse/domain-errors";
import { Database } from "@gatehouse/platform-postgres";
import { ProjectTables } from "@gatehouse/service-project-registry";

/** Takes a developer off a project (spec: portal §3). */
@Injectable()
export class RemoveCollaborator {
  constructor(
    private readonly db: Database,
    private readonly store: ProjectTables,
  ) {}

  /** Throws ProjectNotFound (the caller does not work on it), CollaboratorSelfDeletion, CollaboratorNotFound, AccessDenied (an editor against an owner). */
  async run(input: { projectId: string; callerId: string; userId: string }): Promise<void> {
    const { projectId, callerId, userId } = input;
    if (callerId === userId) throw collaboratorSelfDeletion();
    await this.db.transaction(async (tx) => {
      const [caller, target] = [await this.store.roleOf(tx, projectId, callerId), await this.store.roleOf(tx, projectId, userId)];
      if (!caller) throw projectNotFound();
      if (!target) throw collaboratorNotFound();
      if (caller !== "owner" && target === "owner") throw collaboratorAccessDenied();
      await this.store.removeCollaborator(tx, projectId, userId);
    });
  }
}
