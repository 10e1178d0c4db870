import type { ExportRequest } from "./export-request.js";

/** Content types of the forms. */
export const CONTENT_TYPES: Readonly<Record<ExportRequest["format"], string>> = { csv: "text/csv", ndjson: "application/x-ndjson" };

/** Where a file lies in the object store. */
export const objectKeyOf = (id: string, format: ExportRequest["format"]): string => `user-export/${id}.${format}`;

/** `<app id>-<task id>-<yyyyMMddHHmmss>Z.<format>`: what a browser saves the file as. */
export function fileNameOf({ projectId, id, createdAt, format }: { projectId: string; id: string; createdAt: Date; format: ExportRequest["format"] }): string {
  const at = createdAt.toISOString().slice(0, 19).replaceAll(/\D/g, "");
  return `${projectId}-${id}-${at}Z.${format}`;
}
