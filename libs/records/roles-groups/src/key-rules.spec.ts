import { describe, expect, it } from "vitest";
import { checkKey, isKey } from "./key-rules.js";

function kindsOf(key: string): string[] {
  try {
    checkKey(key);
    return [];
  } catch (error) {
    return (error as { info: { causes: { kind: string }[] } }).info.causes.map(({ kind }) => kind);
  }
}

describe("the key of a role or a group", () => {
  it.each(["a", "a:b", "_", "Z9_:", "authgear", "x".repeat(40), "a::"])("may be %j", (key) => expect([kindsOf(key), isKey(key)]).toEqual([[], true]));
  it.each([
    ["", ["minLength", "format"]],
    ["x".repeat(41), ["maxLength"]],
    ["1a", ["format"]],
    [":a", ["format"]],
    ["a b", ["format"]],
    ["a-b", ["format"]],
    ["ä", ["format"]],
    ["a\n", ["format"]],
    ["authgear:", ["format"]],
    ["authgear:x", ["format"]],
    [`authgear:${"x".repeat(40)}`, ["maxLength", "format"]],
  ])("may not be %j", (key, kinds) => expect([kindsOf(key), isKey(key)]).toEqual([kinds, false]));
});
