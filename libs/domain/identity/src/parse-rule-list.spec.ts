import fc from "fast-check";
import { expect, it } from "vitest";
import { meaningfulLines, parseRuleList } from "./parse-rule-list.js";

it("reads lines of any ending, without comments and blank ones", () => {
  expect(meaningfulLines("\uFEFFa\r\n\n# c\n  b  \r#x")).toEqual(["a", "b"]);
});
it("the last rule that speaks of a text decides", () => {
  const list = parseRuleList("/^a/\n!abc\n!/z$/\nAbz");
  expect(["a", "abc", "az", "abz", "b"].map((text) => list.decide(text))).toEqual([true, false, false, true, undefined]);
  expect(parseRuleList("!abc\nabc").decide("abc")).toBe(true);
});
it("a rule speaks of a text in any of its forms", () => {
  expect(parseRuleList("xn--x").decide("y", "xn--x")).toBe(true);
});
it("a pattern that does not compile says nothing", () => {
  expect(parseRuleList("/(?=a)/\n/(/\nb").decide("(?=a)")).toBeUndefined();
  expect(parseRuleList("/(/\nb").decide("b")).toBe(true);
});
it("threat: patterns that explode", () => {
  expect(parseRuleList("/^(a+)+$/").decide(`${"a".repeat(300)}!`)).toBeUndefined();
});
it("never throws", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string(), (text, name) => void parseRuleList(`${text}\n/${text}/`).decide(name)));
});
