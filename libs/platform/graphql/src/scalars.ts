import { GraphQLScalarType, Kind, type ValueNode } from "graphql";

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Whether the month of a date has its day: the engine makes a day of the next month of it. */
const isDay = (text: string): boolean => new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(text.slice(8, 10));

function parseTime(value: unknown): Date {
  const time = typeof value === "string" && RFC3339.test(value) && isDay(value) ? new Date(value) : undefined;
  if (!time || Number.isNaN(time.getTime())) throw new TypeError("DateTime must be a time as in RFC 3339");
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
