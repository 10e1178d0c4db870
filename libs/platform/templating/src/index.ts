/** Fills a template in Go's syntax: text or HTML, with Sprig's hermetic functions, without pipelines and `print`. */
export { renderTemplate, type RenderOptions, type TemplateValues } from "./render-template.js";
/** Reads a template without filling it: what a saved template is checked with. */
export { type ParsedTemplate, parseTemplate, type TemplateProfile } from "./parse-template.js";
/** A text as a query value: a space is `+`. */
export { queryEscape } from "./functions/go-functions.js";
/** Reads an ICU message, as translations are. */
export { parseMessageFormat } from "./parse-message-format.js";
/** A text for element content or a quoted attribute. */
export { escapeHtml } from "./html-context.js";
/** A template that cannot be read or filled. */
export { TemplateError } from "./template-error.js";
