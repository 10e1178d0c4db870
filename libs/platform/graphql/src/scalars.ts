import { GraphQLScalarType, Kind, type ValueNode } from "graphql";

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

function parseTime(value: unknown): Date {
  const time = typeof value === "string" && RFC3339.test(value) ? new Date(value) : undefined;
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
