import { readTime } from "@gatehouse/platform-schema";
import { GraphQLScalarType, Kind, type ValueNode } from "graphql";

function parseTime(value: unknown): Date {
  const time = typeof value === "string" ? readTime(value) : undefined;
  if (!time) throw new TypeError("DateTime must be a time as in RFC 3339");
  return time;
}

/** `DateTime`: RFC 3339, any offset in, UTC out; parts of a second are shown when there are any. */
export const dateTimeScalar = new GraphQLScalarType<Date, string>({
  name: "DateTime",
  serialize: (value) => (value as Date).toISOString().replace(".000Z", "Z"),
  parseValue: parseTime,
  parseLiteral: (node: ValueNode) => parseTime(node.kind === Kind.STRING ? node.value : undefined),
});

/** A scalar that shows a JSON object and is never taken as input. */
export function jsonOutputScalar(name: string): GraphQLScalarType {
  const refuse = (): never => {
    throw new TypeError(`${name} is no input`);
  };
  return new GraphQLScalarType({ name, serialize: (value) => value, parseValue: refuse, parseLiteral: refuse });
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A scalar that holds a JSON object; as input a variable is the object itself, and a literal in the document is a string of its JSON (spec: admin API §4.1). */
export function jsonObjectScalar(name: string): GraphQLScalarType<Record<string, unknown>> {
  const checked = (value: unknown): Record<string, unknown> => {
    if (!isObject(value)) throw new TypeError(`${name} must be a JSON object`);
    return value;
  };
  return new GraphQLScalarType<Record<string, unknown>>({
    name,
    serialize: (value) => value as Record<string, unknown>,
    parseValue: checked,
    parseLiteral: (node: ValueNode) => checked(node.kind === Kind.STRING ? parseText(node.value) : undefined),
  });
}
