import { Injectable } from "@nestjs/common";
import { Database } from "@gatehouse/platform-postgres";

/** An import that stands still. */
export interface StaleImport {
  projectId: string;
  jobId: string;
  task: number;
}

/** Imports of all projects: those whose worker was lost, and those whose day is over. */
@Injectable()
export class StaleImports {
  constructor(private readonly db: Database) {}

  /** At most a thousand that nobody worked on since a time, each with its first open task. */
  async list(since: Date): Promise<StaleImport[]> {
    return this.db.read((tx) =>
      tx.query<StaleImport>(
        `select j.project_id as "projectId", j.id as "jobId", coalesce(min(t.task), 0) as task from user_import_job j
           left join user_import_task t on t.project_id = j.project_id and t.job_id = j.id and t.completed_at is null
         where j.completed_at is null and j.touched_at < $1 group by j.project_id, j.id, j.touched_at order by j.touched_at limit 1000`,
        [since],
      ),
    );
  }

  /** Deletes imports older than 24 hours with their records. */
  async purge(now: Date): Promise<void> {
    await this.db.read((tx) => tx.query("delete from user_import_job where created_at < $1::timestamptz - interval '24 hours'", [now]));
  }
}
