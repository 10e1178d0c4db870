import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ProgressBar } from "./progress-bar.js";
import { batchesOf, openRecords } from "./read-records.js";

const folder = mkdtempSync(path.join(tmpdir(), "records-"));
async function read(name: string, text: string): Promise<unknown[]> {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  const records: unknown[] = [];
  for await (const record of (await openRecords(file)).records()) records.push(JSON.parse(record));
  return records;
}
async function* repeated(text: string, count: number): AsyncGenerator<string> {
  for (let i = 0; i < count; i += 1) yield text;
}

describe("a file of records", () => {
  it.each([
    ["lines.ndjson", '{"a":1}\n\n{"a":2}\r\n'],
    ["marked.ndjson", '\uFEFF{"a":1}\n{"a":2}'],
    ["list.json", ' [{"a":1},\n {"a":2}]'],
    ["list.txt", '[{"a":1},{"a":2}]'],
    ["body.json", '{"identifier":"email","x":{"records":[7]},"records":[{"a":1},{"a":2}]}'],
  ])("%s", async (name, text) => {
    expect(await read(name, text)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it("that is broken is named with the line", async () => {
    await expect(read("broken.ndjson", '{"a":1}\n{"a":')).rejects.toThrow(/broken\.ndjson:2: /);
    await expect(read("numbers.ndjson", '{"a":1}\n7')).rejects.toThrow(/numbers\.ndjson:2: a line must be one record/);
    await expect(read("broken.json", '[{"a":1},{]')).rejects.toThrow(/broken\.json: /);
    await expect(openRecords(path.join(folder, "none"))).rejects.toThrow("There is no file");
  });

  it("without records is empty", async () => {
    expect([await read("empty.ndjson", ""), await read("empty.json", "[]")]).toEqual([[], []]);
  });
});

describe("requests", () => {
  it("hold as many records as fit, and know where these are in the file", async () => {
    const text = JSON.stringify({ x: "é".repeat(50_000) });
    const batches: [number, number, number][] = [];
    for await (const { texts, firstIndex } of batchesOf(repeated(text, 10))) batches.push([firstIndex, texts.length, Buffer.byteLength(texts.join(","))]);
    expect(batches.map(([first, count]) => [first, count])).toEqual([
      [0, 4],
      [4, 4],
      [8, 2],
    ]);
    for (const [, , bytes] of batches) expect(bytes).toBeLessThan(499_000);
  });

  it("cannot hold a record that is too large", async () => {
    await expect(batchesOf(repeated("x".repeat(480_000), 1)).next()).rejects.toThrow("Record 0 has 480001 bytes");
  });
});

describe("the progress bar", () => {
  const shown = (isTTY: boolean, shares: number[]) => {
    let text = "";
    const bar = new ProgressBar({ isTTY, write: (part) => (text += part) });
    for (const share of shares) bar.show(share, "x");
    bar.end();
    return text;
  };
  it("is redrawn on a terminal, and a line for each tenth elsewhere", () => {
    expect(shown(true, [0.5])).toBe(`\r\x1b[2K[${"#".repeat(15)}${".".repeat(15)}]  50% x\n`);
    expect(shown(false, [0, 0.01, 0.25, 0.26, 2])).toBe("0% x\n20% x\n100% x\n");
  });
});
