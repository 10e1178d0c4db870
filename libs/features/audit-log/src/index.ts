/** The audit log: its consumer, its chain and its queries. */
export { AuditLogModule } from "./audit-log.module.js";
/** Lines by filter. */
export { AuditLogQuery, type AuditLogQueryInput } from "./use-cases/audit-log-query.js";
/** Lines by id. */
export { GetAuditLogs } from "./use-cases/get-audit-logs.js";
/** The consumer group `audit-log`. */
export { RecordEvents } from "./use-cases/record-events.js";
/** Partitions: makes the next ones, drops the expired ones. */
export { KeepAuditLog } from "./use-cases/keep-audit-log.js";
/** Signs where the chains stand. */
export { SignCheckpoints } from "./use-cases/sign-checkpoints.js";
/** The whole log of a project as lines that prove themselves. */
export { ExportAuditLog, type WriteLine } from "./use-cases/export-audit-log.js";
/** Checks such lines offline. */
export { type Verification, verifyExport, type VerifyOptions } from "./rules/verify-export.js";
/** What is found wrong. */
export type { Finding, FindingKind } from "./rules/export-reader.js";
/** The form of an export's lines. */
export type { ExportLine } from "./rules/export-lines.js";
/** One line. */
export type { AuditLogRow } from "./store/audit-log.store.js";
