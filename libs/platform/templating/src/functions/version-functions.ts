import { TemplateError } from "../template-error.js";
import { type TemplateFunction, type TemplateValue, textOf, TemplateObject } from "./values.js";

interface Version {
  numbers: readonly [number, number, number];
  prerelease: string;
  metadata: string;
}

/** Part of a constraint: an operator and a version, of which parts may be open. */
interface Bound {
  operator: string;
  version: Version;
  /** How many numbers are given: 0 to 3. */
  given: number;
}

const TAIL = "(?:-([0-9A-Za-z.-]+))?(?:\\+([0-9A-Za-z.-]+))?";
const VERSION = new RegExp(`^v?(\\d{1,9})(?:\\.(\\d{1,9}))?(?:\\.(\\d{1,9}))?${TAIL}$`);
const BOUND = new RegExp(`^(=|==|!=|>|<|>=|=>|<=|=<|~|~>|\\^|)\\s*v?(\\d{1,9}|[xX*])(?:\\.(\\d{1,9}|[xX*]))?(?:\\.(\\d{1,9}|[xX*]))?${TAIL}$`);

function parse(text: string): Version {
  const found = text.length <= 256 ? VERSION.exec(text) : null;
  if (!found) throw new TemplateError("a version cannot be read");
  const [, major, minor = 0, patch = 0, prerelease = "", metadata = ""] = found;
  return { numbers: [Number(major), Number(minor), Number(patch)], prerelease, metadata };
}

const written = ({ numbers, prerelease, metadata }: Version): string => numbers.join(".") + (prerelease && `-${prerelease}`) + (metadata && `+${metadata}`);

/** Precedence of pre-release identifiers (SemVer 2.0.0 §11). */
function comparePrerelease(a: string, b: string): number {
  if (a === b) return 0;
  if (a === "" || b === "") return a === "" ? 1 : -1;
  const [left, right] = [a.split("."), b.split(".")];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [one, other] = [left[at], right[at]];
    if (one === other) continue;
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    const digits = [/^\d+$/.test(one), /^\d+$/.test(other)];
    if (digits[0] && digits[1]) return Number(one) - Number(other);
    if (digits[0] !== digits[1]) return digits[0] ? -1 : 1;
    return one < other ? -1 : 1;
  }
  return 0;
}

function compare(a: Version, b: Version): number {
  for (const at of [0, 1, 2] as const) if (a.numbers[at] !== b.numbers[at]) return a.numbers[at] - b.numbers[at];
  return comparePrerelease(a.prerelease, b.prerelease);
}

/** Whether the numbers that a bound gives are those of a version. */
const agrees = ({ numbers }: Version, { version, given }: Bound): boolean => version.numbers.every((value, at) => at >= given || numbers[at] === value);

/** How a version stands to a bound whose open parts take everything. */
const standing = (one: Version, bound: Bound): number => (bound.given < 3 && agrees(one, bound) ? 0 : compare(one, bound.version));

function caret(one: Version, { version, given }: Bound): boolean {
  if (given === 0) return true;
  if (compare(one, version) < 0) return false;
  const fixed = version.numbers.findIndex((value) => value > 0);
  const until = fixed < 0 || fixed >= given ? given - 1 : fixed;
  return version.numbers.every((value, at) => at > until || one.numbers[at] === value);
}

const TESTS: Readonly<Record<string, (one: Version, bound: Bound) => boolean>> = {
  "=": (one, bound) => (bound.given < 3 ? agrees(one, bound) : compare(one, bound.version) === 0),
  "!=": (one, bound) => !(bound.given < 3 ? agrees(one, bound) : compare(one, bound.version) === 0),
  ">": (one, bound) => standing(one, bound) > 0,
  "<": (one, bound) => compare(one, bound.version) < 0,
  ">=": (one, bound) => compare(one, bound.version) >= 0,
  "<=": (one, bound) => standing(one, bound) <= 0,
  "~": (one, bound) => compare(one, bound.version) >= 0 && agrees(one, { ...bound, given: Math.min(bound.given, 2) }),
  "^": caret,
};
const SAME: Readonly<Record<string, string>> = { "": "=", "==": "=", "=>": ">=", "=<": "<=", "~>": "~" };

function bound(text: string): Bound {
  const found = BOUND.exec(text);
  if (!found) throw new TemplateError("a constraint of versions cannot be read");
  const [, operator = "", ...rest] = found;
  const numbers = rest.slice(0, 3).map((part) => (part !== undefined && /^\d/.test(part) ? Number(part) : undefined));
  const open = numbers.indexOf(undefined);
  const [major = 0, minor = 0, patch = 0] = open < 0 ? numbers : numbers.slice(0, open);
  return {
    operator: SAME[operator] ?? operator,
    version: { numbers: [major, minor, patch], prerelease: rest[3] ?? "", metadata: rest[4] ?? "" },
    given: open < 0 ? 3 : open,
  };
}

/** Bounds joined by space or comma hold together; `||` joins alternatives; `1.2 - 2` is a range. Pre-releases fit only bounds that name one. */
function satisfies(constraint: string, one: Version): boolean {
  if (constraint.length > 1000) throw new TemplateError("a constraint of versions is too long");
  const alternatives = constraint.split("||").map((alternative) =>
    alternative
      .replace(/(\S+)\s+-\s+(\S+)/g, ">=$1 <=$2")
      .replace(/([=<>!~^])\s+/g, "$1")
      .split(/[\s,]+/)
      .filter((part) => part !== "")
      .map(bound),
  );
  if (alternatives.some((bounds) => bounds.length === 0)) throw new TemplateError("a constraint of versions is empty");
  const fits = (each: Bound) => (one.prerelease === "" || each.version.prerelease !== "") && (TESTS[each.operator] as (typeof TESTS)[string])(one, each);
  return alternatives.some((bounds) => bounds.every(fits));
}

/** A version as a value of templates. */
function versionValue(text: string): TemplateObject {
  const version = parse(text);
  const methods = new Map<string, TemplateFunction>([
    ["Major", () => version.numbers[0]],
    ["Minor", () => version.numbers[1]],
    ["Patch", () => version.numbers[2]],
    ["Prerelease", () => version.prerelease],
    ["Metadata", () => version.metadata],
    ["Original", () => text],
    ["String", () => written(version)],
    ["Compare", (other: TemplateValue) => Math.sign(compare(version, parse(textOf(other))))],
    ["GreaterThan", (other: TemplateValue) => compare(version, parse(textOf(other))) > 0],
    ["LessThan", (other: TemplateValue) => compare(version, parse(textOf(other))) < 0],
    ["Equal", (other: TemplateValue) => compare(version, parse(textOf(other))) === 0],
  ]);
  return new TemplateObject(written(version), methods, version);
}

/** Sprig's functions of versions. */
export const versionFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["semver", (text) => versionValue(textOf(text))],
  ["semverCompare", (constraint, version) => satisfies(textOf(constraint), parse(textOf(version)))],
]);
