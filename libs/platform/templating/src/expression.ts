import { TemplateError } from "./template-error.js";

/** Values a template may use. */
export type TemplateValues = Readonly<Record<string, string | number | boolean>>;

/** A part of an action: a variable, a literal, or a function of such parts. */
export type Expression = { kind: "field"; name: string } | { kind: "literal"; value: string | number | boolean } | { kind: "call"; name: string; args: Expression[] };

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*"|`[^`]*`)|(\.[A-Za-z_]\w*)|(\(|\))|(-?\d+(?:\.\d+)?)|([A-Za-z_]\w*))/y;
const FUNCTIONS: ReadonlySet<string> = new Set(["not", "and", "or", "eq", "ne", "lt", "le", "gt", "ge"]);

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new TemplateError(`"${text.slice(at).trim()}" is not allowed in a template`);
    found.push(match[0].trim());
  }
  return found;
}

function literal(token: string): Expression {
  if (token.startsWith('"')) return { kind: "literal", value: JSON.parse(token) as string };
  if (token.startsWith("`")) return { kind: "literal", value: token.slice(1, -1) };
  if (token === "true" || token === "false") return { kind: "literal", value: token === "true" };
  if (/^-?\d/.test(token)) return { kind: "literal", value: Number(token) };
  throw new TemplateError(`"${token}" is not allowed in a template`);
}

function operand(queue: string[]): Expression {
  const token = queue.shift();
  if (token === undefined || token === ")") throw new TemplateError("an expression ends too early");
  if (token === "(") {
    const inner = expression(queue);
    if (queue.shift() !== ")") throw new TemplateError("a bracket is not closed");
    return inner;
  }
  return token.startsWith(".") ? { kind: "field", name: token.slice(1) } : literal(token);
}

function expression(queue: string[]): Expression {
  const name = queue[0];
  if (name === undefined || !FUNCTIONS.has(name)) return operand(queue);
  queue.shift();
  const args: Expression[] = [];
  while (queue.length > 0 && queue[0] !== ")") args.push(operand(queue));
  if (args.length === 0 || (name === "not" && args.length !== 1)) throw new TemplateError(`"${name}" has the wrong number of operands`);
  return { kind: "call", name, args };
}

/** Reads `.Name`, a literal, or `not|and|or|eq|ne|lt|le|gt|ge` over such. Throws `TemplateError` for anything else. */
export function parseExpression(text: string): Expression {
  const queue = tokens(text);
  const parsed = expression(queue);
  if (queue.length > 0) throw new TemplateError(`"${text.trim()}" is not allowed in a template`);
  return parsed;
}

const truthy = (value: string | number | boolean): boolean => value !== "" && value !== 0 && value !== false;

function compare(name: string, args: (string | number | boolean)[]): boolean {
  const [first, second] = args as [string | number | boolean, string | number | boolean];
  switch (name) {
    case "eq":
      return args.slice(1).includes(first);
    case "ne":
      return first !== second;
    case "lt":
      return first < second;
    case "le":
      return first <= second;
    case "gt":
      return first > second;
    default:
      return first >= second;
  }
}

/** The value of an expression. Throws `TemplateError` for a variable that does not exist. */
export function evaluate(part: Expression, values: TemplateValues): string | number | boolean {
  if (part.kind === "literal") return part.value;
  if (part.kind === "field") {
    const value = Object.hasOwn(values, part.name) ? values[part.name] : undefined;
    if (value === undefined) throw new TemplateError(`there is no variable ".${part.name}"`);
    return value;
  }
  const args = part.args.map((arg) => evaluate(arg, values));
  if (part.name === "not") return !truthy(args[0] as string);
  if (part.name === "and") return args.find((value) => !truthy(value)) ?? (args.at(-1) as string);
  if (part.name === "or") return args.find(truthy) ?? (args.at(-1) as string);
  return compare(part.name, args);
}

/** Whether a value counts as true in `if`: not empty, zero or false. */
export const isTrue = (part: Expression, values: TemplateValues): boolean => truthy(evaluate(part, values));
