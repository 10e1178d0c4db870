import { TemplateError } from "./template-error.js";

/** A part of an action: a variable, a literal, or a function of such parts. `path` are the fields that are read of it. */
export type Expression =
  | { kind: "dot"; path: readonly string[] }
  | { kind: "variable"; name: string; path: readonly string[] }
  | { kind: "literal"; value: string | number | boolean | undefined }
  | { kind: "call"; name: string; args: readonly Expression[]; path: readonly string[] }
  /** A method of a value, with arguments. */
  | { kind: "method"; of: Expression; name: string; args: readonly Expression[]; path: readonly string[] };

const TOKEN =
  /\s*(?:("(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)')|(\$\w*(?:\.[A-Za-z_]\w*)*)|((?:\.[A-Za-z_]\w*)+|\.(?![\w.]))|([()])|(-?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?))(?![\w.])|([A-Za-z_]\w*))/y;
const DEEPEST = 99;

const refused = (text: string): TemplateError => new TemplateError(`"${text.trim().slice(0, 100)}" is not allowed in a template`);

function tokens(text: string): string[] {
  const found: string[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw refused(text.slice(at));
    // Fields of a bracket stick to it; anything else needs a space before a field.
    const [whole] = match;
    found.push(whole.startsWith(".") && text[at - 1] === ")" ? `)${whole}` : whole.trim());
  }
  return found;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v", "\\": "\\", '"': '"', "'": "'" };

function unquote(token: string): string {
  if (token.startsWith("`")) return token.slice(1, -1);
  return token.slice(1, -1).replace(/\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/g, unescaped);
}

function unescaped(sequence: string): string {
  if (sequence.length === 2) return ESCAPES[sequence.charAt(1)] ?? refuse(sequence);
  const code = Number.parseInt(sequence.slice(2), 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : refuse(sequence);
}

function refuse(text: string): never {
  throw refused(text);
}

const WORDS: ReadonlyMap<string, string | number | boolean | undefined> = new Map([
  ["true", true],
  ["false", false],
  ["nil", undefined],
] as [string, boolean | undefined][]);

/** One reading of a list of tokens. `knows` tells which functions there are. */
class Reader {
  private depth = 0;

  constructor(
    private readonly queue: string[],
    private readonly knows: (name: string) => boolean,
  ) {}

  get isDone(): boolean {
    return this.queue.length === 0;
  }

  expression(): Expression {
    const [first] = this.queue;
    if (first !== undefined && this.isFunction(first)) return this.call();
    const value = this.operand();
    return this.isDone || this.atBracket() ? value : this.method(value);
  }

  /** Only what a template has made itself has methods; what it is given has none. */
  private method(value: Expression): Expression {
    if ((value.kind !== "variable" && value.kind !== "call" && value.kind !== "method") || value.path.length === 0) throw refused(this.queue.join(" "));
    const args: Expression[] = [];
    while (!this.isDone && !this.atBracket()) args.push(this.operand());
    return { kind: "method", of: { ...value, path: value.path.slice(0, -1) }, name: value.path.at(-1) as string, args, path: [] };
  }

  private call(): Expression {
    const name = this.queue.shift() as string;
    const args: Expression[] = [];
    while (!this.isDone && !this.atBracket()) args.push(this.operand());
    return { kind: "call", name, args, path: [] };
  }

  private operand(): Expression {
    const token = this.queue.shift();
    if (token === undefined || token.startsWith(")")) throw new TemplateError("an expression ends too early");
    if (token === "(") return this.bracket();
    if (token.startsWith(".")) return { kind: "dot", path: token === "." ? [] : token.slice(1).split(".") };
    if (token.startsWith("$")) {
      const [name = "$", ...path] = token.split(".");
      return { kind: "variable", name, path };
    }
    if (/^["`]/.test(token)) return { kind: "literal", value: unquote(token) };
    if (token.startsWith("'")) return { kind: "literal", value: unquote(token).codePointAt(0) ?? 0 };
    if (/^-?\d/.test(token)) return { kind: "literal", value: Number(token.replace(/^-0x/i, "-")) };
    if (WORDS.has(token)) return { kind: "literal", value: WORDS.get(token) };
    if (this.isFunction(token)) return { kind: "call", name: token, args: [], path: [] };
    throw refused(token);
  }

  private bracket(): Expression {
    this.depth += 1;
    if (this.depth > DEEPEST) throw new TemplateError("the template is nested too deeply");
    const inner = this.expression();
    const closing = this.queue.shift();
    if (closing !== ")") throw new TemplateError("a bracket is not closed");
    this.depth -= 1;
    const fields = this.queue[0];
    if (!fields?.startsWith(").")) return inner;
    this.queue.shift();
    if (inner.kind === "literal") throw refused(fields);
    return { ...inner, path: [...inner.path, ...fields.slice(2).split(".")] };
  }

  private atBracket(): boolean {
    return this.queue[0]?.startsWith(")") ?? false;
  }

  private isFunction(token: string): boolean {
    return /^[A-Za-z_]/.test(token) && !WORDS.has(token) && this.knows(token);
  }
}

/** Reads one command: a value, or a function of values. Pipelines are no expressions. Throws `TemplateError`. */
export function parseExpression(text: string, knows: (name: string) => boolean): Expression {
  const reader = new Reader(tokens(text), knows);
  const parsed = reader.expression();
  if (!reader.isDone) throw refused(text);
  return parsed;
}
