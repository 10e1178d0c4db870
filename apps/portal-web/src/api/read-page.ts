import type { Page } from "./shapes.js";

/** Reads a list answer: `{[key]: [...], total_count}`; without a total, the rows seen so far count. */
export function readPage<T>(body: unknown, key: string, offset = 0): Page<T> {
  const record = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const rows = Array.isArray(body) ? body : (record[key] ?? record.items ?? []);
  const items = (Array.isArray(rows) ? rows : []) as T[];
  const total = record.total_count;
  return { items, totalCount: typeof total === "number" ? total : offset + items.length };
}
