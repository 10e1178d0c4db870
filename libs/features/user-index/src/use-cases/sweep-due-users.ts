import type { Log } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { ProjectRegistry } from "@gatehouse/service-project-registry";
import { UserSearch } from "@gatehouse/service-user-search";
import { Injectable } from "@nestjs/common";
import { DueUsers } from "../store/due-users.js";
import { inBatches, systemContext } from "../system-context.js";

/** The events of a change come within this time; what is still due then came without. */
const GRACE_MS = 5_000;
const ROUND = 2_000;
const ROUNDS = 10;

/** The net under the events: indexes users who are due although no event told of them, such as imported ones. */
@Injectable()
export class SweepDueUsers {
  constructor(
    private readonly db: Database,
    private readonly registry: ProjectRegistry,
    private readonly search: UserSearch,
    private readonly due: DueUsers,
  ) {}

  /** How many were indexed. A project whose index does not answer is left for the next time, the others go on. */
  async run(now: Date, log: Log): Promise<number> {
    const left: string[] = [];
    let done = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const due = await this.db.read((tx) => this.due.list(tx, { before: new Date(now.getTime() - GRACE_MS), except: left, limit: ROUND }));
      for (const [projectId, users] of Map.groupBy(due, (user) => user.projectId)) {
        const failed = await this.index(projectId, { userIds: users.map(({ userId }) => userId), log });
        if (failed) left.push(projectId);
        else done += users.length;
      }
      if (due.length < ROUND) break;
    }
    return done;
  }

  private async index(projectId: string, { userIds, log }: { userIds: string[]; log: Log }): Promise<boolean> {
    try {
      const project = await this.registry.byId(projectId);
      if (!project) return true;
      for (const batch of inBatches(userIds)) await this.search.reindex(systemContext(project, log), batch);
      return false;
    } catch (err) {
      log.error({ err, project_id: projectId }, "Users could not be indexed; they are tried again.");
      return true;
    }
  }
}
