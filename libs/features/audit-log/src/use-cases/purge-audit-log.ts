import { Database } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";

const KEEP = "180 days";
const BATCH = 5_000;

/** Drops lines of all projects that are older than 180 days. */
@Injectable()
export class PurgeAuditLog {
  constructor(private readonly db: Database) {}

  /** How many were dropped. */
  async run(): Promise<number> {
    for (let total = 0; ; ) {
      const rows = await this.db.read((tx) =>
        tx.query("delete from audit_log where (project_id, id) in (select project_id, id from audit_log where created_at < now() - $1::interval limit $2) returning id", [
          KEEP,
          BATCH,
        ]),
      );
      total += rows.length;
      if (rows.length < BATCH) return total;
    }
  }
}
