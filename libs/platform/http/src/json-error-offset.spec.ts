import { describe, expect, it } from "vitest";
import { jsonErrorOffset } from "./json-error-offset.js";

const offset = (text: string): number => {
  try {
    JSON.parse(text);
  } catch (error) {
    return jsonErrorOffset(text, error as Error);
  }
  throw new Error("that is JSON");
};

describe("where JSON is broken", () => {
  it.each([
    ['{"query":x}', 9],
    ['{"query": "a long text that is more than forty characters", "x": y}', 65],
    ['{"query":', 9],
    ['{"a":1,}', 7],
    ['{"a":}', 5],
    ["[1,]", 3],
    ["[[],,]", 4],
    ["[1,2", 4],
    ["nul", 0],
    ["  ", 2],
    ['{"ä":x}', 6],
    ['{"a":"b" x}', 9],
    ["{} {}", 3],
    ['["\\q"]', 3],
    ["]", 0],
  ])("%s: after %d bytes", (text, expected) => {
    expect(offset(text)).toBe(expected);
  });

  it("is not searched for in a text of megabytes (exhaustion)", () => {
    const text = `[${"0,".repeat(1_000_000)}x]`;
    expect(offset(text)).toBe(text.length);
  });
});
