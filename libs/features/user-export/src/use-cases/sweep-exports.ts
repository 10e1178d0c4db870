import { Injectable } from "@nestjs/common";
import type { Log } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { ProjectRegistry } from "@gatehouse/service-project-registry";
import { ObjectStores } from "@gatehouse/platform-object-store";
import { ExportQueue } from "../export-queue.js";
import { jobContext } from "../job-context.js";
import { objectKeyOf } from "../rules/object-names.js";
import { ExportTaskStore } from "../store/export-task.store.js";
import { type StaleExport, StaleExports } from "../store/stale-exports.read.js";

const STANDSTILL_MS = 60_000;

/** Queues exports that a lost worker left, and deletes those of yesterday with their files. */
@Injectable()
export class SweepExports {
  constructor(
    private readonly db: Database,
    private readonly stale: StaleExports,
    private readonly tasks: ExportTaskStore,
    private readonly queue: ExportQueue,
    private readonly registry: ProjectRegistry,
    private readonly stores: ObjectStores,
  ) {}

  /** How many stood still at `now`. A file that cannot be deleted now is deleted later. */
  async run(now: Date, log: Log): Promise<number> {
    for (const expired of await this.stale.expired(now))
      await this.forget(expired, log).catch((err: unknown) => log.error({ err, task: expired.taskId }, "An old export could not be deleted; it is tried again."));
    const found = await this.stale.list(new Date(now.getTime() - STANDSTILL_MS));
    await this.queue.add(found);
    return found.length;
  }

  private async forget({ projectId, taskId }: StaleExport, log: Log): Promise<void> {
    const project = await this.registry.byId(projectId);
    if (!project) return;
    const ctx = jobContext(project, { id: taskId, log });
    for (const format of ["csv", "ndjson"] as const) await this.stores.userExport?.delete(ctx, objectKeyOf(taskId, format));
    await this.db.read((tx) => this.tasks.delete(ctx, tx, taskId));
  }
}
