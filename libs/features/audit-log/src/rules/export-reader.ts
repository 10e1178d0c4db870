import { chainHash, type ChainRow } from "./chain.js";
import { EXPORT_FORMAT, type ExportLine, type HeaderLine } from "./export-lines.js";

/** What is wrong with a log. */
export type FindingKind = "changed" | "removed" | "inserted" | "reordered" | "checkpoint" | "form";

/** One thing that is wrong, and which rows it touches; positions count from 1, 0 for none. */
export interface Finding {
  kind: FindingKind;
  from: number;
  to: number;
  text: string;
}

/** What is kept of a row; the row itself only while it is under suspicion. */
export interface ChainNode {
  position: number;
  id: string;
  previous: string;
  hash: string;
  /** Absent when the row fits its hash. */
  suspect?: ChainRow;
}

/** Rows under suspicion that are kept; of more only that they were changed is told. */
const SUSPECTS = 200;
const isHash = (value: unknown): value is string => typeof value === "string" && /^[\w-]{43}$/.test(value);

/** Reads an export line by line and checks each row against its own hash. */
export class ExportReader {
  header: HeaderLine | undefined;
  readonly nodes = new Map<number, ChainNode[]>();
  readonly checkpoints: string[] = [];
  readonly findings: Finding[] = [];
  rows = 0;
  private lines = 0;
  private suspects = 0;
  private furthest = 0;

  /** Takes the next line; empty ones are passed over. */
  take(text: string): void {
    this.lines += 1;
    if (text.trim() === "") return;
    let line: ExportLine;
    try {
      line = JSON.parse(text) as ExportLine;
    } catch {
      this.note("form", 0, `line ${this.lines} is no JSON`);
      return;
    }
    if (line?.kind === "header" && !this.header && line.format === EXPORT_FORMAT) this.header = line;
    else if (line?.kind === "row" && this.header) this.row(line);
    else if (line?.kind === "checkpoint" && typeof line.jws === "string") this.checkpoints.push(line.jws);
    else this.note("form", 0, `line ${this.lines} is of no known kind, or stands before the header`);
  }

  private row({ previous, hash, row }: Extract<ExportLine, { kind: "row" }>): void {
    this.rows += 1;
    const { position, id } = (row ?? {}) as ChainRow;
    if (!Number.isSafeInteger(position) || position < 1 || !isHash(previous) || !isHash(hash) || row.project_id !== this.header?.project_id) {
      this.note("inserted", 0, `the row ${String(id)} (line ${this.lines}) was inserted: it has no place in the chain of this project`);
      return;
    }
    if (position < this.furthest) this.note("reordered", position, `row ${position} (${id}) stands after row ${this.furthest}`);
    this.furthest = Math.max(this.furthest, position);
    const fits = chainHash(Buffer.from(previous, "base64url"), row).toString("base64url") === hash;
    if (!fits) this.suspects += 1;
    const node: ChainNode = { position, id, previous, hash, ...(fits ? {} : { suspect: this.suspects > SUSPECTS ? ({ ...row, data: null } as ChainRow) : row }) };
    this.nodes.set(position, [...(this.nodes.get(position) ?? []), node]);
  }

  private note(kind: FindingKind, position: number, text: string): void {
    this.findings.push({ kind, from: position, to: position, text });
  }
}
