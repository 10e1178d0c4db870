import type { KeyJwk } from "@gatehouse/platform-crypto";
import type { ChainLink, ChainRow } from "./chain.js";

/** The name and version of the file's form. */
export const EXPORT_FORMAT = "gatehouse-audit-log/1";

/** The first line of an export. */
export interface HeaderLine {
  kind: "header";
  format: typeof EXPORT_FORMAT;
  project_id: string;
  exported_at: string;
  /** Where the chain ended. */
  position: number;
  /** Public keys that signed checkpoints. */
  keys: KeyJwk[];
}

/** A row, in the order of the chain; hashes are base64url. */
export interface RowLine {
  kind: "row";
  previous: string;
  hash: string;
  row: ChainRow;
}

/** A signed checkpoint. */
export interface CheckpointLine {
  kind: "checkpoint";
  jws: string;
}

/** One line of an export. */
export type ExportLine = HeaderLine | RowLine | CheckpointLine;

/** The line of a row. */
export const rowLine = ({ row, previous, hash }: ChainLink): RowLine => ({ kind: "row", previous: previous.toString("base64url"), hash: hash.toString("base64url"), row });
