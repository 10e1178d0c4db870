import { Injectable } from "@nestjs/common";
import { taskNotFound } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import type { RecordDetail } from "../rules/record-detail.js";
import { type ImportJob, ImportJobStore } from "../store/import-job.store.js";

/** An import; with what became of its records once it is completed. */
export interface ImportReport {
  job: ImportJob;
  details?: RecordDetail[];
}

const ID = /^userimport_[0-9A-Z]{32}$/;

/** How far an import is. */
@Injectable()
export class ReadImport {
  constructor(
    private readonly db: Database,
    private readonly jobs: ImportJobStore,
  ) {}

  /** Throws TaskNotFound: unknown, another project's, or older than 24 hours (spec: admin API §13). */
  async run(ctx: ProjectContext, id: string): Promise<ImportReport> {
    if (!ID.test(id)) throw taskNotFound();
    return this.db.read(async (tx) => {
      const job = await this.jobs.byId(ctx, tx, id);
      if (!job) throw taskNotFound();
      return job.completedAt ? { job, details: await this.jobs.details(ctx, tx, id) } : { job };
    });
  }
}
