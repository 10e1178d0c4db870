import { Module } from "@nestjs/common";
import { AuditLogStore } from "./store/audit-log.store.js";
import { AuditLogQuery } from "./use-cases/audit-log-query.js";
import { GetAuditLogs } from "./use-cases/get-audit-logs.js";
import { PurgeAuditLog } from "./use-cases/purge-audit-log.js";
import { RecordEvents } from "./use-cases/record-events.js";

/** The audit log: its consumer and its queries. */
@Module({ providers: [AuditLogStore, AuditLogQuery, GetAuditLogs, PurgeAuditLog, RecordEvents], exports: [AuditLogQuery, GetAuditLogs, PurgeAuditLog, RecordEvents] })
export class AuditLogModule {}
