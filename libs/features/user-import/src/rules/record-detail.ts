import { type ApiErrorJson, isApiError, unexpectedError } from "@gatehouse/platform-errors-core";
import { redactRecord } from "./redact-record.js";

/** What became of a record. */
export type Outcome = "inserted" | "updated" | "skipped" | "failed";

/** One line of an import's answer (spec: user model §10). */
export interface RecordDetail {
  index: number;
  record: Record<string, unknown>;
  outcome: Outcome;
  user_id?: string;
  warnings?: { message: string }[];
  errors?: ApiErrorJson[];
}

/** A record and its place. */
export interface PlacedRecord {
  index: number;
  record: Readonly<Record<string, unknown>>;
}

/** The line of a record that was applied or skipped. */
export function detailOf({ index, record }: PlacedRecord, done: { outcome: Outcome; userId: string; warnings: readonly string[] }): RecordDetail {
  const warnings = done.warnings.map((message) => ({ message }));
  return { index, record: redactRecord(record), outcome: done.outcome, user_id: done.userId, ...(warnings.length > 0 ? { warnings } : {}) };
}

/** The line of a record that failed; an error that is not for clients is masked. */
export function failureOf({ index, record }: PlacedRecord, error: unknown): RecordDetail {
  const shown = isApiError(error) ? error : unexpectedError(error);
  return { index, record: redactRecord(record), outcome: "failed", errors: [shown.toJSON()] };
}
