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

  /** Those that exist, in no order. */
  async run(ctx: ProjectContext, ids: readonly string[]): Promise<AuditLogRow[]> {
    return this.db.read((tx) => this.logs.byIds(ctx, tx, ids));
  }
}
