import { TemplateError } from "../template-error.js";

/** Markup, or an attribute, that was made safe already: it is written as it is. */
export class SafeMarkup {
  constructor(
    readonly text: string,
    readonly is: "html" | "attribute" = "html",
  ) {}
}

/** A value with methods, such as a time or a version: templates read them like fields. */
export class TemplateObject {
  constructor(
    /** As it is written. */
    readonly text: string,
    readonly methods: ReadonlyMap<string, TemplateFunction>,
    /** What it stands for. */
    readonly value: unknown,
  ) {}
}

/** A value in a template; `undefined` is Go's nil. */
export type TemplateValue =
  | string
  | number
  | boolean
  | undefined
  | SafeMarkup
  | TemplateObject
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue }
  | ((text: string) => string);

/** A function of templates. Throws `TemplateError` for arguments it cannot use. */
export type TemplateFunction = (...args: TemplateValue[]) => TemplateValue;

/** Items that a function may make or walk. */
const MOST_ITEMS = 10_000;
/** Characters that a function may make. */
export const LONGEST_TEXT = 1_048_576;

export const isList = (value: TemplateValue): value is readonly TemplateValue[] => Array.isArray(value);
export const isDict = (value: TemplateValue): value is { readonly [key: string]: TemplateValue } =>
  typeof value === "object" && value !== null && !isList(value) && !(value instanceof SafeMarkup) && !(value instanceof TemplateObject);

/** Whether `if` takes a value for true: neither nil, false, zero nor empty. */
export function isTruthy(value: TemplateValue): boolean {
  if (isList(value)) return value.length > 0;
  if (value instanceof SafeMarkup) return value.text !== "";
  if (isDict(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** A value as it is written. */
export function textOf(value: TemplateValue): string {
  if (value === undefined) return "";
  if (value instanceof SafeMarkup || value instanceof TemplateObject) return value.text;
  if (isList(value)) return `[${value.map(textOf).join(" ")}]`;
  if (typeof value === "function") throw new TemplateError("a function is no text");
  if (!isDict(value)) return String(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${key}:${textOf(value[key])}`);
  return `map[${members.join(" ")}]`;
}

/** A number. */
export function numberOf(value: TemplateValue): number {
  if (typeof value === "number") return value;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : Number(value === true);
  return Number.isNaN(number) ? 0 : number;
}

/** A list. Throws `TemplateError` for anything else. */
export function listOf(value: TemplateValue): readonly TemplateValue[] {
  if (isList(value)) return value;
  if (value === undefined) return [];
  throw new TemplateError("a list is needed");
}

/** A list that is about to be made. Throws `TemplateError` when it is too long. */
export function bounded(length: number): number {
  if (!Number.isFinite(length) || length > MOST_ITEMS) throw new TemplateError("a list is too long");
  return Math.max(0, Math.floor(length));
}

/** Whether two values are the same, by their content. */
export function isSame(a: TemplateValue, b: TemplateValue): boolean {
  if (isList(a) && isList(b)) return a.length === b.length && a.every((one, index) => isSame(one, b[index]));
  if (isDict(a) && isDict(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]));
  }
  const plain = (value: TemplateValue) => (value instanceof SafeMarkup || value instanceof TemplateObject ? value.text : value);
  return Object.is(plain(a), plain(b));
}

/** What a path of fields leads to. A field that a value lacks is nil. */
export function fieldOf(value: TemplateValue, path: readonly string[]): TemplateValue {
  let found = value;
  for (const name of path) {
    if (found instanceof TemplateObject) {
      found = called(found, name, []);
      continue;
    }
    if (found !== undefined && !isDict(found)) throw new TemplateError(`there is no field ".${name}"`);
    found = found !== undefined && Object.hasOwn(found, name) ? found[name] : undefined;
  }
  return found;
}

/** What a method of a value says. Throws `TemplateError` where it has none of that name, or one for other arguments. */
export function called(value: TemplateValue, name: string, args: readonly TemplateValue[]): TemplateValue {
  const method = value instanceof TemplateObject ? value.methods.get(name) : undefined;
  if (!method) throw new TemplateError(`there is no field ".${name}"`);
  if (method.length !== args.length) throw new TemplateError(`".${name}" has the wrong number of arguments`);
  return method(...args);
}
