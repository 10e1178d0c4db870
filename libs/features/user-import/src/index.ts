/** Import of users in bulk, as one module. */
export { UserImportModule } from "./user-import.module.js";
/** What starts an import, and its form. */
export { type ImportRequest, importRequestSchema } from "./rules/record-schema.js";
/** Takes an import. */
export { StartImport } from "./use-cases/start-import.js";
/** How far an import is, and what became of its records. */
export { type ImportReport, ReadImport } from "./use-cases/read-import.js";
/** What became of one record. */
export type { Outcome, RecordDetail } from "./rules/record-detail.js";
/** An import as kept. */
export type { ImportJob } from "./store/import-job.store.js";
/** What a worker does with a queued import. */
export { HandleImportJob } from "./use-cases/handle-import-job.js";
/** Finds imports that stand still. */
export { SweepImports } from "./use-cases/sweep-imports.js";
