import canonicalize from "canonicalize";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./index.js";

describe("canonical JSON", () => {
  it("is that of RFC 8785 §3.2.2 and §3.2.3", () => {
    const value = {
      numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe('{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
    const keys = { "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew", "1": "One", "\ud83d\ude00": "Emoji", "\u0080": "Control", "\u00f6": "o" };
    expect(
      Object.values(
        JSON.parse(
          `[${canonicalJson(keys)
            .replaceAll(/"[^"]*":/g, "")
            .slice(1, -1)}]`,
        ) as object,
      ),
    ).toEqual(["Carriage Return", "One", "Control", "o", "Euro Sign", "Emoji", "Hebrew"]);
  });

  it.each([
    [{ b: 1, a: { d: [{ z: 1, y: undefined }], c: null } }],
    [{ "10": 1, "9": 2, a: 3 }],
    [{ outer: { "2": [], "1": {} } }],
    [JSON.parse('{"__proto__": {"b": 1, "a": 2}, "x": 1}')],
    [[-0, 1e21, 1e-7, 123456789012345680000]],
    ["\u2028 \ud83d\ude00"],
  ])("of %j is what the library makes of it", (value) => {
    expect(canonicalJson(value)).toBe(canonicalize(value));
  });

  it.each([[{ a: "\ud800" }], [[Number.POSITIVE_INFINITY]], [{ a: Number.NaN }], [undefined]])("of %j does not exist", (value) => {
    expect(() => canonicalJson(value)).toThrow();
  });
});
