import { Injectable } from "@nestjs/common";
import { taskNotFound } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { ObjectStores } from "@gatehouse/platform-object-store";
import { CONTENT_TYPES, fileNameOf } from "../rules/object-names.js";
import { type ExportTask, ExportTaskStore } from "../store/export-task.store.js";

const ID = /^userexport_[0-9A-Z]{32}$/;
const LINK_SECONDS = 60;

/** An export; with a link to its file once there is one. */
export interface ExportReport {
  task: ExportTask;
  downloadUrl?: string;
}

/** How far an export is. */
@Injectable()
export class ReadExport {
  constructor(
    private readonly db: Database,
    private readonly tasks: ExportTaskStore,
    private readonly stores: ObjectStores,
  ) {}

  /** The link is good for a minute; every call makes a new one. Throws TaskNotFound: unknown, another project's, or older than 24 hours. */
  async run(ctx: ProjectContext, id: string): Promise<ExportReport> {
    const task = ID.test(id) ? await this.db.read((tx) => this.tasks.byId(ctx, tx, id)) : undefined;
    if (!task) throw taskNotFound();
    const store = this.stores.userExport;
    if (!task.completedAt || task.failedAt || !store) return { task };
    const { format } = task.request;
    const fileName = fileNameOf({ projectId: ctx.project.id, id, createdAt: task.createdAt, format });
    const downloadUrl = await store.downloadUrl(ctx, { key: task.objectKey, expiresInSeconds: LINK_SECONDS, fileName, contentType: CONTENT_TYPES[format] });
    return { task, downloadUrl };
  }
}
