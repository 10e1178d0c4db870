import { eventEntry } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { type AuditLogRow, AuditLogStore } from "../store/audit-log.store.js";

/** Lines of the audit log by id. */
@Injectable()
export class GetAuditLogs {
  constructor(
    private readonly db: Database,
    private readonly logs: AuditLogStore,
  ) {}

  /** Those that exist, in no order. Rows of a type that nobody knows are hidden, as in lists. */
  async run(ctx: ProjectContext, ids: readonly string[]): Promise<AuditLogRow[]> {
    const rows = await this.db.read((tx) => this.logs.byIds(ctx, tx, ids));
    return rows.filter(({ activityType }) => eventEntry(activityType)?.audit);
  }
}
