import { TemplateError } from "../template-error.js";
import { bounded, fieldOf, isDict, isList, isSame, isTruthy, listOf, numberOf, SafeMarkup, type TemplateFunction, type TemplateValue, textOf, TemplateObject } from "./values.js";

type Dict = { readonly [key: string]: TemplateValue };

function dictOf(value: TemplateValue): Dict {
  if (isDict(value)) return value;
  throw new TemplateError("a dictionary is needed");
}

/** Never the prototype of objects: `__proto__` is a key like any other. */
const made = (entries: Iterable<readonly [string, TemplateValue]>): Dict => {
  const dict = Object.create(null) as Record<string, TemplateValue>;
  for (const [key, value] of entries) dict[key] = value;
  return dict;
};

function dict(...pairs: TemplateValue[]): Dict {
  const keys = pairs.filter((_, index) => index % 2 === 0);
  return made(keys.map((key, index) => [textOf(key), pairs[index * 2 + 1] ?? (pairs.length > index * 2 + 1 ? undefined : "")]));
}

const merged =
  (order: (all: Dict[]) => Dict[]): TemplateFunction =>
  (...all) =>
    made(order(all.map(dictOf)).flatMap((one) => Object.entries(one)));
const unique = (list: readonly TemplateValue[]): TemplateValue[] => list.filter((one, index) => list.findIndex((other) => isSame(one, other)) === index);

function chunked(size: number, list: readonly TemplateValue[]): TemplateValue[] {
  const length = Math.max(1, size);
  return Array.from({ length: Math.ceil(list.length / length) }, (_, index) => list.slice(index * length, (index + 1) * length));
}

function kindOf(value: TemplateValue): string {
  if (value === undefined) return "invalid";
  if (isList(value)) return "slice";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float64";
  if (typeof value === "function") return "func";
  if (value instanceof TemplateObject) return value.methods.has("Unix") ? "struct" : "ptr";
  return typeof value === "string" || value instanceof SafeMarkup ? "string" : "map";
}

/** Types by their kinds, as Go names them. */
const TYPES: Readonly<Record<string, string>> = { invalid: "<nil>", slice: "[]interface {}", map: "map[string]interface {}", struct: "time.Time", ptr: "*semver.Version" };
const typeOf = (value: TemplateValue): string => TYPES[kindOf(value)] ?? kindOf(value);

const filled = (...list: TemplateValue[]): TemplateValue[] => {
  bounded(list.length);
  return list;
};

/** Sprig's functions of lists, dictionaries and defaults. None of them changes what it is given, but `set` and `unset` give a changed copy. */
export const listFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["list", filled],
  ["tuple", filled],
  ["first", (list) => listOf(list)[0]],
  ["last", (list) => listOf(list).at(-1)],
  ["rest", (list) => listOf(list).slice(1)],
  ["initial", (list) => listOf(list).slice(0, -1)],
  ["append", (list, item) => filled(...listOf(list), item)],
  ["push", (list, item) => filled(...listOf(list), item)],
  ["prepend", (list, item) => filled(item, ...listOf(list))],
  ["concat", (...lists) => filled(...lists.flatMap((list) => listOf(list) as TemplateValue[]))],
  ["reverse", (list) => listOf(list).toReversed()],
  ["uniq", (list) => unique(listOf(list))],
  ["compact", (list) => listOf(list).filter(isTruthy)],
  ["without", (list, ...items) => listOf(list).filter((one) => !items.some((item) => isSame(one, item)))],
  ["has", (item, list) => listOf(list).some((one) => isSame(one, item))],
  ["chunk", (size, list) => chunked(numberOf(size), listOf(list))],
  ["dict", dict],
  ["get", (from, key) => fieldOf(dictOf(from), [textOf(key)]) ?? ""],
  ["set", (into, key, value) => made([...Object.entries(dictOf(into)), [textOf(key), value]])],
  ["unset", (from, key) => made(Object.entries(dictOf(from)).filter(([name]) => name !== textOf(key)))],
  ["hasKey", (from, key) => Object.hasOwn(dictOf(from), textOf(key))],
  ["keys", (...all) => filled(...all.flatMap((one) => Object.keys(dictOf(one))))],
  ["values", (from) => Object.values(dictOf(from))],
  ["pick", (from, ...names) => made(Object.entries(dictOf(from)).filter(([key]) => names.map(textOf).includes(key)))],
  ["omit", (from, ...names) => made(Object.entries(dictOf(from)).filter(([key]) => !names.map(textOf).includes(key)))],
  ["pluck", (name, ...all) => all.flatMap((one) => (Object.hasOwn(dictOf(one), textOf(name)) ? [dictOf(one)[textOf(name)]] : []))],
  ["merge", merged((all) => all.toReversed())],
  ["mergeOverwrite", merged((all) => all)],
  ["dig", (...args) => fieldOf(args.at(-1), args.slice(0, -2).map(textOf)) ?? args.at(-2)],
  ["default", (fallback, value) => (isTruthy(value) ? value : fallback)],
  ["empty", (value) => !isTruthy(value)],
  ["coalesce", (...all) => all.find(isTruthy)],
  ["all", (...all) => all.every(isTruthy)],
  ["any", (...all) => all.some(isTruthy)],
  ["deepEqual", isSame as TemplateFunction],
  ["kindOf", kindOf],
  ["kindIs", (kind, value) => kindOf(value) === textOf(kind)],
  ["typeOf", typeOf],
  ["typeIs", (type, value) => typeOf(value) === textOf(type)],
  ["typeIsLike", (type, value) => [textOf(type), `*${textOf(type)}`].includes(typeOf(value))],
  [
    "fail",
    (message) => {
      throw new TemplateError(textOf(message));
    },
  ],
]);
