import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EqualityFilter } from "ldapts";
import { escapeFilterValue, searchFilter } from "./search-filter.js";

const soughtValue = (username: string): unknown => {
  const filter = searchFilter("(uid={{.Username}})", username);
  return filter instanceof EqualityFilter ? filter.value : filter;
};

it.each([
  ["ada", "ada"],
  ["*)(uid=*", "\\2a\\29\\28uid=\\2a"],
  ["a\\b\0", "a\\5cb\\00"],
  ["Ü", "Ü"],
])("%j is written %j within a filter", (text, written) => expect(escapeFilterValue(text)).toBe(written));

describe("the filter", () => {
  it("threat: whatever is typed is one value, and the very one that was typed", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", minLength: 1 }), (username) => soughtValue(username) === username));
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom("*", "(", ")", "\\", "\0", "{", "}", "a", "="), minLength: 1 }), (username) => soughtValue(username) === username));
  });
  it("follows the template", () => {
    expect(searchFilter("(&(objectClass=person)(|(uid={{ .Username }})(mail={{.Username}})))", "a*").toString()).toBe("(&(objectClass=person)(|(uid=a\\2a)(mail=a\\2a)))");
  });
  it.each(["(uid={{.Username}", "(uid={{.Other}})x)", "", "({{.Username}})", "(uid={{.Username}})(cn=x)"])("that is none throws: %j", (template) => {
    expect(() => searchFilter(template, "ada")).toThrow();
  });
});
