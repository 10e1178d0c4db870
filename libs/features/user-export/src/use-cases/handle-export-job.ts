import { Injectable } from "@nestjs/common";
import { userExportJob } from "@gatehouse/domain-jobs";
import type { Log } from "@gatehouse/domain-project";
import { ProjectRegistry } from "@gatehouse/service-project-registry";
import { jobContext } from "../job-context.js";
import { WriteExport } from "./write-export.js";

/** What a worker does with a job of the export queue. */
@Injectable()
export class HandleExportJob {
  constructor(
    private readonly registry: ProjectRegistry,
    private readonly write: WriteExport,
  ) {}

  /** Throws when the job should be tried again. */
  async run(data: unknown, log: Log): Promise<void> {
    if (!userExportJob.is(data)) {
      log.error({ job: userExportJob.name }, "A queued export has an unknown form and is dropped.");
      return;
    }
    const project = await this.registry.byId(data.project_id);
    if (project) await this.write.run(jobContext(project, { id: data.task_id, log }), data.task_id);
  }
}
