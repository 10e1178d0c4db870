import { createHash } from "node:crypto";
import { canonicalJson } from "@gatehouse/platform-crypto";

/** A line of the log in the form that is hashed and exported. Times are RFC 3339 in UTC. */
export interface ChainRow {
  project_id: string;
  /** Place in the project's chain, from 1. */
  position: number;
  id: string;
  created_at: string;
  activity_type: string;
  user_id: string | null;
  ip_address: string | null;
  user_agent: string | null;
  client_id: string | null;
  data: unknown;
}

/** A row with its links. */
export interface ChainLink {
  row: ChainRow;
  previous: Buffer;
  hash: Buffer;
}

/** What the first row of a project's chain follows: chains of two projects never fit together. */
export const chainStart = (projectId: string): Buffer => createHash("sha256").update(`gatehouse audit log of ${projectId}`).digest();

/** SHA-256 over the hash of the row before and the canonical JSON (RFC 8785) of the row. */
export const chainHash = (previous: Uint8Array, row: ChainRow): Buffer => createHash("sha256").update(previous).update(canonicalJson(row)).digest();

/** Whole seconds, as the log keeps them. */
export const chainTime = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, "Z");

/** Links rows to a chain that ends with `head`. */
export function extendChain(head: { position: number; hash: Buffer }, rows: readonly Omit<ChainRow, "position">[]): ChainLink[] {
  let { position, hash } = head;
  return rows.map((content) => {
    const previous = hash;
    position += 1;
    const row: ChainRow = { ...content, position };
    hash = chainHash(previous, row);
    return { row, previous, hash };
  });
}
