import { type UserReindexJob, userReindexJob } from "@gatehouse/domain-jobs";
import type { Log, ProjectContext } from "@gatehouse/domain-project";
import { isUuid } from "@gatehouse/platform-ids";
import { Database } from "@gatehouse/platform-postgres";
import { ProjectRegistry } from "@gatehouse/service-project-registry";
import { UserSearch } from "@gatehouse/service-user-search";
import { Injectable } from "@nestjs/common";
import { ReindexQueue } from "../reindex-queue.js";
import { AffectedUsersStore, type Member, type UserSet } from "../store/affected-users.store.js";
import { BATCH, systemContext } from "../system-context.js";

/** Batches of one run of a job; then it queues itself again, so that other jobs get their turn and a restart loses little. */
const BATCHES = 10;

/** The job `user-reindex`: indexes everybody in a group, with a role, or in the project. */
@Injectable()
export class ReindexUserSet {
  constructor(
    private readonly db: Database,
    private readonly registry: ProjectRegistry,
    private readonly search: UserSearch,
    private readonly queue: ReindexQueue,
    private readonly members: AffectedUsersStore,
  ) {}

  /** Queues the indexing of every user of a project, say after `search.implementation` changed. */
  async all(ctx: ProjectContext): Promise<void> {
    await this.queue.add([{ project_id: ctx.project.id, of: "all" }]);
  }

  /** Runs a job; data that is none, and projects that are gone, are dropped. Throws when the database, the index or Redis fails. */
  async run(data: unknown, log: Log): Promise<void> {
    const set = userReindexJob.is(data) ? setOf(data) : undefined;
    if (!userReindexJob.is(data) || !set) return log.error({ job: userReindexJob.name }, "A job of the queue is malformed and is dropped.");
    const project = await this.registry.byId(data.project_id);
    if (!project) return;
    const ctx = systemContext(project, log);
    if (set.of === "role" && !data.after) await this.queueGroups(ctx, set.id);
    let after: Member | undefined = data.after && { userId: data.after.user_id, at: data.after.at };
    for (let batches = 0; batches < BATCHES; batches += 1) {
      const members = await this.db.read((tx) => this.members.batch(ctx, tx, { set, after, limit: BATCH }));
      await this.search.reindex(
        ctx,
        members.map(({ userId }) => userId),
      );
      if (members.length < BATCH) return;
      after = members.at(-1);
    }
    if (after) await this.queue.add([{ ...data, after: { user_id: after.userId, at: after.at } }]);
  }

  private async queueGroups(ctx: ProjectContext, roleId: string): Promise<void> {
    const groups = await this.db.read((tx) => this.members.groupsOfRole(ctx, tx, roleId));
    await this.queue.add(groups.map((id) => ({ project_id: ctx.project.id, of: "group", id })));
  }
}

function setOf({ of, id = "", after }: UserReindexJob): UserSet | undefined {
  if (after && !isUuid(after.user_id)) return undefined;
  if (of === "all") return { of };
  return isUuid(id) ? { of, id } : undefined;
}
