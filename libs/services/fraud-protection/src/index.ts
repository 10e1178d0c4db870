/** Decides whether an SMS may be sent, and hears which codes were verified. */
export { FraudProtection, type FraudDecision, type OutgoingSms, type VerifiedSms } from "./fraud-protection.js";
/** What a decision leaves behind. */
export type { AllowReason, FraudRecord, FraudWarning } from "./fraud-record.js";
/** Its counters in Redis. */
export { FraudCounters } from "./fraud-counters.js";
/** Keeps the table of what is counted. */
export { FraudMetricStore } from "./fraud-metric.store.js";
