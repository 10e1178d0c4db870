import { TemplateError } from "../template-error.js";
import { fieldOf, isDict, isList, isSame, isTruthy, numberOf, SafeMarkup, type TemplateFunction, type TemplateValue, textOf } from "./values.js";

function order(a: TemplateValue, b: TemplateValue): number {
  const [left, right] = [a, b].map((value) => (value instanceof SafeMarkup ? value.text : value));
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  throw new TemplateError("values of these types cannot be compared");
}

function at(value: TemplateValue, key: TemplateValue): TemplateValue {
  if (isList(value)) {
    const place = numberOf(key);
    if (!Number.isInteger(place) || place < 0 || place >= value.length) throw new TemplateError("an index is out of range");
    return value[place];
  }
  if (value === undefined || isDict(value)) return fieldOf(value, [textOf(key)]);
  throw new TemplateError("only lists and dictionaries have an index");
}

function lengthOf(value: TemplateValue): number {
  if (isList(value)) return value.length;
  if (isDict(value)) return Object.keys(value).length;
  if (typeof value === "string" || value instanceof SafeMarkup) return Buffer.byteLength(textOf(value));
  throw new TemplateError('"len" needs a text, a list or a dictionary');
}

const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "\0": "\uFFFD" };
const JS: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D" };
const asCode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

/** A text as a query value: a space is `+`. */
export const queryEscape = (text: string): string =>
  encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
/** A text within quotes of a script. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
export const scriptEscape = (text: string): string => text.replace(/[\\'"<>&=\u0000-\u001f\u2028\u2029]/g, (character) => JS[character] ?? asCode(character));

const joined = (args: readonly TemplateValue[]): string => args.map(textOf).join(args.length > 1 ? " " : "");

/** Go's own functions, without those that print; `and`, `or` and `call` are the renderer's. */
export const goFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["not", (value) => !isTruthy(value)],
  ["eq", (first, ...others) => others.some((other) => isSame(first, other))],
  ["ne", (a, b) => !isSame(a, b)],
  ["lt", (a, b) => order(a, b) < 0],
  ["le", (a, b) => order(a, b) <= 0],
  ["gt", (a, b) => order(a, b) > 0],
  ["ge", (a, b) => order(a, b) >= 0],
  ["len", lengthOf],
  ["index", (value, ...keys) => keys.reduce<TemplateValue>(at, value)],
  ["slice", (value, from = 0, to) => (isList(value) ? value : textOf(value)).slice(numberOf(from), to === undefined ? undefined : numberOf(to))],
  ["html", (...args) => joined(args).replace(/[&<>"'\0]/g, (character) => HTML[character] as string)],
  ["js", (...args) => scriptEscape(joined(args))],
  ["urlquery", (...args) => queryEscape(joined(args))],
  ["isNil", (value) => value === undefined],
  ["htmlattr", (value) => new SafeMarkup(textOf(value), "attribute")],
  ["trimHTML", (value) => (value instanceof SafeMarkup ? new SafeMarkup(value.text.trim()) : textOf(value).trim())],
  ["showAttributeValue", (value) => textOf(value)],
]);
