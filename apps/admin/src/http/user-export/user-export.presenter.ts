import type { ExportReport } from "@gatehouse/feature-user-export";

/** An export on the wire; one that failed is completed, with `failed_at` and `error` (spec: user model §11). */
export function presentExport({ task, downloadUrl }: ExportReport): Record<string, unknown> {
  const { id, createdAt, completedAt, failedAt, request, error } = task;
  return {
    id,
    created_at: createdAt.toISOString(),
    ...(completedAt ? { completed_at: completedAt.toISOString() } : {}),
    ...(failedAt ? { failed_at: failedAt.toISOString() } : {}),
    status: completedAt ? "completed" : "pending",
    request,
    ...(downloadUrl ? { download_url: downloadUrl } : {}),
    ...(error ? { error } : {}),
  };
}
