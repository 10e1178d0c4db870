import { readFileSync } from "node:fs";

/** Ticks of all processors since the machine started: all of them, and those that its host gave to other machines. Undefined where the system does not tell. */
function ticks() {
  try {
    const [user, nice, system, idle, iowait, irq, softirq, steal] = readFileSync("/proc/stat", "utf8").split("\n", 1)[0].trim().split(/\s+/).slice(1).map(Number);
    return { all: user + nice + system + idle + iowait + irq + softirq + steal, steal };
  } catch {
    return undefined;
  }
}

/** Begins to watch the processors; the function answers which share of their time was taken away since, in percent. A latency measured meanwhile holds that too. */
export function watchStolenTime() {
  const before = ticks();
  return () => {
    const after = ticks();
    return before && after && after.all > before.all ? (100 * (after.steal - before.steal)) / (after.all - before.all) : undefined;
  };
}
