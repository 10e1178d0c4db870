/** Records of fraud protection's decisions. */
export { FraudDecisionsModule } from "./fraud-decisions.module.js";
/** The consumer group `fraud-protection`. */
export { RecordDecisions } from "./use-cases/record-decisions.js";
/** Decisions by filter and by id. */
export { type FraudDecisionsInput, ListFraudDecisions } from "./use-cases/list-fraud-decisions.js";
/** What decisions add up to. */
export { SumUpFraudDecisions } from "./use-cases/sum-up-fraud-decisions.js";
/** Partitions of the records and of the counters. */
export { KeepFraudRecords } from "./use-cases/keep-fraud-records.js";
/** One decision. */
export type { FraudDecisionRow } from "./store/fraud-decision.store.js";
/** Totals, hours and tops. */
export type { FraudOverview, FraudTally } from "./store/fraud-overview.read.js";
