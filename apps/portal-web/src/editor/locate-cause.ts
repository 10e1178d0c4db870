import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Cause } from "../api/shapes.js";
import { pointerKeys } from "../problems/describe-cause.js";

/** A place in the text: `line` and `column` counted from 1, `from` and `to` as character offsets. */
export interface Place {
  line: number;
  column: number;
  from: number;
  to: number;
}

/** Where a problem is to be marked. Never throws: what cannot be found lands on its nearest parent, at worst on line 1. */
export type Locator = (cause: Cause) => Place;

/** Reads the text once and gives the function that places causes in it. */
export function createLocator(text: string): Locator {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, keepSourceTokens: false });
  const placeOf = (from: number, to: number): Place => {
    const start = Math.min(Math.max(from, 0), text.length);
    const { line, col } = lines.linePos(start);
    return { line: Math.max(line, 1), column: Math.max(col, 1), from: start, to: Math.min(Math.max(to, start), endOfLine(text, start)) };
  };
  return (cause) => {
    if (cause.line !== undefined) return placeOfLine(text, cause.line, cause.column ?? 1);
    const [from, to] = rangeOf(document.contents, pointerKeys(cause.location));
    return placeOf(from, to);
  };
}

/** Problems of YAML itself, found without the server, as causes with their places. */
export function syntaxCauses(text: string): Cause[] {
  const document = parseDocument(text, { prettyErrors: true });
  return document.errors.map((error) => ({
    location: "",
    kind: "YAMLSyntax",
    details: { msg: (error.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "") },
    ...(error.linePos ? { line: error.linePos[0].line, column: error.linePos[0].col } : {}),
  }));
}

/** Walks the pointer as far as the document goes and gives the range of the last key met. */
function rangeOf(root: Node | null, keys: string[]): [number, number] {
  let node: unknown = root;
  let range: [number, number] = [0, 0];
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((item) => String(isScalar(item.key) ? item.key.value : item.key) === key);
      if (!pair) return range;
      range = nodeRange(pair.key) ?? range;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(key)];
      if (item === undefined) return range;
      range = nodeRange(item) ?? range;
      node = item;
    } else return range;
  }
  return range;
}

function nodeRange(node: unknown): [number, number] | undefined {
  return isNode(node) && node.range ? [node.range[0], node.range[1]] : undefined;
}

function placeOfLine(text: string, line: number, column: number): Place {
  const starts = text.split("\n");
  const index = Math.min(Math.max(line, 1), starts.length) - 1;
  const begin = starts.slice(0, index).reduce((sum, row) => sum + row.length + 1, 0);
  const row = starts[index] ?? "";
  const at = Math.min(Math.max(column, 1), row.length + 1);
  const rest = row.slice(at - 1);
  const word = /^[^\s:#,\]}]+/.exec(rest)?.[0].length ?? rest.length;
  return { line: index + 1, column: at, from: begin + at - 1, to: begin + at - 1 + word };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}
