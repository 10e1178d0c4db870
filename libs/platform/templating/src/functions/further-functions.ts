import { randomInt } from "node:crypto";
import path from "node:path/posix";
import { RE2JS } from "re2js";
import { TemplateError } from "../template-error.js";
import { bounded, numberOf, type TemplateFunction, type TemplateValue, textOf } from "./values.js";

/** Characters that a function takes which makes much of each. */
const LONGEST = 100_000;
function short(value: TemplateValue): string {
  const text = textOf(value);
  if (text.length > LONGEST) throw new TemplateError("a text is too long");
  return text;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648 §6. */
function base32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, "0"), 2)]).join("");
  return letters.padEnd(Math.ceil(letters.length / 8) * 8, "=");
}

function fromBase32(text: string): string {
  if (!/^(?:[A-Z2-7]{8})*(?:[A-Z2-7]{2}={6}|[A-Z2-7]{4}={4}|[A-Z2-7]{5}={3}|[A-Z2-7]{7}=)?$/.test(text)) return "illegal base32 data";
  const bits = [...text.replaceAll("=", "")].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))).toString("utf8");
}

/** RFC 1950 §8.2. */
function adler32(text: string): string {
  let [low, high] = [1, 0];
  for (const byte of Buffer.from(text)) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return String(high * 65_536 + low);
}

function sequence(args: readonly TemplateValue[]): string {
  const numbers = args.map((value) => Math.trunc(numberOf(value)));
  const [from, step, to] = [
    numbers.length > 1 ? (numbers[0] as number) : 1,
    numbers.length > 2 ? (numbers[1] as number) : undefined,
    (numbers.length > 2 ? numbers[2] : numbers.at(-1)) ?? 0,
  ];
  const by = step ?? (to < from ? -1 : 1);
  if (numbers.length === 0 || numbers.length > 3 || by === 0 || (to - from) * by < 0) return "";
  return Array.from({ length: bounded(Math.floor((to - from) / by) + 1) }, (_, index) => from + index * by).join(" ");
}

/** Cuts at both ends around an offset. */
function abbreviated(offset: number, width: number, text: string): string {
  const points = [...text];
  if (width < 4 || (offset > 0 && width < 7) || points.length <= width) return text;
  const room = width - 3;
  const start = Math.min(offset, points.length, Math.max(points.length - room, 0));
  if (start <= 4) return `${points.slice(0, room).join("")}...`;
  if (start + room < points.length) return `...${abbreviated(0, room, points.slice(start).join(""))}`;
  return `...${points.slice(points.length - room).join("")}`;
}

function shuffled(text: string): string {
  const points = [...text];
  for (let at = points.length - 1; at > 0; at -= 1) {
    const other = randomInt(at + 1);
    [points[at], points[other]] = [points[other] as string, points[at] as string];
  }
  return points.join("");
}

function splitByRegex(expression: string, text: string, limit: number): string[] {
  if (limit === 0) return [];
  let matcher: ReturnType<RE2JS["matcher"]>;
  try {
    matcher = RE2JS.compile(expression).matcher(text);
  } catch {
    throw new TemplateError("a regular expression cannot be read");
  }
  const parts: string[] = [];
  let [begin, end] = [0, 0];
  while ((limit < 0 || parts.length < limit - 1) && matcher.find()) {
    end = matcher.start();
    if (matcher.end() !== 0) parts.push(text.slice(begin, end));
    begin = matcher.end();
    bounded(parts.length);
  }
  if (end !== text.length || parts.length === 0) parts.push(text.slice(begin));
  return parts;
}

function splitInto(separator: string, count: number, text: string): TemplateValue {
  const parts = text.split(separator);
  const kept = count > 0 && parts.length > count ? [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)] : parts;
  return Object.fromEntries((count === 0 ? [] : kept).map((part, index) => [`_${index}`, part]));
}

const clean = (text: string): string => path.normalize(text === "" ? "." : text).replace(/(.)\/$/, "$1");
const extension = (text: string): string => /\.[^./]*$/.exec(text)?.[0] ?? "";
const paths = (prefix: string): [string, TemplateFunction][] =>
  (
    [
      ["base", (text) => (/^\/+$/.test(text) ? "/" : path.basename(text) || ".")],
      ["dir", (text) => path.dirname(clean(text.endsWith("/") ? `${text}.` : text)).replace(/^$/, ".")],
      ["clean", clean],
      ["ext", extension],
      ["isAbs", (text) => text.startsWith("/")],
    ] as [string, (text: string) => TemplateValue][]
  ).map(([name, work]) => [prefix === "" ? name : prefix + name.charAt(0).toUpperCase() + name.slice(1), (value) => work(textOf(value))]);

/** More of Sprig: encodings, paths, sequences, and what is rarely used of texts. */
export const furtherFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ...paths(""),
  ...paths("os"),
  ["hello", () => "Hello!"],
  ["b32enc", (value) => base32(short(value))],
  ["b32dec", (value) => fromBase32(short(value))],
  ["adler32sum", (value) => adler32(textOf(value))],
  ["seq", (...args) => sequence(args)],
  ["abbrevboth", (offset, width, value) => abbreviated(numberOf(offset), numberOf(width), short(value))],
  ["shuffle", (value) => shuffled(short(value))],
  ["randInt", (from, to) => (numberOf(to) > numberOf(from) ? randomInt(Math.trunc(numberOf(from)), Math.trunc(numberOf(to))) : Math.trunc(numberOf(from)))],
  ["add1f", (value) => numberOf(value) + 1],
  ["splitn", (separator, count, value) => splitInto(textOf(separator), Math.trunc(numberOf(count)), textOf(value))],
  ["regexSplit", (expression, value, limit) => splitByRegex(textOf(expression), textOf(value), Math.trunc(numberOf(limit)))],
  // Values never change here, so that a copy is the value itself.
  ["deepCopy", (value) => value],
]);
