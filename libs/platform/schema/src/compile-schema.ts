import type { Static, TSchema } from "typebox";
import { isFormat } from "./formats.js";

/** One reason why a document is refused (spec/project-configuration.md §2). `location` is an RFC 6901 pointer, `kind` the JSON-schema keyword. */
export interface Cause {
  location: string;
  kind: string;
  details?: Record<string, unknown>;
}

/** A schema ready to check values. */
export interface Validator<T> {
  /** Why the value is refused, sorted by location; empty when it is accepted. */
  causes(value: unknown): Cause[];
  is(value: unknown): value is T;
}

type Compile = (schema: JsonSchema) => Check;
type Check = (value: unknown, at: string, causes: Cause[]) => void;
interface JsonSchema extends Record<string, unknown> {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  dependentRequired?: Record<string, string[]>;
  additionalProperties?: boolean | JsonSchema;
  patternProperties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  contains?: JsonSchema;
  not?: JsonSchema;
  if?: JsonSchema;
  then?: JsonSchema;
  else?: JsonSchema;
  allOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

const escapeKey = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
/** JSON text in which the order of keys does not matter. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, child: unknown) => (isObject(child) ? Object.fromEntries(Object.entries(child).sort(([a], [b]) => (a < b ? -1 : 1))) : child));
const same = (a: unknown, b: unknown): boolean => a === b || (typeof a === "object" && typeof b === "object" && canonical(a) === canonical(b));

function typesOf(value: unknown): string[] {
  if (value === null) return ["null"];
  if (Array.isArray(value)) return ["array"];
  if (typeof value === "number") return Number.isInteger(value) ? ["integer", "number"] : ["number"];
  return [typeof value];
}

function checkType(expected: string[]): Check {
  return (value, at, causes) => {
    const actual = typesOf(value);
    if (!actual.some((type) => expected.includes(type))) causes.push({ location: at, kind: "type", details: { actual, expected } });
  };
}

function checkRequired(required: readonly string[]): Check {
  const expected = [...required].sort();
  return (value, at, causes) => {
    if (!isObject(value)) return;
    const missing = expected.filter((key) => value[key] === undefined);
    if (missing.length === 0) return;
    const actual = Object.keys(value).sort();
    causes.push({ location: at, kind: "required", details: { actual: actual.length > 0 ? actual : null, expected, missing } });
  };
}

/** Keys that others demand are told as `required` causes. */
function checkDependent(dependent: Record<string, string[]>): Check {
  const checks = Object.entries(dependent).map(([key, required]) => [key, checkRequired(required)] as const);
  return (value, at, causes) => {
    if (!isObject(value)) return;
    for (const [key, check] of checks) if (value[key] !== undefined) check(value, at, causes);
  };
}

function checkProperties(schema: JsonSchema, compile: Compile): Check {
  const known = new Map(Object.entries(schema.properties ?? {}).map(([key, child]) => [key, compile(child)]));
  const patterns = Object.entries(schema.patternProperties ?? {}).map(([pattern, child]) => [new RegExp(pattern, "u"), compile(child)] as const);
  const extra = isObject(schema.additionalProperties) ? compile(schema.additionalProperties) : undefined;
  return (value, at, causes) => {
    if (!isObject(value)) return;
    for (const [key, child] of Object.entries(value)) {
      if (child === undefined) continue;
      const here = `${at}/${escapeKey(key)}`;
      const check = known.get(key) ?? patterns.find(([pattern]) => pattern.test(key))?.[1] ?? extra;
      if (check) check(child, here, causes);
      else if (schema.additionalProperties === false) causes.push({ location: here, kind: "" });
    }
  };
}

function checkItems(schema: JsonSchema, compile: Compile): Check {
  const item = schema.items && compile(schema.items);
  const contains = schema.contains && compile(schema.contains);
  return (value, at, causes) => {
    if (!Array.isArray(value)) return;
    if (item) for (const [index, element] of value.entries()) item(element, `${at}/${index}`, causes);
    if (contains) checkContains(contains, value, { at, causes });
    if (schema.uniqueItems && new Set(value.map(canonical)).size < value.length) causes.push({ location: at, kind: "uniqueItems" });
  };
}

const passes = (check: Check, value: unknown, at: string): boolean => {
  const causes: Cause[] = [];
  check(value, at, causes);
  return causes.length === 0;
};

/** When no element fits, the causes are those of the elements; an empty list breaks the keyword itself. */
function checkContains(check: Check, value: unknown[], { at, causes }: { at: string; causes: Cause[] }): void {
  if (value.some((element, index) => passes(check, element, `${at}/${index}`))) return;
  if (value.length === 0) causes.push({ location: at, kind: "contains" });
  for (const [index, element] of value.entries()) check(element, `${at}/${index}`, causes);
}

/** The keywords that compare a size or a number with a limit: applies, actual, whether it is refused. */
const limits: Readonly<Record<string, { of(value: unknown): number | undefined; refuses(actual: number, limit: number): boolean; key: string }>> = {
  minimum: { of: (v) => (typeof v === "number" ? v : undefined), refuses: (a, l) => a < l, key: "minimum" },
  maximum: { of: (v) => (typeof v === "number" ? v : undefined), refuses: (a, l) => a > l, key: "maximum" },
  minLength: { of: (v) => (typeof v === "string" ? [...v].length : undefined), refuses: (a, l) => a < l, key: "expected" },
  maxLength: { of: (v) => (typeof v === "string" ? [...v].length : undefined), refuses: (a, l) => a > l, key: "expected" },
  minItems: { of: (v) => (Array.isArray(v) ? v.length : undefined), refuses: (a, l) => a < l, key: "expected" },
  maxItems: { of: (v) => (Array.isArray(v) ? v.length : undefined), refuses: (a, l) => a > l, key: "expected" },
};

function checkLimits(schema: JsonSchema): Check[] {
  return Object.entries(limits)
    .filter(([keyword]) => typeof schema[keyword] === "number")
    .map(([keyword, { of, refuses, key }]) => {
      const limit = schema[keyword] as number;
      return (value, at, causes) => {
        const actual = of(value);
        if (actual !== undefined && refuses(actual, limit)) causes.push({ location: at, kind: keyword, details: { actual, [key]: limit } });
      };
    });
}

function checkValue(schema: JsonSchema): Check[] {
  const checks: Check[] = [];
  const { enum: choices, pattern, format } = schema as { enum?: unknown[]; pattern?: string; format?: string };
  if (choices)
    checks.push((value, at, causes) => void (choices.some((c) => same(c, value)) || causes.push({ location: at, kind: "enum", details: { actual: value, expected: choices } })));
  if ("const" in schema)
    checks.push((value, at, causes) => void (same(schema.const, value) || causes.push({ location: at, kind: "const", details: { actual: value, expected: schema.const } })));
  if (pattern !== undefined) {
    const regex = new RegExp(pattern, "u");
    checks.push(
      (value, at, causes) => void (typeof value !== "string" || regex.test(value) || causes.push({ location: at, kind: "pattern", details: { actual: value, expected: pattern } })),
    );
  }
  if (format !== undefined) {
    checks.push(
      (value, at, causes) =>
        void (typeof value !== "string" || isFormat(format, value) || causes.push({ location: at, kind: "format", details: { error: `invalid ${format}`, format } })),
    );
  }
  return checks;
}

function checkCombined(schema: JsonSchema, compile: Compile): Check[] {
  const checks: Check[] = (schema.allOf ?? []).map((child) => compile(child));
  if (schema.dependentRequired) checks.push(checkDependent(schema.dependentRequired));
  if (schema.if) {
    const [condition, then, otherwise] = [compile(schema.if), schema.then && compile(schema.then), schema.else && compile(schema.else)];
    checks.push((value, at, causes) => (passes(condition, value, at) ? then : otherwise)?.(value, at, causes));
  }
  if (schema.not) {
    const refused = compile(schema.not);
    checks.push((value, at, causes) => void (passes(refused, value, at) && causes.push({ location: at, kind: "not" })));
  }
  for (const keyword of ["oneOf", "anyOf"] as const) {
    const branches = schema[keyword]?.map((child) => compile(child));
    if (branches) checks.push(checkBranches(keyword, branches));
  }
  return checks;
}

/** When no branch fits, the causes are those of the branches' leaves; when too many fit, `oneOf` itself. */
function checkBranches(keyword: "oneOf" | "anyOf", branches: Check[]): Check {
  return (value, at, causes) => {
    const failures = branches.map((branch) => {
      const found: Cause[] = [];
      branch(value, at, found);
      return found;
    });
    const fitting = failures.filter((found) => found.length === 0).length;
    if (fitting === 1 || (fitting > 0 && keyword === "anyOf")) return;
    if (fitting > 1) causes.push({ location: at, kind: "oneOf" });
    else for (const cause of failures.flat()) if (!causes.some((known) => same(known, cause))) causes.push(cause);
  };
}

function compileNode(schema: JsonSchema, compile: Compile): Check {
  const checks = [
    ...(schema.required ? [checkRequired(schema.required)] : []),
    checkProperties(schema, compile),
    checkItems(schema, compile),
    ...checkLimits(schema),
    ...checkValue(schema),
    ...checkCombined(schema, compile),
  ];
  const type = schema.type === undefined ? undefined : checkType([schema.type].flat());
  return (value, at, causes) => {
    const before = causes.length;
    type?.(value, at, causes);
    if (causes.length === before) for (const check of checks) check(value, at, causes);
  };
}

/** Compiles a document's schema; `$ref` may name one of its `$defs` (`#/$defs/<name>`), also recursively. */
function compileRoot(root: JsonSchema): Check {
  const known = new Map<string, Check>();
  const named = (ref: string): Check => {
    const target = root.$defs?.[ref.slice("#/$defs/".length)];
    if (!target) throw new Error(`unknown reference ${ref}`);
    const check = known.get(ref) ?? compile(target);
    known.set(ref, check);
    return check;
  };
  const compile: Compile = (schema) => {
    const { $ref: ref } = schema;
    return ref === undefined ? compileNode(schema, compile) : (value, at, causes) => named(ref)(value, at, causes);
  };
  return compile(root);
}

/** Compiles a TypeBox (JSON) schema, on first use, to a validator whose causes are those of Authgear. */
export function compileSchema<S extends TSchema>(schema: S): Validator<Static<S>> {
  let compiled: Check | undefined;
  const causes = (value: unknown): Cause[] => {
    compiled ??= compileRoot(schema as unknown as JsonSchema);
    const found: Cause[] = [];
    compiled(value, "", found);
    return found.sort((a, b) => (a.location < b.location ? -1 : a.location > b.location ? 1 : 0));
  };
  return { causes, is: (value): value is Static<S> => causes(value).length === 0 };
}
