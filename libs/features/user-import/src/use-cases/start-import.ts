import { Injectable } from "@nestjs/common";
import { validationFailed } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";
import { Database } from "@gatehouse/platform-postgres";
import { Usage } from "@gatehouse/service-usage";
import { ImportQueue } from "../import-queue.js";
import { whyUnkeepable } from "../rules/check-texts.js";
import type { ImportRequest } from "../rules/record-schema.js";
import { type ImportJob, ImportJobStore, type ImportTask } from "../store/import-job.store.js";

const RECORDS_OF_TASK = 100;

function tasksOf(records: readonly Record<string, unknown>[]): ImportTask[] {
  const count = Math.ceil(records.length / RECORDS_OF_TASK);
  return Array.from({ length: count }, (_, task) => {
    const firstIndex = task * RECORDS_OF_TASK;
    return { task, firstIndex, records: records.slice(firstIndex, firstIndex + RECORDS_OF_TASK).map((record) => JSON.stringify(record)) };
  });
}

/** Takes an import: the records are kept, a worker applies them. */
@Injectable()
export class StartImport {
  constructor(
    private readonly db: Database,
    private readonly jobs: ImportJobStore,
    private readonly usage: Usage,
    private readonly queue: ImportQueue,
  ) {}

  /** The import, not begun. Throws ValidationFailed for records that cannot be kept, UsageLimitExceeded for more than the project may import (spec: admin API §13). */
  async run(ctx: ProjectContext, request: ImportRequest): Promise<ImportJob> {
    for (const [index, record] of request.records.entries()) {
      const msg = whyUnkeepable(record);
      if (msg) throw validationFailed([{ location: `/records/${index}`, kind: "general", details: { msg } }], "invalid request body");
    }
    const reserved = await this.usage.reserve(ctx, "user_import", request.records.length);
    const job: ImportJob = {
      id: `userimport_${randomString(32, CROCKFORD)}`,
      identifier: request.identifier,
      upsert: request.upsert ?? false,
      createdAt: ctx.now(),
      completedAt: null,
    };
    try {
      await this.db.transaction((tx) => this.jobs.insert(ctx, tx, { job, tasks: tasksOf(request.records) }));
    } catch (error) {
      await reserved.giveBack();
      throw error;
    }
    // Without Redis the sweep finds it.
    await this.queue
      .add([{ projectId: ctx.project.id, jobId: job.id, task: 0 }])
      .catch((err: unknown) => ctx.log.warn({ err, job: job.id }, "An import could not be queued; the sweep finds it."));
    return job;
  }
}
