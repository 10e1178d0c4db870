import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { WorkerProcess } from "./worker-process.js";

const folders: string[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A program that notes each of its starts and lives until it is told to end. */
function program(): { file: string; starts: () => { pid: number; asked: string }[] } {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-worker-"));
  folders.push(folder);
  const [file, log] = [path.join(folder, "program.mjs"), path.join(folder, "starts")];
  writeFileSync(
    file,
    `import { appendFileSync } from "node:fs";
     appendFileSync(${JSON.stringify(log)}, JSON.stringify({ pid: process.pid, asked: process.argv.slice(2).join(" ") }) + "\\n");
     process.on("SIGTERM", () => process.exit(0));
     setInterval(() => {}, 1000);
     process.send("ready");`,
  );
  const starts = () =>
    readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { pid: number; asked: string });
  return { file, starts };
}

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it("is ready when its start is over, is started again after it was killed, and ends when it is stopped", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { file, starts } = program();
  const worker = new WorkerProcess({ PATH: process.env.PATH }, file);
  await worker.start();
  const [first] = starts();
  expect(first?.asked).toBe("start hooks");
  process.kill(first?.pid as number, "SIGKILL");
  await vi.waitFor(() => expect(starts()).toHaveLength(2), { timeout: 25_000 });
  const second = starts()[1]?.pid as number;
  expect(getPriority(second), "it gives way to what answers requests").toBeGreaterThan(getPriority());
  expect([lives(first?.pid as number), lives(second)]).toEqual([false, true]);
  await worker.stop();
  expect(lives(second)).toBe(false);
  await worker.stop();
  expect(starts()).toHaveLength(2);
});
