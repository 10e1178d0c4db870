import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isApiError } from "@gatehouse/platform-errors-core";
import { Database } from "@gatehouse/platform-postgres";
import { prepareRecord } from "../rules/prepare-record.js";
import { failureOf, type PlacedRecord, type RecordDetail } from "../rules/record-detail.js";
import { type ImportJob, ImportJobStore, type OpenTask } from "../store/import-job.store.js";
import { ApplyRecords, type ReadRecord } from "./apply-records.js";

/** Which records of a task come next. */
interface Step {
  job: ImportJob;
  task: OpenTask;
  records: readonly ReadRecord[];
}

/** Values that PostgreSQL refuses (SQLSTATE classes 22 and 23) and mistakes of ours are the record's fault; a lost connection or a full disk is not. */
function isOfRecord(error: unknown): boolean {
  if (isApiError(error) || error instanceof TypeError || error instanceof RangeError) return true;
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  return /^2[23]...$/.test(String(driverError?.code ?? code));
}

/** Applies the next task of an import. What became of a record is written in the transaction that applies it, so a record is applied once, whatever happens to workers. */
@Injectable()
export class RunImportTask {
  constructor(
    private readonly db: Database,
    private readonly jobs: ImportJobStore,
    private readonly apply: ApplyRecords,
  ) {}

  /** The next task that is open then; undefined when the import is completed, or gone. Throws when the database fails: the task goes on later where it stood. */
  async run(ctx: ProjectContext, jobId: string): Promise<number | undefined> {
    const { job, task } = await this.db.read(async (tx) => {
      await this.jobs.touch(ctx, tx, jobId);
      return { job: await this.jobs.byId(ctx, tx, jobId), task: await this.jobs.openTask(ctx, tx, jobId) };
    });
    if (!job) return undefined;
    if (task) await this.runTask(ctx, job, task);
    return this.db.transaction(async (tx) => {
      const next = await this.jobs.openTask(ctx, tx, jobId);
      if (!next) await this.jobs.complete(ctx, tx, jobId);
      return next?.task;
    });
  }

  private async runTask(ctx: ProjectContext, job: ImportJob, task: OpenTask): Promise<void> {
    const all = (JSON.parse(task.records) as Record<string, unknown>[]).map((record, position) => this.read(ctx, job, { index: task.firstIndex + position, record }));
    let [done, alone] = [task.done, 0];
    while (done < all.length) {
      const rest = all.slice(done);
      const step = { job, task: { ...task, done }, records: alone > 0 ? rest.slice(0, 1) : rest };
      const applied = await this.step(ctx, step, rest.length);
      // Something of the lot could not be written: each of them alone, so that the others are.
      if (applied === "again") alone = rest.length;
      else if (applied === undefined) return;
      else {
        done += applied;
        alone = Math.max(0, alone - applied);
      }
    }
  }

  private read(ctx: ProjectContext, { identifier }: ImportJob, placed: PlacedRecord): ReadRecord {
    try {
      return { prepared: prepareRecord(ctx, placed, identifier) };
    } catch (error) {
      if (!isApiError(error)) ctx.log.error({ err: error, index: placed.index }, "A record of an import could not be read.");
      return { placed, error };
    }
  }

  /** How many records are done now; `again` when they have to be tried one by one; undefined when another worker is at the task. */
  private async step(ctx: ProjectContext, { job, task, records }: Step, left: number): Promise<number | "again" | undefined> {
    const commit = (work: (tx: Parameters<ApplyRecords["run"]>[1]) => Promise<RecordDetail[]>) =>
      this.db.transaction(async (tx) => {
        if ((await this.jobs.lockTask(ctx, tx, { jobId: job.id, task: task.task })) !== task.done) return undefined;
        const details = await work(tx);
        await this.jobs.addDetails(ctx, tx, { jobId: job.id, task: task.task, details, last: details.length === left });
        return details.length;
      });
    try {
      return await commit((tx) => this.apply.run(ctx, tx, { records, upsert: job.upsert }));
    } catch (error) {
      const [first] = records;
      if (!isOfRecord(error) || !first) throw error;
      if (records.length > 1) return "again";
      if (!isApiError(error)) ctx.log.error({ err: error, job: job.id }, "A record of an import could not be written.");
      return commit(async () => [failureOf("prepared" in first ? first.prepared : first.placed, error)]);
    }
  }
}
