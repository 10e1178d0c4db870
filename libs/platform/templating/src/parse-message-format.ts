import type { Expression } from "./expression.js";
import { type ParsedTemplate, parseTemplate, type TemplateNode } from "./parse-template.js";
import { TemplateError } from "./template-error.js";

const DEEPEST = 20;
const SKELETON = /^(?:number|date|time|datetime)$/;

interface Plural {
  value: Expression;
  offset: number;
}

/** Name of the place of an argument, in the source of the template around it. */
const MARK = "\u0001";

/** The template with the arguments at their places. */
const put = (found: readonly TemplateNode[], nodes: readonly TemplateNode[]): TemplateNode[] => nodes.map((node) => placed(found, node));

function placed(found: readonly TemplateNode[], node: TemplateNode): TemplateNode {
  if (node.kind === "include" && node.name.startsWith(MARK)) return found[Number(node.name.slice(MARK.length))] as TemplateNode;
  if (node.kind === "range") return { ...node, nodes: put(found, node.nodes), otherwise: put(found, node.otherwise) };
  return node.kind === "if" ? { ...node, branches: node.branches.map((branch) => ({ ...branch, nodes: put(found, branch.nodes) })) } : node;
}

/** Reads one message. Actions of Go templates (`{{ }}`) may stand in it. */
class Parser {
  private at = 0;

  private readonly text: string;

  constructor(
    text: string,
    private readonly language: string,
  ) {
    this.text = text.replaceAll(MARK, "");
  }

  run(): ParsedTemplate {
    const nodes = this.message(0, undefined);
    if (this.at < this.text.length) throw new TemplateError("a bracket is closed that is not open");
    return { nodes, defined: new Map() };
  }

  /** Arguments are read here, everything else as one template, so that its blocks may embrace arguments. */
  private message(depth: number, plural: Plural | undefined): TemplateNode[] {
    if (depth > DEEPEST) throw new TemplateError("the message is nested too deeply");
    const found: TemplateNode[] = [];
    let source = "";
    const keep = (node: TemplateNode): string => `{{ template "${MARK}${found.push(node) - 1}" }}`;
    while (this.at < this.text.length) {
      const character = this.text.charAt(this.at);
      if (this.text.startsWith("{{", this.at)) source += this.action();
      else if (character === "'") source += this.quoted(plural !== undefined);
      else if (character === "}") break;
      else if (character === "{") source += keep(this.argument(depth));
      else {
        source += character === "#" && plural ? keep({ kind: "count", ...plural, language: this.language }) : character;
        this.at += 1;
      }
    }
    return put(found, parseTemplate(source).nodes);
  }

  private action(): string {
    const end = this.text.indexOf("}}", this.at);
    if (end < 0) throw new TemplateError("an action is not closed");
    const action = this.text.slice(this.at, end + 2);
    this.at = end + 2;
    return action;
  }

  /** `''` is an apostrophe; one before a bracket quotes up to the next one. Any other stands for itself. */
  private quoted(inPlural: boolean): string {
    const next = this.text.charAt(this.at + 1);
    if (next === "'") {
      this.at += 2;
      return "'";
    }
    if (next !== "{" && next !== "}" && !(inPlural && next === "#")) {
      this.at += 1;
      return "'";
    }
    const rest = this.text.slice(this.at + 1);
    const [whole, inner = ""] = /^((?:[^']|'')*)(?:'|$)/.exec(rest) ?? [""];
    this.at += 1 + whole.length;
    // A bracket that stands for itself must not open an action.
    return inner.replaceAll("''", "'").replace(/\{\{/g, '{{ "{{" }}');
  }

  private argument(depth: number): TemplateNode {
    this.at += 1;
    const name = this.word();
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new TemplateError(`"${name.slice(0, 100)}" is no argument of a message`);
    const value: Expression = { kind: "variable", name: "$", path: [name] };
    if (this.take("}")) return { kind: "value", value };
    this.need(",");
    const kind = this.word();
    if (SKELETON.test(kind)) {
      const end = this.text.indexOf("}", this.at);
      if (end < 0) throw new TemplateError("an argument is not closed");
      this.at = end + 1;
      return kind === "number" ? { kind: "count", value, offset: 0, language: this.language } : { kind: "value", value };
    }
    if (kind !== "select" && kind !== "plural" && kind !== "selectordinal") throw new TemplateError(`"${kind.slice(0, 100)}" is no kind of argument`);
    this.need(",");
    return this.choice(value, kind, depth);
  }

  private choice(value: Expression, kind: "select" | "plural" | "selectordinal", depth: number): TemplateNode {
    const isPlural = kind !== "select";
    const offset = isPlural ? this.offset() : 0;
    const cases = new Map<string, TemplateNode[]>();
    while (!this.take("}")) {
      const name = this.word();
      if (name === "") throw new TemplateError("an argument is not closed");
      this.need("{");
      cases.set(name, this.message(depth + 1, isPlural ? { value, offset } : undefined));
      this.need("}");
    }
    if (!cases.has("other")) throw new TemplateError('a choice needs the case "other"');
    const plural = isPlural ? new Intl.PluralRules(this.language, { type: kind === "plural" ? "cardinal" : "ordinal" }) : undefined;
    return { kind: "choice", value, offset, cases, ...(plural ? { plural } : {}) };
  }

  private offset(): number {
    this.skip();
    const [whole, digits] = /^offset:\s*(\d{1,6})/.exec(this.text.slice(this.at)) ?? [];
    this.at += whole?.length ?? 0;
    return Number(digits ?? 0);
  }

  private word(): string {
    this.skip();
    const [word = ""] = /^[^\s{},]*/.exec(this.text.slice(this.at)) ?? [];
    this.at += word.length;
    this.skip();
    return word;
  }

  private skip(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at += 1;
  }

  private take(character: string): boolean {
    this.skip();
    if (this.text.charAt(this.at) !== character) return false;
    this.at += 1;
    return true;
  }

  private need(character: string): void {
    if (!this.take(character)) throw new TemplateError(`"${character}" is missing`);
  }
}

/** Reads an ICU message: arguments, `select`, `plural`, `selectordinal`; Go actions that print stand for themselves (spec: messaging §8.6). Throws `TemplateError`. */
export function parseMessageFormat(text: string, language: string): ParsedTemplate {
  return new Parser(text, isLanguage(language) ? language : "en").run();
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
