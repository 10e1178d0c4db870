import type { Column } from "./export-request.js";

/** A cell in quotes where it needs them (RFC 4180 §2). */
const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, token) => {
    if (Array.isArray(at)) return /^(?:0|[1-9]\d*)$/.test(token) ? at[Number(token)] : undefined;
    return typeof at === "object" && at !== null && Object.hasOwn(at, token) ? (at as Record<string, unknown>)[token] : undefined;
  }, value);
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The header line. */
export const csvHeader = (columns: readonly Column[]): string => `${columns.map(({ name }) => cell(name)).join(",")}\n`;

/** The line of a record: texts as they are, everything else as JSON, nothing for what is absent (spec: user model §11). */
export const csvLine = (columns: readonly Column[], record: object): string => `${columns.map(({ path }) => cell(textOf(valueAt(record, path)))).join(",")}\n`;
