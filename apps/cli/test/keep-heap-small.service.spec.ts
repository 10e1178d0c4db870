import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const MODULE = path.join(import.meta.dirname, "../src/services/keep-heap-small.ts");

/** Work in turns of the event loop whose records live for a while, beside much that lives for ever: what the heap takes at most, its young generation, and how much it holds in the end. */
const WORK = `
const { getHeapSpaceStatistics, getHeapStatistics } = await import("node:v8");
const lasting = Array.from({ length: 300_000 }, (_, i) => ({ i, of: [i] }));
const lately = [];
let [heap, young] = [0, 0];
if (process.argv[1] === "small") (await import(process.argv[2])).keepHeapSmall();
for (let turn = 0; turn < 600; turn += 1) {
  for (let i = 0; i < 2_000; i += 1) lately[(turn * 2_000 + i) % 60_000] = { turn, text: "t" + i, of: [i, turn] };
  heap = Math.max(heap, getHeapStatistics().total_heap_size);
  young = Math.max(young, getHeapSpaceStatistics().find((space) => space.space_name === "new_space").space_size);
  await new Promise((resolve) => setImmediate(resolve));
}
console.log(JSON.stringify({ heap: heap / 1e6, young: young / 1e6, records: lasting.length + lately.length }));`;

async function measure(how: "small" | "usual"): Promise<{ heap: number; young: number; records: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", "--input-type=module", "-e", WORK, how, MODULE]);
  return JSON.parse(stdout);
}

it("a process that keeps its heap small takes far less for the same work", async () => {
  const [small, usual] = [await measure("small"), await measure("usual")];
  expect(small.records).toBe(usual.records);
  expect(small.heap).toBeLessThan(usual.heap * 0.75);
  expect(small.young).toBeLessThan(40);
}, 60_000);
