import { Database } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";

/** A pending delivery whose time has come and gone. */
export interface OverdueDelivery {
  projectId: string;
  id: string;
  attempts: number;
}

/** Overdue deliveries of all projects: their job was lost with Redis or with its worker. */
@Injectable()
export class OverdueDeliveries {
  constructor(private readonly db: Database) {}

  /** At most a thousand, oldest first. */
  async list(before: Date): Promise<OverdueDelivery[]> {
    return this.db.read((tx) =>
      tx.query<OverdueDelivery>(
        `select project_id as "projectId", id, attempts from webhook_delivery where status = 'pending' and next_attempt_at < $1 order by next_attempt_at limit 1000`,
        [before],
      ),
    );
  }

  /** Drops finished deliveries of all projects and their attempts after 30 days. */
  async purge(): Promise<void> {
    await this.db.read((tx) => tx.query("delete from webhook_delivery where status <> 'pending' and updated_at < now() - interval '30 days'"));
  }
}
