/** The audit log: its consumer and its queries. */
export { AuditLogModule } from "./audit-log.module.js";
/** Lines by filter. */
export { AuditLogQuery, type AuditLogQueryInput } from "./use-cases/audit-log-query.js";
/** Lines by id. */
export { GetAuditLogs } from "./use-cases/get-audit-logs.js";
/** The consumer group `audit-log`. */
export { RecordEvents } from "./use-cases/record-events.js";
/** Drops what is too old. */
export { PurgeAuditLog } from "./use-cases/purge-audit-log.js";
/** One line. */
export type { AuditLogRow } from "./store/audit-log.store.js";
