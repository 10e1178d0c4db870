interface Declared {
  type?: string;
  default?: unknown;
  wholeDefault?: Record<string, unknown>;
  nullable?: boolean;
  /** A configured 0 is a value of its own. */
  keepZero?: boolean;
  properties?: Record<string, Declared>;
  items?: Declared;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

function fillRateLimit(declared: Declared, value: unknown): Json {
  if (!isObject(value) || value.enabled === undefined || value.enabled === null) return { ...declared.wholeDefault };
  return value.enabled ? { ...value, burst: value.burst || 1 } : value;
}

/** Fills one value by its declaration (spec/project-configuration.md §2.5): missing objects are created, children come before their parent. */
export function fillDefaults(declared: Declared, value: unknown): unknown {
  if (declared.wholeDefault) return fillRateLimit(declared, value);
  if (declared.type === "object" && declared.properties) {
    if (!isObject(value)) {
      if (declared.nullable || (value !== undefined && value !== null)) return undefined;
      return fillObject(declared.properties, {});
    }
    return fillObject(declared.properties, value);
  }
  if (declared.type === "array" && Array.isArray(value) && declared.items) return value.map((item) => fillDefaults(declared.items as Declared, item));
  if (declared.default === undefined) return value ?? undefined;
  const empty = value === undefined || value === null || (declared.type === "integer" && value === 0 && !declared.keepZero) || (declared.type === "string" && value === "");
  return empty ? structuredClone(declared.default) : value;
}

function fillObject(properties: Record<string, Declared>, value: Json): Json {
  const filled: Json = {};
  for (const [key, child] of Object.entries(value)) if (!Object.hasOwn(properties, key) && key !== "__proto__") filled[key] = child;
  for (const [key, child] of Object.entries(properties)) {
    const result = fillDefaults(child, value[key]);
    if (result !== undefined) filled[key] = result;
  }
  return filled;
}
