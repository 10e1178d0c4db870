import type { KeyJwk } from "@gatehouse/platform-crypto";
import { calculateJwkThumbprint, type JWK } from "jose";
import { ExportReader, type Finding } from "./export-reader.js";
import { verifyCheckpoints } from "./verify-checkpoints.js";
import { walkChain } from "./walk-chain.js";

/** What is known beforehand. */
export interface VerifyOptions {
  /** Keys that are trusted; without any, those that the file itself names. */
  keys?: readonly KeyJwk[];
  /** Checkpoints of an earlier export: each must be in this one. */
  earlier?: readonly string[];
}

/** What an export proves. */
export interface Verification {
  projectId: string;
  rows: number;
  checkpoints: number;
  /** The last row that a checkpoint covers. */
  covered: number;
  /** The last row there is. */
  position: number;
  /** Thumbprints (RFC 7638) of the keys that were believed. */
  thumbprints: string[];
  /** Empty when everything fits. */
  findings: Finding[];
}

/** Checks an export without any network or database (docs/security/audit-log.md). */
export async function verifyExport(lines: AsyncIterable<string> | Iterable<string>, { keys, earlier = [] }: VerifyOptions = {}): Promise<Verification> {
  const reader = new ExportReader();
  for await (const line of lines) reader.take(line);
  const projectId = reader.header?.project_id ?? "";
  const trusted = keys ?? (Array.isArray(reader.header?.keys) ? reader.header.keys : []);
  const thumbprints = await Promise.all(trusted.map((key) => calculateJwkThumbprint(key as JWK)));
  const noHeader: Finding[] = reader.header ? [] : [{ kind: "form", from: 0, to: 0, text: "the file has no header" }];
  const { claims, findings } = await verifyCheckpoints(reader.checkpoints, { projectId, keys: trusted });
  const covered = Math.max(0, ...claims.map(({ position }) => position));
  let position = 0;
  for (const one of reader.nodes.keys()) position = Math.max(position, one);
  const end = Math.max(covered, position, Number(reader.header?.position) || 0);
  const known = new Set(reader.checkpoints);
  const missing = earlier.filter((jws) => !known.has(jws)).length;
  const unsigned: Finding[] =
    position === 0 || reader.checkpoints.length > 0 ? [] : [{ kind: "checkpoint", from: 1, to: position, text: "no checkpoint is left: an export signs the rows it brings" }];
  const lost: Finding[] =
    missing === 0 ? [] : [{ kind: "checkpoint", from: 0, to: 0, text: `${missing} checkpoints of the earlier export are missing: the log was cut off or replaced` }];
  return {
    projectId,
    rows: reader.rows,
    checkpoints: reader.checkpoints.length,
    covered,
    position,
    thumbprints,
    findings: [...noHeader, ...reader.findings, ...findings, ...unsigned, ...lost, ...walkChain({ projectId, nodes: reader.nodes, claims, end })],
  };
}
