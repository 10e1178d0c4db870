import { type Expression, parseExpression } from "./expression.js";
import { isKnownFunction } from "./functions/known-functions.js";
import { splitActions } from "./split-actions.js";
import { TemplateError } from "./template-error.js";

/** A part of a template. */
export type TemplateNode =
  | { kind: "text"; text: string }
  | { kind: "value"; value: Expression }
  /** `$name := value`, or with `=` a new value of a variable that is there. */
  | { kind: "assign"; name: string; value: Expression; declares: boolean }
  | { kind: "include"; name: string; data?: Expression }
  | { kind: "if"; branches: { when?: Expression; nodes: TemplateNode[] }[] }
  | { kind: "range"; over: Expression; key?: string; item?: string; nodes: TemplateNode[]; otherwise: TemplateNode[] }
  /** One of several texts, by a value: of an ICU message. */
  | { kind: "choice"; value: Expression; offset: number; plural?: Intl.PluralRules; cases: ReadonlyMap<string, readonly TemplateNode[]> }
  /** `#` of an ICU plural. */
  | { kind: "count"; value: Expression; offset: number; language: string };

/** A template that was read: its nodes, and the named ones it defines. */
export interface ParsedTemplate {
  nodes: readonly TemplateNode[];
  defined: ReadonlyMap<string, readonly TemplateNode[]>;
}

/** How much a template may do: `message` for files of a project; `snippet` for texts within authgear.yaml (spec: messaging §8.3). */
export type TemplateProfile = "message" | "snippet";

interface Block {
  word: "if" | "range" | "define" | "block";
  hasElse: boolean;
  /** Where nodes go now. */
  nodes: TemplateNode[];
  close?: () => void;
  branch?: (when: Expression | undefined) => TemplateNode[];
}

const DEEPEST: Readonly<Record<TemplateProfile, number>> = { message: 99, snippet: 10 };
const NO_SNIPPET: ReadonlySet<string> = new Set(["call", "html", "js", "urlquery", "include", "translate"]);

class Parser {
  private readonly root: TemplateNode[] = [];
  private readonly open: Block[] = [];
  private readonly defined = new Map<string, TemplateNode[]>();

  constructor(private readonly profile: TemplateProfile) {}

  run(source: string): ParsedTemplate {
    for (const { text, action } of splitActions(source)) {
      if (text !== "") this.here.push({ kind: "text", text });
      if (action !== undefined) this.action(action.trim());
    }
    if (this.open.length > 0) throw new TemplateError(`"${this.open.at(-1)?.word}" without "end"`);
    return { nodes: this.root, defined: this.defined };
  }

  private get here(): TemplateNode[] {
    return this.open.at(-1)?.nodes ?? this.root;
  }

  private action(action: string): void {
    if (action.startsWith("/*") && action.endsWith("*/")) return;
    const [, word = "", rest = ""] = /^([A-Za-z_]\w*)?\s*([\s\S]*)$/.exec(action) ?? [];
    const keywords: Readonly<Record<string, (rest: string) => void>> = {
      if: (text) => this.if(text),
      range: (text) => this.range(text),
      else: (text) => this.else(text),
      end: (text) => this.end(text),
      define: (text) => this.define("define", text),
      block: (text) => this.define("block", text),
      template: (text) => this.here.push(this.include(text)),
    };
    const keyword = Object.hasOwn(keywords, word) ? keywords[word] : undefined;
    if (keyword) keyword(rest);
    else this.command(action);
  }

  private command(action: string): void {
    const [, name, operator, value] = /^(\$\w+)\s*(:?=)(?!=)\s*([\s\S]*)$/.exec(action) ?? [];
    if (name && value !== undefined) this.here.push({ kind: "assign", name, value: this.expression(value), declares: operator === ":=" });
    else this.here.push({ kind: "value", value: this.expression(action) });
  }

  private expression(text: string): Expression {
    const isSnippet = this.profile === "snippet";
    return parseExpression(text, (name) => isKnownFunction(name) && !(isSnippet && NO_SNIPPET.has(name)));
  }

  private enter(block: Block): void {
    this.open.push(block);
    if (this.open.length > DEEPEST[this.profile]) throw new TemplateError("the template is nested too deeply");
  }

  private if(rest: string): void {
    const node: Extract<TemplateNode, { kind: "if" }> = { kind: "if", branches: [] };
    const branch = (when: Expression | undefined): TemplateNode[] => {
      const nodes: TemplateNode[] = [];
      node.branches.push({ ...(when ? { when } : {}), nodes });
      return nodes;
    };
    this.here.push(node);
    this.enter({ word: "if", hasElse: false, nodes: branch(this.expression(rest)), branch });
  }

  private range(rest: string): void {
    const [, first, second, over = rest] = /^(\$\w*)\s*(?:,\s*(\$\w*))?\s*:=\s*([\s\S]*)$/.exec(rest) ?? [];
    const [key, item] = second === undefined ? [undefined, first] : [first, second];
    const node: Extract<TemplateNode, { kind: "range" }> = {
      kind: "range",
      over: this.expression(over),
      nodes: [],
      otherwise: [],
      ...(key ? { key } : {}),
      ...(item ? { item } : {}),
    };
    this.here.push(node);
    this.enter({ word: "range", hasElse: false, nodes: node.nodes, branch: (when) => (when ? undefined : node.otherwise) as TemplateNode[] });
  }

  private else(rest: string): void {
    const last = this.open.at(-1);
    if (!last?.branch || last.hasElse) throw new TemplateError('"else" without "if"');
    const isElseIf = /^if\b/.test(rest);
    if ((!isElseIf && rest !== "") || (isElseIf && last.word !== "if")) throw new TemplateError(`"else ${rest.slice(0, 100)}" is not allowed in a template`);
    last.hasElse = !isElseIf;
    last.nodes = last.branch(isElseIf ? this.expression(rest.slice(2)) : undefined);
  }

  private end(rest: string): void {
    const last = rest === "" ? this.open.pop() : undefined;
    if (!last) throw new TemplateError('"end" without a beginning');
    last.close?.();
  }

  private define(word: "define" | "block", rest: string): void {
    const [, name, data = ""] = /^"([^"]+)"\s*([\s\S]*)$/.exec(rest) ?? [];
    const isWrong = name === undefined || (word === "define" && (data !== "" || this.open.length > 0));
    if (isWrong || this.profile === "snippet") throw new TemplateError(`"${word} ${rest.slice(0, 100)}" is not allowed in a template`);
    const nodes: TemplateNode[] = [];
    if (word === "block") this.here.push({ kind: "include", name, data: this.expression(data) });
    this.enter({ word, hasElse: false, nodes, close: () => void this.defined.set(name, nodes) });
  }

  private include(rest: string): TemplateNode {
    const [, name, data = ""] = /^"([^"]+)"\s*([\s\S]*)$/.exec(rest) ?? [];
    if (name === undefined || this.profile === "snippet") throw new TemplateError(`"template ${rest.slice(0, 100)}" is not allowed in a template`);
    return { kind: "include", name, ...(data === "" ? {} : { data: this.expression(data) }) };
  }
}

/** Reads a template in Go's syntax, without pipelines, `with`, `break`, `continue` and `print`. Throws `TemplateError`. */
export function parseTemplate(source: string, profile: TemplateProfile = "message"): ParsedTemplate {
  return new Parser(profile).run(source);
}
