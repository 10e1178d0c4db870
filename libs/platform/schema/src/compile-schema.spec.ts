import { Type } from "typebox";
import { expect, test } from "vitest";
import { compileSchema } from "./compile-schema.js";

const causes = (schema: object, value: unknown) => compileSchema(Type.Unsafe(schema)).causes(value);

test("a wrong type stops the other checks of that value; an integer is a number too", () => {
  expect(causes({ type: "string", minLength: 3 }, 1)).toEqual([{ location: "", kind: "type", details: { actual: ["integer", "number"], expected: ["string"] } }]);
  expect(causes({ type: "number" }, 1)).toEqual([]);
  expect(causes({ type: "integer" }, 1.5)).toMatchObject([{ details: { actual: ["number"] } }]);
});
test("required keys are sorted; an empty object has no actual keys", () => {
  const schema = { type: "object", required: ["b", "a"] };
  expect(causes(schema, {})).toEqual([{ location: "", kind: "required", details: { actual: null, expected: ["a", "b"], missing: ["a", "b"] } }]);
  expect(causes(schema, { b: 1 })).toEqual([{ location: "", kind: "required", details: { actual: ["b"], expected: ["a", "b"], missing: ["a"] } }]);
});
test("an unknown key is the location, escaped, with an empty kind; even one named like a member of every object", () => {
  const schema = { type: "object", additionalProperties: false, properties: { a: {} } };
  expect(causes(schema, { "x/y~z": 1 })).toEqual([{ location: "/x~1y~0z", kind: "" }]);
  expect(causes(schema, { constructor: 1 })).toEqual([{ location: "/constructor", kind: "" }]);
});
test("limits tell what is and what was expected", () => {
  expect(causes({ type: "integer", minimum: 300 }, 299)).toEqual([{ location: "", kind: "minimum", details: { actual: 299, minimum: 300 } }]);
  expect(causes({ type: "string", maxLength: 2 }, "USA")).toEqual([{ location: "", kind: "maxLength", details: { actual: 3, expected: 2 } }]);
  expect(causes({ type: "array", minItems: 1 }, [])).toEqual([{ location: "", kind: "minItems", details: { actual: 0, expected: 1 } }]);
});
test("length counts characters, not code units", () => {
  expect(causes({ type: "string", maxLength: 1 }, "😀")).toEqual([]);
});
test("enum and const compare objects by content, whatever the order of keys", () => {
  expect(causes({ enum: [{ a: 1, b: 2 }] }, { b: 2, a: 1 })).toEqual([]);
  expect(causes({ const: ["x"] }, ["y"])).toEqual([{ location: "", kind: "const", details: { actual: ["y"], expected: ["x"] } }]);
});
test("contains tells the causes of the elements; of an empty list its own", () => {
  const schema = { type: "array", contains: { const: "x" } };
  expect(causes(schema, ["y"])).toEqual([{ location: "/0", kind: "const", details: { actual: "y", expected: "x" } }]);
  expect(causes(schema, [])).toEqual([{ location: "", kind: "contains" }]);
  expect(causes(schema, ["y", "x"])).toEqual([]);
});
test("items are unique by content", () => {
  expect(
    causes({ type: "array", uniqueItems: true }, [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ]),
  ).toEqual([{ location: "", kind: "uniqueItems" }]);
});
test("conditions, and keys that demand others", () => {
  // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
  const schema = { if: { required: ["a"] }, then: { required: ["b"] }, else: { required: ["c"] } };
  expect(causes(schema, { a: 1 })).toMatchObject([{ details: { missing: ["b"] } }]);
  expect(causes(schema, { b: 1 })).toMatchObject([{ details: { missing: ["c"] } }]);
  expect(causes({ dependentRequired: { dn: ["password"] } }, { dn: "x" })).toMatchObject([{ kind: "required", details: { missing: ["password"] } }]);
});
test("oneOf: too many fit, or the causes of the leaves", () => {
  const schema = { oneOf: [{ required: ["a"] }, { required: ["b"] }] };
  expect(causes(schema, { a: 1, b: 1 })).toEqual([{ location: "", kind: "oneOf" }]);
  expect(causes(schema, { a: 1 })).toEqual([]);
  expect(causes(schema, {}).map(({ kind }) => kind)).toEqual(["required", "required"]);
});
test("definitions may refer to themselves", () => {
  const schema = { $ref: "#/$defs/node", $defs: { node: { type: "object", additionalProperties: false, properties: { next: { $ref: "#/$defs/node" } } } } };
  expect(causes(schema, { next: { next: {} } })).toEqual([]);
  expect(causes(schema, { next: { next: { x: 1 } } })).toEqual([{ location: "/next/next/x", kind: "" }]);
});
test("causes are sorted by location", () => {
  const schema = { type: "object", properties: { a: { type: "string" }, b: { type: "string" } } };
  expect(causes(schema, { b: 1, a: 1 }).map(({ location }) => location)).toEqual(["/a", "/b"]);
});
test("a root reference works like any other", () => {
  expect(() => causes({ $ref: "#/$defs/nope" }, {})).toThrow("unknown reference #/$defs/nope");
});
