import { parseEnvelope } from "@gatehouse/domain-events";
import type { Log } from "@gatehouse/domain-project";
import { ProjectRegistry } from "@gatehouse/service-project-registry";
import { UserSearch } from "@gatehouse/service-user-search";
import { Injectable } from "@nestjs/common";
import { type AffectedUsers, affectedUsers } from "../affected-users.js";
import { ReindexQueue } from "../reindex-queue.js";
import { inBatches, systemContext } from "../system-context.js";

/** The consumer group `user-search`: indexes the users that events tell of, and queues jobs for the members of groups and roles (spec: events §10). */
@Injectable()
export class IndexChangedUsers {
  constructor(
    private readonly registry: ProjectRegistry,
    private readonly search: UserSearch,
    private readonly queue: ReindexQueue,
  ) {}

  /** Takes records of the event stream; a user of many records is indexed once. Throws when the index or Redis fails. */
  async run(records: readonly { value: string }[], log: Log): Promise<void> {
    const byProject = new Map<string, AffectedUsers[]>();
    for (const { value } of records) {
      const event = parseEnvelope(value);
      if (event) byProject.set(event.context.app_id, [...(byProject.get(event.context.app_id) ?? []), affectedUsers(event)]);
    }
    for (const [projectId, affected] of byProject) {
      const [users, groups, roles] = (["users", "groups", "roles"] as const).map((kind) => new Set(affected.flatMap((one) => one[kind]))) as [
        Set<string>,
        Set<string>,
        Set<string>,
      ];
      const project = users.size + groups.size + roles.size > 0 ? await this.registry.byId(projectId) : undefined;
      if (!project) continue;
      const set = (of: "group" | "role", ids: Iterable<string>) => [...ids].map((id) => ({ project_id: projectId, of, id }));
      await this.queue.add([...set("group", groups), ...set("role", roles)]);
      for (const batch of inBatches([...users])) await this.search.reindex(systemContext(project, log), batch);
    }
  }
}
