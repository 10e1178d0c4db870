/** Fills a template of the safe subset of Go's syntax: `.Name`, literals, `if/else if/else/end`, comparisons, `template "name"`, comments, trim markers. */
export { escapeHtml, renderTemplate, type RenderOptions } from "./render-template.js";
/** Reads a template without filling it: what a saved template is checked with. */
export { parseTemplate, type TemplateNode } from "./parse-template.js";
/** Values a template may use. */
export type { TemplateValues } from "./expression.js";
/** A template that cannot be read or filled. */
export { TemplateError } from "./template-error.js";
