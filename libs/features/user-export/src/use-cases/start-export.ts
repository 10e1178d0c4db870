import { Injectable } from "@nestjs/common";
import { userExportDisabled } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";
import { Database } from "@gatehouse/platform-postgres";
import { ObjectStores } from "@gatehouse/platform-object-store";
import { Usage } from "@gatehouse/service-usage";
import { ExportQueue } from "../export-queue.js";
import { columnsOf, type ExportRequest } from "../rules/export-request.js";
import { objectKeyOf } from "../rules/object-names.js";
import { type ExportTask, ExportTaskStore } from "../store/export-task.store.js";

/** Takes an export; a worker writes it. */
@Injectable()
export class StartExport {
  constructor(
    private readonly db: Database,
    private readonly tasks: ExportTaskStore,
    private readonly stores: ObjectStores,
    private readonly usage: Usage,
    private readonly queue: ExportQueue,
  ) {}

  /** The export, not begun. Throws UserExportDisabled without an object store, UserExportNonUniqueFieldNames, UsageLimitExceeded (spec: user model §11). */
  async run(ctx: ProjectContext, request: ExportRequest): Promise<ExportTask> {
    if (!this.stores.userExport) throw userExportDisabled();
    if (request.format === "csv") columnsOf(ctx.project.config, request);
    const reserved = await this.usage.reserve(ctx, "user_export");
    const id = `userexport_${randomString(32, CROCKFORD)}`;
    const task: ExportTask = { id, request, objectKey: objectKeyOf(id, request.format), createdAt: ctx.now(), completedAt: null, failedAt: null, error: null };
    try {
      await this.db.read((tx) => this.tasks.insert(ctx, tx, task));
    } catch (error) {
      await reserved.giveBack();
      throw error;
    }
    // Without Redis the sweep finds it.
    await this.queue
      .add([{ projectId: ctx.project.id, taskId: id, attempts: 0 }])
      .catch((err: unknown) => ctx.log.warn({ err, task: id }, "An export could not be queued; the sweep finds it."));
    return task;
  }
}
