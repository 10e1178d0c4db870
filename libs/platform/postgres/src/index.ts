export { Database, type DatabaseOptions, type IsolationLevel } from "./database.js";
export { statementCount } from "./statement-count.js";
export { type PreparedStatement, type Row, Tx } from "./tx.js";
export { applyMigrations, pendingMigrations } from "./migrate.js";
export { isDeadlock, isUniqueViolation } from "./pg-errors.js";
export { soughtText } from "./sought-text.js";
export { keepMonths, makeMonthPartitions, monthPartitionsBefore } from "./month-partitions.js";
