/** Usage limits of messages, imports and exports. */
export { Usage, type UsageReservation } from "./usage.js";
/** What is counted. */
export type { UsageName } from "./usage-limits.js";
/** What was used, by day and month. */
export { type UsageRecord, UsageRecords } from "./usage-records.js";
