import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { ApiErrorJson } from "@gatehouse/platform-errors-core";
import type { Row, Tx } from "@gatehouse/platform-postgres";
import type { ExportRequest } from "../rules/export-request.js";

/** An export as kept. */
export interface ExportTask {
  id: string;
  request: ExportRequest;
  objectKey: string;
  createdAt: Date;
  completedAt: Date | null;
  failedAt: Date | null;
  error: ApiErrorJson | null;
}

const COLUMNS = "id, request, object_key, created_at, completed_at, failed_at, error";
const toTask = (row: Row): ExportTask => ({
  id: row.id as string,
  request: row.request as ExportRequest,
  objectKey: row.object_key as string,
  createdAt: row.created_at as Date,
  completedAt: row.completed_at as Date | null,
  failedAt: row.failed_at as Date | null,
  error: row.error as ApiErrorJson | null,
});

/** The rows of `user_export_task`. */
@Injectable()
export class ExportTaskStore {
  async insert(ctx: ProjectContext, tx: Tx, task: ExportTask): Promise<void> {
    await tx.query("insert into user_export_task (project_id, id, request, object_key, created_at, touched_at) values ($1, $2, $3, $4, $5, $5)", [
      ctx.project.id,
      task.id,
      JSON.stringify(task.request),
      task.objectKey,
      task.createdAt,
    ]);
  }

  /** An export of the last 24 hours. */
  async byId(ctx: ProjectContext, tx: Tx, id: string): Promise<ExportTask | undefined> {
    const sql = `select ${COLUMNS} from user_export_task where project_id = $1 and id = $2 and created_at > $3::timestamptz - interval '24 hours'`;
    const row = await tx.queryOne(sql, [ctx.project.id, id, ctx.now()]);
    return row && toTask(row);
  }

  /** Begins an attempt at an export that is not completed, and counts it. */
  async begin(ctx: ProjectContext, tx: Tx, id: string): Promise<{ task: ExportTask; attempts: number } | undefined> {
    const sql = `update user_export_task set attempts = attempts + 1, touched_at = $3 where project_id = $1 and id = $2 and completed_at is null returning ${COLUMNS}, attempts`;
    const row = await tx.queryOne(sql, [ctx.project.id, id, ctx.now()]);
    return row && { task: toTask(row), attempts: row.attempts as number };
  }

  /** Notes that the export is worked on. False when it is completed, or gone: then the work is for nothing. */
  async touch(ctx: ProjectContext, tx: Tx, id: string): Promise<boolean> {
    const sql = "update user_export_task set touched_at = $3 where project_id = $1 and id = $2 and completed_at is null returning id";
    return (await tx.queryOne(sql, [ctx.project.id, id, ctx.now()])) !== undefined;
  }

  /** Completes an export: with its file, or with the reason why there is none. False when it is completed already, or gone. */
  async complete(ctx: ProjectContext, tx: Tx, { id, error }: { id: string; error?: ApiErrorJson }): Promise<boolean> {
    const sql = `update user_export_task set completed_at = $3, failed_at = case when $4::jsonb is not null then $3::timestamptz end, error = $4::jsonb
      where project_id = $1 and id = $2 and completed_at is null returning id`;
    return (await tx.queryOne(sql, [ctx.project.id, id, ctx.now(), error ? JSON.stringify(error) : null])) !== undefined;
  }

  /** Forgets an export. */
  async delete(ctx: ProjectContext, tx: Tx, id: string): Promise<void> {
    await tx.query("delete from user_export_task where project_id = $1 and id = $2", [ctx.project.id, id]);
  }
}
