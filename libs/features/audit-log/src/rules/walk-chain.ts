import { chainHash, chainStart, type ChainRow } from "./chain.js";
import type { CheckpointClaims, DroppedRange } from "./checkpoint.js";
import type { ChainNode, Finding, FindingKind } from "./export-reader.js";

/** What the walk goes over. */
export interface Walk {
  projectId: string;
  nodes: ReadonlyMap<number, readonly ChainNode[]>;
  claims: readonly CheckpointClaims[];
  /** The last position there must be. */
  end: number;
}

/** A piece of the chain: a row, or rows that retention dropped. */
interface Piece {
  from: number;
  to: number;
  previous: string;
  hash: string;
  node?: ChainNode;
}

const text = (bytes: Buffer): string => bytes.toString("base64url");

/** Goes along the chain from its start and finds what does not fit: pieces to their neighbours, and the whole to the checkpoints. */
export function walkChain({ projectId, nodes, claims, end }: Walk): Finding[] {
  const findings: Finding[] = [];
  const note = (kind: FindingKind, [from, to]: readonly [number, number], what: string) => findings.push({ kind, from, to, text: what });
  const ranges = claims.flatMap(({ dropped }) => dropped ?? []);
  const pieces = chosenPieces({ nodes, ranges, start: text(chainStart(projectId)) }, (node, why) => note("inserted", [node.position, node.position], why));
  const suspects = pieces.flatMap(({ node }) => (node?.suspect ? [node] : []));
  let before: Piece = { from: 0, to: 0, previous: "", hash: text(chainStart(projectId)) };
  for (const [index, piece] of pieces.entries()) {
    if (piece.from > before.to + 1) note("removed", [before.to + 1, piece.from - 1], rowsText(before.to + 1, piece.from - 1, "removed"));
    if (piece.node?.suspect) note(...suspicion(piece.node, suspects));
    else if (piece.from === before.to + 1 && piece.previous !== before.hash && !before.node?.suspect)
      note(...broken({ before, piece, next: pieces[index + 1], earlier: pieces[index - 2] }));
    before = piece;
  }
  if (before.to < end) note("removed", [before.to + 1, end], rowsText(before.to + 1, end, "removed from the end"));
  if (findings.length === 0) findings.push(...uncoveredBy(claims, pieces));
  return findings;
}

const rowsText = (from: number, to: number, what: string): string => (from === to ? `row ${from} was ${what}` : `rows ${from} to ${to} were ${what}`);

type Told = [FindingKind, readonly [number, number], string];

/** A row that does not fit its own hash: it stands at another's place, or it was changed. */
function suspicion(node: ChainNode, suspects: readonly ChainNode[]): Told {
  const row = node.suspect as ChainRow;
  const fits = (position: number, { previous, hash }: ChainNode) => text(chainHash(Buffer.from(previous, "base64url"), { ...row, position })) === hash;
  const places = [node.position - 1, node.position + 1, ...suspects.map(({ position }) => position)];
  const place = places.find((position) => position > 0 && fits(position, node)) ?? suspects.find((other) => other !== node && fits(other.position, other))?.position;
  const at = [node.position, node.position] as const;
  if (place !== undefined) return ["reordered", at, `row ${node.position} (${node.id}) was reordered: it belongs to position ${place}`];
  return ["changed", at, `row ${node.position} (${node.id}) was changed`];
}

/** Two neighbours that fit themselves but not each other: whichever its other neighbour does not know either was rewritten. */
function broken({ before, piece, next, earlier }: { before: Piece; piece: Piece; next: Piece | undefined; earlier: Piece | undefined }): Told {
  const isKnownToNext = next !== undefined && next.previous === piece.hash;
  const beforeFits = earlier === undefined ? before.from <= 1 : earlier.hash === before.previous;
  if (isKnownToNext && before.node) return ["changed", [before.from, before.to], `row ${before.to} (${before.node.id}) was changed, with its hash`];
  if (beforeFits && piece.node) return ["changed", [piece.from, piece.to], `row ${piece.from} (${piece.node.id}) was changed, with its hash`];
  return ["changed", [before.to, piece.from], `row ${before.to} or row ${piece.from} was changed, with its hash`];
}

/** The chain fits itself; where it does not lead to a checkpoint, rows before that were rewritten with everything after them. */
function uncoveredBy(claims: readonly CheckpointClaims[], pieces: readonly Piece[]): Finding[] {
  const hashes = new Map(pieces.map(({ to, hash }) => [to, hash]));
  let covered = 0;
  for (const { number, position, hash } of claims) {
    const found = hashes.get(position);
    if (found !== undefined && found !== hash)
      return [{ kind: "changed", from: covered + 1, to: position, text: `rows ${covered + 1} to ${position} were rewritten in part: they do not lead to checkpoint ${number}` }];
    covered = position;
  }
  return [];
}

interface Choice {
  nodes: Walk["nodes"];
  ranges: readonly DroppedRange[];
  start: string;
}

/** One piece for each place, in order; rows that stand where another one fits better, or where rows were dropped, are told of. */
function chosenPieces({ nodes, ranges, start }: Choice, inserted: (node: ChainNode, why: string) => void): Piece[] {
  const ends = new Map(ranges.map(({ to, hash }) => [to, hash]));
  const begins = new Map(ranges.map(({ from, previous }) => [from, previous]));
  const weight = (node: ChainNode): number => {
    const { position, previous, hash } = node;
    const follows = position === 1 ? previous === start : ends.get(position - 1) === previous || nodes.get(position - 1)?.some((one) => one.hash === previous);
    const leads = begins.get(position + 1) === hash || nodes.get(position + 1)?.some((one) => one.previous === hash);
    return (node.suspect ? 0 : 4) + (follows ? 2 : 0) + (leads ? 1 : 0);
  };
  const pieces: Piece[] = ranges.map((range) => ({ ...range }));
  const sorted = ranges.toSorted((a, b) => a.from - b.from);
  for (const [position, candidates] of nodes) {
    const [best, ...others] = candidates.toSorted((a, b) => weight(b) - weight(a));
    const gone = isWithin(sorted, position);
    for (const node of gone ? candidates : others) inserted(node, `a row (${node.id}) was inserted at position ${position}${gone ? ", whose row was dropped long ago" : ""}`);
    if (best && !gone) pieces.push({ from: position, to: position, previous: best.previous, hash: best.hash, node: best });
  }
  return pieces.sort((a, b) => a.from - b.from);
}

/** Whether a position lies in one of the ranges, which are in order. */
function isWithin(sorted: readonly DroppedRange[], position: number): boolean {
  let [low, high] = [0, sorted.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = sorted[middle] as DroppedRange;
    if (position < range.from) high = middle - 1;
    else if (position > range.to) low = middle + 1;
    else return true;
  }
  return false;
}
