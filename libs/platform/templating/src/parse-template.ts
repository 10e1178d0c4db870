import { type Expression, parseExpression } from "./expression.js";
import { TemplateError } from "./template-error.js";

/** A part of a template. */
export type TemplateNode =
  | { kind: "text"; text: string }
  | { kind: "value"; value: Expression }
  | { kind: "include"; name: string }
  | { kind: "if"; branches: { when?: Expression; nodes: TemplateNode[] }[] };

interface OpenIf {
  node: Extract<TemplateNode, { kind: "if" }>;
  hasElse: boolean;
}

const ACTION = /\{\{(- )?([\s\S]*?)( -)?\}\}/g;
const DEEPEST = 99;

/** Text and actions in turn, with the white space that trim markers eat removed. */
function split(source: string): { text: string; action?: string }[] {
  const parts: { text: string; action?: string }[] = [];
  let at = 0;
  let trimStart = false;
  const textTo = (end: number, trimEnd: boolean): string => {
    let text = source.slice(at, end);
    if (trimStart) text = text.trimStart();
    return trimEnd ? text.trimEnd() : text;
  };
  for (const match of source.matchAll(ACTION)) {
    parts.push({ text: textTo(match.index, match[1] !== undefined), action: match[2] ?? "" });
    at = match.index + match[0].length;
    trimStart = match[3] !== undefined;
  }
  parts.push({ text: textTo(source.length, false) });
  return parts;
}

/** Reads a template: the subset of Go's syntax in this library's description. Throws `TemplateError`. */
export function parseTemplate(source: string): TemplateNode[] {
  const root: TemplateNode[] = [];
  const open: OpenIf[] = [];
  const here = (): TemplateNode[] => open.at(-1)?.node.branches.at(-1)?.nodes ?? root;
  for (const { text, action } of split(source)) {
    if (text.includes("{{")) throw new TemplateError("an action is not closed");
    if (text !== "") here().push({ kind: "text", text });
    if (action === undefined) continue;
    const trimmed = action.trim();
    if (trimmed.startsWith("/*") && trimmed.endsWith("*/")) continue;
    const [, word = "", rest = ""] = /^(\w+)?\s*([\s\S]*)$/.exec(trimmed) ?? [];
    if (word === "if") {
      const node = { kind: "if" as const, branches: [{ when: parseExpression(rest), nodes: [] }] };
      here().push(node);
      open.push({ node, hasElse: false });
      if (open.length > DEEPEST) throw new TemplateError("the template is nested too deeply");
    } else if (word === "else") otherwise(open.at(-1), rest);
    else if (word === "end") {
      if (!open.pop()) throw new TemplateError('"end" without "if"');
    } else if (word === "template") here().push({ kind: "include", name: includeName(rest) });
    else here().push({ kind: "value", value: parseExpression(trimmed) });
  }
  if (open.length > 0) throw new TemplateError('"if" without "end"');
  return root;
}

function otherwise(last: OpenIf | undefined, rest: string): void {
  if (!last || last.hasElse) throw new TemplateError('"else" without "if"');
  const when = rest.startsWith("if") ? parseExpression(rest.slice(2)) : undefined;
  if (!when && rest !== "") throw new TemplateError(`"else ${rest}" is not allowed in a template`);
  last.hasElse = when === undefined;
  last.node.branches.push({ when, nodes: [] });
}

function includeName(rest: string): string {
  const match = /^"([^"]+)"(?:\s+\.)?$/.exec(rest);
  if (!match) throw new TemplateError(`"template ${rest}" is not allowed in a template`);
  return match[1] as string;
}
