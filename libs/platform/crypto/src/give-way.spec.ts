import { readdirSync, readFileSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { PasswordHasher } from "./index.js";

/** Fields of `/proc/<pid>/stat` after the name of the command (proc_pid_stat(5)): the nice value is the 19th field, the policy the 41st. */
const scheduling = (file: string) => {
  const fields = readFileSync(file, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return { nice: Number(fields[16]), policy: Number(fields[38]) };
};
const threads = () => readdirSync("/proc/self/task").map((id) => scheduling(`/proc/self/task/${id}/stat`));

const hasher = new PasswordHasher({ concurrency: 1, memoryCost: 64, timeCost: 1 });
afterAll(() => hasher.close());

it.runIf(process.platform === "linux")("hashes on a thread that gives way, and leaves the others as they are", async () => {
  const main = scheduling("/proc/self/stat");
  const before = threads().filter(({ nice }) => nice > main.nice).length;
  await hasher.hash("secret");
  expect(threads().filter(({ nice }) => nice > main.nice).length).toBe(before + 1);
  expect(scheduling("/proc/self/stat")).toEqual(main);
});

it("goes on after a hash that failed", async () => {
  const broken = new PasswordHasher({ concurrency: 1, memoryCost: 1, timeCost: 0 });
  await expect(broken.hash("secret")).rejects.toThrow();
  expect((await broken.verify(await hasher.hash("secret"), "secret")).ok).toBe(true);
  await broken.close();
});

it("finishes what it has in hand before it closes", async () => {
  const closing = new PasswordHasher({ concurrency: 2, memoryCost: 64, timeCost: 1 });
  const hashes = Promise.all(["a", "b"].map((plain) => closing.hash(plain)));
  await closing.close();
  expect((await hashes).every((hash) => hash.startsWith("$argon2id$"))).toBe(true);
});
