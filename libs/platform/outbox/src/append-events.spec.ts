import { describe, expect, it } from "vitest";
import { toJsonb } from "./append-events.js";

describe("JSON text for jsonb", () => {
  it("is that of JSON.stringify for everything that can be kept", () => {
    for (const value of [{ a: ["é", "😀", 1, null, { b: "\u001f" }] }, "\\u0000", "\\ud800", [], {}]) expect(toJsonb(value)).toBe(JSON.stringify(value));
  });

  it("has no NUL characters and no halves of surrogate pairs, in names neither", () => {
    const value = { "n\0ame\ud83d": "a\0b", list: ["\ud800x", { deep: "\udc00" }], kept: "😀" };
    expect(JSON.parse(toJsonb(value))).toEqual({ "name\ufffd": "ab", list: ["\ufffdx", { deep: "\ufffd" }], kept: "😀" });
  });

  it("keeps what JSON.stringify makes of dates and of absent members", () => {
    expect(toJsonb({ at: new Date(0), gone: undefined, text: "\0" })).toBe('{"at":"1970-01-01T00:00:00.000Z","text":""}');
  });
});
