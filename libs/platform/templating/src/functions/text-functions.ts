import { createHash } from "node:crypto";
import { RE2JS } from "re2js";
import { TemplateError } from "../template-error.js";
import { bounded, isList, listOf, LONGEST_TEXT, numberOf, SafeMarkup, type TemplateFunction, type TemplateValue, textOf } from "./values.js";

const words = (text: string): string[] => text.split(/[\s_-]+|(?<=[a-z0-9])(?=[A-Z])/).filter((word) => word !== "");
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** Words begin after a space, and after every ASCII character that is neither letter, digit nor underscore (Go, package strings, Title). */
const title = (text: string): string => text.replace(/(^|[\s!-/:-@[-^`{-~])(\p{L})/gu, (_, before: string, first: string) => before + first.toUpperCase());
const cut = (text: string, characters: string, where: "both" | "start" | "end"): string => {
  const set = new Set(characters);
  const points = [...text];
  let [from, to] = [0, points.length];
  while (where !== "end" && from < to && set.has(points[from] as string)) from += 1;
  while (where !== "start" && to > from && set.has(points[to - 1] as string)) to -= 1;
  return points.slice(from, to).join("");
};

function repeated(count: number, text: string): string {
  if (count > 0 && count * text.length > LONGEST_TEXT) throw new TemplateError("a text is too long");
  return text.repeat(Math.max(0, count));
}

function wrapped(width: number, text: string, end: string): string {
  const lines: string[] = [""];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1) as string;
    if (last === "") lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join(end);
}

const indent = (spaces: number, text: string): string => {
  const pad = repeated(spaces, " ");
  return pad + text.replaceAll("\n", `\n${pad}`);
};

/** RE2 takes linear time, whatever the expression. */
function regex(expression: string): RE2JS {
  try {
    return RE2JS.compile(expression);
  } catch {
    throw new TemplateError("a regular expression cannot be read");
  }
}

function matches(expression: string, text: string, limit: number): string[] {
  const matcher = regex(expression).matcher(text);
  const found: string[] = [];
  while ((limit < 0 || found.length < limit) && matcher.find()) found.push(matcher.group() ?? "");
  bounded(found.length);
  return found;
}

function json(value: TemplateValue, space = 0): string {
  return JSON.stringify(value, (_key, one: TemplateValue) => (one instanceof SafeMarkup ? one.text : (one ?? null)), space);
}

function parsed(text: string): TemplateValue {
  try {
    return JSON.parse(text) as TemplateValue;
  } catch {
    return undefined;
  }
}

function refuseJson(text: string): undefined {
  if (text.trim() === "null") return undefined;
  throw new TemplateError("a text is not JSON");
}

const hash = (kind: string) => (value: TemplateValue) => createHash(kind).update(textOf(value)).digest("hex");
const one =
  (change: (text: string) => string): TemplateFunction =>
  (value) =>
    change(textOf(value));
const two =
  (change: (a: string, b: string) => TemplateValue): TemplateFunction =>
  (a, b) =>
    change(textOf(a), textOf(b));
const quote = (text: string): string => `"${text.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t")}"`;
const numbered = (parts: string[]): TemplateValue => Object.fromEntries(parts.map((part, index) => [`_${index}`, part]));

/** Sprig's functions of texts: their subject comes last. */
export const textFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["upper", one((text) => text.toUpperCase())],
  ["lower", one((text) => text.toLowerCase())],
  ["title", one(title)],
  ["untitle", one((text) => text.replace(/(^|\s)(\S)/g, (_, before: string, first: string) => before + first.toLowerCase()))],
  ["trim", one((text) => text.trim())],
  ["nospace", one((text) => text.replace(/\s/g, ""))],
  ["swapcase", one((text) => [...text].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join(""))],
  [
    "initials",
    one((text) =>
      text
        .split(/\s+/)
        .map((word) => word.charAt(0))
        .join(""),
    ),
  ],
  ["snakecase", one((text) => words(text).join("_").toLowerCase())],
  ["kebabcase", one((text) => words(text).join("-").toLowerCase())],
  ["camelcase", one((text) => words(text).map(capital).join(""))],
  ["toString", one((text) => text)],
  ["b64enc", one((text) => Buffer.from(text).toString("base64"))],
  ["b64dec", one((text) => Buffer.from(text, "base64").toString("utf8"))],
  ["sha1sum", hash("sha1")],
  ["sha256sum", hash("sha256")],
  ["sha512sum", hash("sha512")],
  ["regexQuoteMeta", one((text) => text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&"))],
  ["trimall", two((characters, text) => cut(text, characters, "both"))],
  ["trimAll", two((characters, text) => cut(text, characters, "both"))],
  ["trimPrefix", two((prefix, text) => (text.startsWith(prefix) ? text.slice(prefix.length) : text))],
  ["trimSuffix", two((suffix, text) => (suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text))],
  ["contains", two((part, text) => text.includes(part))],
  ["hasPrefix", two((prefix, text) => text.startsWith(prefix))],
  ["hasSuffix", two((suffix, text) => text.endsWith(suffix))],
  ["splitList", two((separator, text) => text.split(separator))],
  ["split", two((separator, text) => numbered(text.split(separator)))],
  ["regexMatch", two((expression, text) => regex(expression).matcher(text).find())],
  ["regexFind", two((expression, text) => matches(expression, text, 1)[0] ?? "")],
  ["regexFindAll", (expression, text, limit) => matches(textOf(expression), textOf(text), numberOf(limit))],
  ["regexReplaceAll", (expression, text, by) => regex(textOf(expression)).matcher(textOf(text)).replaceAll(textOf(by))],
  ["regexReplaceAllLiteral", (expression, text, by) => regex(textOf(expression)).matcher(textOf(text)).replaceAll(textOf(by).replace(/[$\\]/g, "\\$&"))],
  ["repeat", (count, text) => repeated(numberOf(count), textOf(text))],
  ["replace", (from, to, text) => textOf(text).replaceAll(textOf(from), () => textOf(to))],
  ["substr", (from, to, text) => [...textOf(text)].slice(Math.max(0, numberOf(from)), numberOf(to) < 0 ? undefined : numberOf(to)).join("")],
  ["trunc", (length, text) => (numberOf(length) < 0 ? [...textOf(text)].slice(numberOf(length)) : [...textOf(text)].slice(0, numberOf(length))).join("")],
  [
    "abbrev",
    (width, text) => ([...textOf(text)].length > numberOf(width) && numberOf(width) >= 4 ? `${[...textOf(text)].slice(0, numberOf(width) - 3).join("")}...` : textOf(text)),
  ],
  ["indent", (spaces, text) => indent(numberOf(spaces), textOf(text))],
  ["nindent", (spaces, text) => `\n${indent(numberOf(spaces), textOf(text))}`],
  ["wrap", (width, text) => wrapped(numberOf(width), textOf(text), "\n")],
  ["wrapWith", (width, end, text) => wrapped(numberOf(width), textOf(text), textOf(end))],
  ["plural", (single, many, count) => (numberOf(count) === 1 ? textOf(single) : textOf(many))],
  [
    "quote",
    (...all) =>
      all
        .filter((value) => value !== undefined)
        .map((value) => quote(textOf(value)))
        .join(" "),
  ],
  [
    "squote",
    (...all) =>
      all
        .filter((value) => value !== undefined)
        .map((value) => `'${textOf(value)}'`)
        .join(" "),
  ],
  [
    "cat",
    (...all) =>
      all
        .filter((value) => value !== undefined)
        .map(textOf)
        .join(" "),
  ],
  ["join", (separator, list) => (isList(list) ? list : [list]).map(textOf).join(textOf(separator))],
  ["toStrings", (list) => listOf(list).map(textOf)],
  ["sortAlpha", (list) => listOf(list).map(textOf).sort()],
  ["toJson", (value) => json(value)],
  ["toPrettyJson", (value) => json(value, 2)],
  ["toRawJson", (value) => json(value)],
  ["fromJson", (value) => parsed(textOf(value))],
  ["mustFromJson", (value) => parsed(textOf(value)) ?? refuseJson(textOf(value))],
]);
