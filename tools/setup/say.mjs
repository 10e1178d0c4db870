import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The root folder of this clone. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** A failure told to the user in one sentence, without a stack. */
export class Stop extends Error {}

export function say(line) {
  console.log(`  ${line}`);
}

/** Shows a long step and how long it took, beside what the program answers; short ones (under 300 ms) stay silent. */
export async function step(title, work) {
  const started = Date.now();
  const announce = setTimeout(() => console.error(`  ${title} ...`), 300);
  const alive = setInterval(() => console.error(`  ${title} ... ${Math.round((Date.now() - started) / 1000)} s`), 10_000);
  try {
    return await work();
  } finally {
    clearTimeout(announce);
    clearInterval(alive);
  }
}

/** Runs a program's main function; a `Stop` becomes one sentence and exit code 1. */
export async function main(run) {
  try {
    await run();
  } catch (error) {
    console.error(error instanceof Stop ? `gatehouse: ${error.message}` : error);
    process.exit(1);
  }
}

export const readText = (file) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
