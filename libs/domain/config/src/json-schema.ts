/** Keywords that only the filling of defaults reads. */
const internal: ReadonlySet<string> = new Set(["wholeDefault", "nullable", "keepZero"]);

function publicNode(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(publicNode);
  if (typeof node !== "object" || node === null) return node;
  const { wholeDefault } = node as { wholeDefault?: object };
  const entries = Object.entries(node).filter(([key, value]) => !internal.has(key) && !key.startsWith("~") && value !== undefined);
  const copy = Object.fromEntries(entries.map(([key, value]) => [key, publicNode(value)]));
  return wholeDefault && Object.keys(wholeDefault).length > 0 ? { ...copy, default: wholeDefault } : copy;
}

/** A schema for editors and other programs: JSON Schema 2020-12 without keywords of our own. */
export function publicJsonSchema(schema: object, title: string): object {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title, ...(publicNode(schema) as object) };
}
