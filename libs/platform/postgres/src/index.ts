export { Database, type DatabaseOptions, type IsolationLevel } from "./database.js";
export { statementCount } from "./statement-count.js";
export { Tx, type Row } from "./tx.js";
export { applyMigrations, pendingMigrations } from "./migrate.js";
export { isUniqueViolation } from "./pg-errors.js";
