import { Injectable } from "@nestjs/common";
import { userImportJob } from "@gatehouse/domain-jobs";
import type { Log } from "@gatehouse/domain-project";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { ImportQueue } from "../import-queue.js";
import { RunImportTask } from "./run-import-task.js";

/** What a worker does with a job of the import queue. */
@Injectable()
export class HandleImportJob {
  constructor(
    private readonly registry: ProjectRegistry,
    private readonly task: RunImportTask,
    private readonly queue: ImportQueue,
  ) {}

  /** Applies one task and queues the next one. Throws when the job should be tried again. */
  async run(data: unknown, log: Log): Promise<void> {
    if (!userImportJob.is(data)) {
      log.error({ job: userImportJob.name }, "A queued import has an unknown form and is dropped.");
      return;
    }
    const project = await this.registry.byId(data.project_id);
    if (!project) return;
    const publicOrigin = project.config.http.public_origin;
    const request = { id: data.job_id, method: "", url: publicOrigin, ip: "", userAgent: "", publicOrigin, locales: [] };
    const ctx = buildContext({ project, request, actor: { type: "admin_api" }, log });
    const next = await this.task.run(ctx, data.job_id);
    if (next !== undefined) await this.queue.add([{ projectId: project.id, jobId: data.job_id, task: next }]);
  }
}
