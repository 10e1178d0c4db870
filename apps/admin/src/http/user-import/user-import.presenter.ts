import type { ImportReport, Outcome, RecordDetail } from "@gatehouse/feature-user-import";

const OUTCOMES: readonly Outcome[] = ["inserted", "updated", "skipped", "failed"];

function summaryOf(details: readonly RecordDetail[]): Record<string, number> {
  const counts = OUTCOMES.map((outcome) => [outcome, details.filter((detail) => detail.outcome === outcome).length]);
  return { total: details.length, ...Object.fromEntries(counts) };
}

/** An import on the wire: summary and details only once it is completed (spec: user model §10). */
export function presentImport({ job, details }: ImportReport): Record<string, unknown> {
  const { id, createdAt, completedAt } = job;
  if (!completedAt) return { id, created_at: createdAt.toISOString(), status: "pending" };
  return { id, created_at: createdAt.toISOString(), completed_at: completedAt.toISOString(), status: "completed", summary: summaryOf(details ?? []), details };
}
