import { Injectable } from "@nestjs/common";
import { Database } from "@gatehouse/platform-postgres";

/** An export of any project. */
export interface StaleExport {
  projectId: string;
  taskId: string;
  /** How often it was begun. */
  attempts: number;
}

const COLUMNS = 'project_id as "projectId", id as "taskId", attempts';

/** Exports of all projects: those whose worker was lost, and those whose day is over. */
@Injectable()
export class StaleExports {
  constructor(private readonly db: Database) {}

  /** At most a thousand that nobody worked on since a time. */
  async list(since: Date): Promise<StaleExport[]> {
    const sql = `select ${COLUMNS} from user_export_task where completed_at is null and touched_at < $1 order by touched_at limit 1000`;
    return this.db.read((tx) => tx.query<StaleExport>(sql, [since]));
  }

  /** At most a hundred that are older than 24 hours. */
  async expired(now: Date): Promise<StaleExport[]> {
    const sql = `select ${COLUMNS} from user_export_task where created_at < $1::timestamptz - interval '24 hours' order by created_at limit 100`;
    return this.db.read((tx) => tx.query<StaleExport>(sql, [now]));
  }
}
