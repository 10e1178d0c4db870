import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Row, Tx } from "@gatehouse/platform-postgres";
import type { RecordDetail } from "../rules/record-detail.js";
import type { Identifier } from "../rules/record-schema.js";

/** An import as kept. */
export interface ImportJob {
  id: string;
  identifier: Identifier;
  upsert: boolean;
  createdAt: Date;
  completedAt: Date | null;
}

/** A hundred records of an import. */
export interface ImportTask {
  task: number;
  firstIndex: number;
  /** JSON texts of the records. */
  records: readonly string[];
}

/** A task as it stands. */
export interface OpenTask {
  task: number;
  firstIndex: number;
  /** JSON of the list of records. */
  records: string;
  /** How many of them are done. */
  done: number;
}

/** Which task of which job. */
export interface TaskKey {
  jobId: string;
  task: number;
}

const LIVES = "interval '24 hours'";
const toJob = (row: Row): ImportJob => ({
  id: row.id as string,
  identifier: row.identifier as Identifier,
  upsert: row.upsert as boolean,
  createdAt: row.created_at as Date,
  completedAt: row.completed_at as Date | null,
});

/** The rows of `user_import_job` and `user_import_task`. */
@Injectable()
export class ImportJobStore {
  /** Writes an import with its tasks. Two statements. */
  async insert(ctx: ProjectContext, tx: Tx, { job, tasks }: { job: ImportJob; tasks: readonly ImportTask[] }): Promise<void> {
    const records = tasks.reduce((sum, task) => sum + task.records.length, 0);
    await tx.query("insert into user_import_job (project_id, id, identifier, upsert, records, created_at, touched_at) values ($1, $2, $3, $4, $5, $6, $6)", [
      ctx.project.id,
      job.id,
      job.identifier,
      job.upsert,
      records,
      job.createdAt,
    ]);
    await tx.query(
      `insert into user_import_task (project_id, job_id, task, first_index, records)
       select $1, $2, t.task, t.first_index, t.records from unnest($3::int[], $4::int[], $5::text[]) t (task, first_index, records)`,
      [ctx.project.id, job.id, tasks.map(({ task }) => task), tasks.map(({ firstIndex }) => firstIndex), tasks.map((task) => `[${task.records.join(",")}]`)],
    );
  }

  /** An import of the last 24 hours. */
  async byId(ctx: ProjectContext, tx: Tx, id: string): Promise<ImportJob | undefined> {
    const row = await tx.queryOne(
      `select id, identifier, upsert, created_at, completed_at from user_import_job where project_id = $1 and id = $2 and created_at > $3::timestamptz - ${LIVES}`,
      [ctx.project.id, id, ctx.now()],
    );
    return row && toJob(row);
  }

  /** Notes that the import is worked on. */
  async touch(ctx: ProjectContext, tx: Tx, jobId: string): Promise<void> {
    await tx.query("update user_import_job set touched_at = $3 where project_id = $1 and id = $2", [ctx.project.id, jobId, ctx.now()]);
  }

  /** The first task that is not done. */
  async openTask(ctx: ProjectContext, tx: Tx, jobId: string): Promise<OpenTask | undefined> {
    const row = await tx.queryOne(
      `select task, first_index, records, cardinality(details) as done from user_import_task
       where project_id = $1 and job_id = $2 and completed_at is null order by task limit 1`,
      [ctx.project.id, jobId],
    );
    return row && { task: row.task as number, firstIndex: row.first_index as number, records: row.records as string, done: row.done as number };
  }

  /** Holds a task until the transaction ends, and says how many of its records are done: two workers never apply the same one. */
  async lockTask(ctx: ProjectContext, tx: Tx, { jobId, task }: TaskKey): Promise<number | undefined> {
    const row = await tx.queryOne<{ done: number }>(
      "select cardinality(details) as done from user_import_task where project_id = $1 and job_id = $2 and task = $3 and completed_at is null for update",
      [ctx.project.id, jobId, task],
    );
    return row?.done;
  }

  /** Adds what became of the next records, in the transaction that applies them. With the last of them the records, and the secrets in them, go. */
  async addDetails(ctx: ProjectContext, tx: Tx, { jobId, task, details, last }: TaskKey & { details: readonly RecordDetail[]; last: boolean }): Promise<void> {
    await tx.query(
      `update user_import_task set details = details || $4::text[], records = case when $5 then '[]' else records end, completed_at = case when $5 then $6::timestamptz end
       where project_id = $1 and job_id = $2 and task = $3`,
      [ctx.project.id, jobId, task, details.map((detail) => JSON.stringify(detail)), last, ctx.now()],
    );
  }

  /** Completes an import without open tasks. */
  async complete(ctx: ProjectContext, tx: Tx, jobId: string): Promise<void> {
    await tx.query(
      `update user_import_job j set completed_at = $3 where j.project_id = $1 and j.id = $2 and j.completed_at is null
       and not exists (select 1 from user_import_task t where t.project_id = j.project_id and t.job_id = j.id and t.completed_at is null)`,
      [ctx.project.id, jobId, ctx.now()],
    );
  }

  /** What became of every record, in order. */
  async details(ctx: ProjectContext, tx: Tx, jobId: string): Promise<RecordDetail[]> {
    const rows = await tx.query<{ details: string[] }>("select details from user_import_task where project_id = $1 and job_id = $2 order by task", [ctx.project.id, jobId]);
    return rows.flatMap(({ details }) => details.map((detail) => JSON.parse(detail) as RecordDetail));
  }
}
