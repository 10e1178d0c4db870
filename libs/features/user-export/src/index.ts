/** Export of users, as one module. */
export { UserExportModule } from "./user-export.module.js";
/** What starts an export, and its form. */
export { type ExportField, type ExportRequest, exportRequestSchema } from "./rules/export-request.js";
/** Takes an export. */
export { StartExport } from "./use-cases/start-export.js";
/** How far an export is, and where its file is. */
export { type ExportReport, ReadExport } from "./use-cases/read-export.js";
/** An export as kept. */
export type { ExportTask } from "./store/export-task.store.js";
/** What a worker does with a queued export. */
export { HandleExportJob } from "./use-cases/handle-export-job.js";
/** Finds exports that stand still, and those whose day is over. */
export { SweepExports } from "./use-cases/sweep-exports.js";
