import type { Expression } from "./expression.js";
import { functionOf } from "./functions/known-functions.js";
import { called, fieldOf, isDict, isList, isTruthy, numberOf, SafeMarkup, type TemplateValue, textOf } from "./functions/values.js";
import { HtmlContext } from "./html-context.js";
import { type ParsedTemplate, parseTemplate, type TemplateNode, type TemplateProfile } from "./parse-template.js";
import { TemplateError } from "./template-error.js";

/** Values a template may use. */
export type TemplateValues = Readonly<Record<string, TemplateValue>>;

/** How a template is filled. */
export interface RenderOptions {
  values: TemplateValues;
  /** `html` escapes every value by its place; `text` leaves values as they are. */
  as: "text" | "html";
  /** The template behind `{{ template "<name>" }}`: its text, or itself. */
  include?(name: string): string | ParsedTemplate | undefined;
  /** What it may do; `message` by default. */
  profile?: TemplateProfile;
}

const LONGEST_OUTPUT = 1_048_576;
const DEEPEST = 99;
const MOST_STEPS = 100_000;
const MOST_ROUNDS: Readonly<Record<TemplateProfile, number>> = { message: 10_000, snippet: 100 };

/** Fills a template; safe with templates of customers: it runs no code, and time and output are bounded. Throws `TemplateError`. */
export function renderTemplate(source: string | ParsedTemplate, options: RenderOptions): string {
  return new Rendering(options).run(typeof source === "string" ? parseTemplate(source, options.profile) : source);
}

/** Variables of one block, and those around it. */
class Scope {
  private readonly variables = new Map<string, TemplateValue>();

  constructor(
    readonly dot: TemplateValue,
    private readonly outer?: Scope,
  ) {}

  declare(name: string, value: TemplateValue): void {
    this.variables.set(name, value);
  }

  assign(name: string, value: TemplateValue): void {
    if (this.variables.has(name)) this.variables.set(name, value);
    else if (this.outer) this.outer.assign(name, value);
    else throw new TemplateError(`there is no variable "${name}"`);
  }

  get(name: string): TemplateValue {
    if (this.variables.has(name)) return this.variables.get(name);
    if (!this.outer) throw new TemplateError(`there is no variable "${name}"`);
    return this.outer.get(name);
  }
}

class Rendering {
  private readonly html: HtmlContext | undefined;
  private readonly defined = new Map<string, readonly TemplateNode[]>();
  private readonly profile: TemplateProfile;
  private steps = 0;
  private rounds = 0;
  private written = 0;
  private depth = 0;

  constructor(private readonly options: RenderOptions) {
    this.html = options.as === "html" ? new HtmlContext() : undefined;
    this.profile = options.profile ?? "message";
  }

  run(template: ParsedTemplate): string {
    return this.filled(template, this.options.values);
  }

  private filled({ nodes, defined }: ParsedTemplate, dot: TemplateValue): string {
    for (const [name, own] of defined) this.defined.set(name, own);
    const scope = new Scope(dot);
    scope.declare("$", dot);
    return this.nodes(nodes, scope);
  }

  private nodes(nodes: readonly TemplateNode[], scope: Scope): string {
    let out = "";
    for (const node of nodes) {
      this.steps += 1;
      if (this.steps > MOST_STEPS) throw new TemplateError("the template does too much");
      out += this.node(node, scope);
    }
    return out;
  }

  private node(node: TemplateNode, scope: Scope): string {
    switch (node.kind) {
      case "text":
        return this.counted(this.html ? this.html.text(node.text) : node.text);
      case "value":
        return this.write(this.evaluate(node.value, scope));
      case "assign":
        if (node.declares) scope.declare(node.name, this.evaluate(node.value, scope));
        else scope.assign(node.name, this.evaluate(node.value, scope));
        return "";
      case "include":
        return this.include(node.name, node.data ? this.evaluate(node.data, scope) : scope.dot);
      case "if": {
        const branch = node.branches.find(({ when }) => when === undefined || isTruthy(this.evaluate(when, scope)));
        return branch ? this.nodes(branch.nodes, new Scope(scope.dot, scope)) : "";
      }
      case "range":
        return this.range(node, scope);
      case "count":
        return this.write(new Intl.NumberFormat(node.language).format(numberOf(this.evaluate(node.value, scope)) - node.offset));
      default:
        return this.choice(node, scope);
    }
  }

  private write(value: TemplateValue): string {
    return this.counted(this.html ? this.html.write(value) : textOf(value));
  }

  private counted(text: string): string {
    this.written += text.length;
    if (this.written > LONGEST_OUTPUT) throw new TemplateError("the output is too long");
    return text;
  }

  private range(node: Extract<TemplateNode, { kind: "range" }>, scope: Scope): string {
    const entries = entriesOf(this.evaluate(node.over, scope));
    if (entries.length === 0) return this.nodes(node.otherwise, new Scope(scope.dot, scope));
    let out = "";
    for (const [key, item] of entries) {
      this.rounds += 1;
      if (this.rounds > MOST_ROUNDS[this.profile]) throw new TemplateError("the template has too many rounds");
      const inner = new Scope(item, scope);
      if (node.key) inner.declare(node.key, key);
      if (node.item) inner.declare(node.item, item);
      out += this.nodes(node.nodes, inner);
    }
    return out;
  }

  private choice({ value, offset, plural, cases }: Extract<TemplateNode, { kind: "choice" }>, scope: Scope): string {
    const found = this.evaluate(value, scope);
    const number = numberOf(found);
    const exact = plural ? cases.get(`=${number}`) : cases.get(textOf(found));
    const chosen = exact ?? (plural && cases.get(plural.select(number - offset))) ?? cases.get("other") ?? [];
    return this.nodes(chosen, scope);
  }

  private include(name: string, data: TemplateValue): string {
    this.depth += 1;
    if (this.depth > DEEPEST) throw new TemplateError("templates include each other too deeply");
    const own = this.defined.get(name);
    const source = own ? { nodes: own, defined: new Map() } : this.options.include?.(name);
    if (source === undefined) throw new TemplateError(`there is no template "${name}"`);
    const out = this.filled(typeof source === "string" ? parseTemplate(source) : source, data);
    this.depth -= 1;
    return out;
  }

  private evaluate(part: Expression, scope: Scope): TemplateValue {
    if (part.kind === "literal") return part.value;
    if (part.kind === "variable") return this.field(scope.get(part.name), part.path);
    if (part.kind === "dot") return this.field(scope.dot, part.path);
    if (part.kind === "method") return fieldOf(this.method(part, scope), part.path);
    return fieldOf(this.call(part, scope), part.path);
  }

  /** What a template is given is known: another name is a mistake. Of what it makes itself, a missing member is nil. */
  private field(value: TemplateValue, path: readonly string[]): TemplateValue {
    const [first] = path;
    if (first !== undefined && value === this.options.values && !Object.hasOwn(this.options.values, first)) {
      if (this.profile === "snippet") return undefined;
      throw new TemplateError(`there is no variable ".${first}"`);
    }
    return fieldOf(value, path);
  }

  private method({ of, name, args }: Extract<Expression, { kind: "method" }>, scope: Scope): TemplateValue {
    const value = this.evaluate(of, scope);
    return called(
      value,
      name,
      args.map((arg) => this.evaluate(arg, scope)),
    );
  }

  private call({ name, args }: Extract<Expression, { kind: "call" }>, scope: Scope): TemplateValue {
    if (name === "and" || name === "or") return this.shortened(name, args, scope);
    const values = args.map((arg) => this.evaluate(arg, scope));
    if (name === "include" || name === "translate") return this.included(textOf(values[0]), values[1]);
    if (name === "call") {
      const [called, text] = values;
      if (typeof called !== "function") throw new TemplateError("only functions can be called");
      return called(textOf(text));
    }
    return functionOf(name)?.(...values);
  }

  private shortened(name: "and" | "or", args: readonly Expression[], scope: Scope): TemplateValue {
    if (args.length === 0) throw new TemplateError(`"${name}" has the wrong number of operands`);
    let value: TemplateValue;
    for (const arg of args) {
      value = this.evaluate(arg, scope);
      if (isTruthy(value) === (name === "or")) break;
    }
    return value;
  }

  /** A template's output as a value: in HTML it is markup. */
  private included(name: string, data: TemplateValue): TemplateValue {
    if (!this.html) return this.include(name, data);
    const inner = new Rendering({ ...this.options, values: this.options.values });
    for (const [own, nodes] of this.defined) inner.defined.set(own, nodes);
    inner.depth = this.depth;
    return new SafeMarkup(inner.include(name, data));
  }
}

function entriesOf(value: TemplateValue): [TemplateValue, TemplateValue][] {
  if (isList(value)) return value.map((item, index) => [index, item]);
  if (typeof value === "number") return Array.from({ length: Math.min(Math.max(0, Math.floor(value)), MOST_STEPS) }, (_, index) => [index, index]);
  if (value === undefined) return [];
  if (!isDict(value)) throw new TemplateError('"range" needs a list, a dictionary or a number');
  return Object.keys(value)
    .sort()
    .map((key) => [key, value[key]]);
}
