import { createHash } from "node:crypto";

/** Rows that are no longer there: the hash the first one followed, and that of the last one. Hashes are base64url. */
export interface DroppedRange {
  from: number;
  to: number;
  previous: string;
  hash: string;
}

/** Claims of a checkpoint (a JWS of type `audit-checkpoint+jwt`). */
export interface CheckpointClaims {
  project_id: string;
  /** From 1, without gaps. */
  number: number;
  /** The last row covered, and its hash. */
  position: number;
  hash: string;
  /** SHA-256 of the checkpoint before; empty for the first. */
  previous: string;
  iat: number;
  /** What retention dropped when this was signed. */
  dropped?: DroppedRange[];
}

/** `typ` of a checkpoint: no other token of the same key passes as one. */
export const CHECKPOINT_TYPE = "audit-checkpoint+jwt";

/** What a checkpoint calls the one before. */
export const checkpointDigest = (jws: string): string => createHash("sha256").update(jws).digest("base64url");
