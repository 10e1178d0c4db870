import { evaluate, isTrue, type TemplateValues } from "./expression.js";
import { parseTemplate, type TemplateNode } from "./parse-template.js";
import { TemplateError } from "./template-error.js";

/** How a template is filled. */
export interface RenderOptions {
  values: TemplateValues;
  /** `html` escapes every value; `text` leaves values as they are. */
  as: "text" | "html";
  /** The text behind `{{ template "<name>" }}`; itself a template. */
  include?(name: string): string | undefined;
}

const LONGEST_OUTPUT = 1_048_576;
const DEEPEST = 99;
const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "+": "&#43;" };

/** A text for element content or a quoted attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"'+]/g, (character) => ENTITIES[character] as string);

/** Fills a template; safe with templates of customers: it runs no code, and time and output are bounded. Throws `TemplateError`. */
export function renderTemplate(source: string, options: RenderOptions): string {
  return renderNodes(parseTemplate(source), options, 0);
}

function renderNodes(nodes: readonly TemplateNode[], options: RenderOptions, depth: number): string {
  if (depth > DEEPEST) throw new TemplateError("templates include each other too deeply");
  let out = "";
  for (const node of nodes) {
    out += renderNode(node, options, depth);
    if (out.length > LONGEST_OUTPUT) throw new TemplateError("the output is too long");
  }
  return out;
}

function renderNode(node: TemplateNode, options: RenderOptions, depth: number): string {
  if (node.kind === "text") return node.text;
  if (node.kind === "value") {
    const text = String(evaluate(node.value, options.values));
    return options.as === "html" ? escapeHtml(text) : text;
  }
  if (node.kind === "include") {
    const source = options.include?.(node.name);
    if (source === undefined) throw new TemplateError(`there is no template "${node.name}"`);
    return renderNodes(parseTemplate(source), options, depth + 1);
  }
  const branch = node.branches.find(({ when }) => when === undefined || isTrue(when, options.values));
  return branch ? renderNodes(branch.nodes, options, depth + 1) : "";
}
