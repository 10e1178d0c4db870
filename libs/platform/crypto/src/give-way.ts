import { execFileSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import { availableParallelism, constants, setPriority } from "node:os";

/** Nice value of a thread that shares its only processor: about a tenth of the time is its own even when the others take all they get (sched(7)). */
const SHARED = 10;

/**
 * Lets the calling thread work only where the other threads of its process leave a processor idle, and leave it at once when one of them wakes up. Linux only: there a
 * priority is a thread's own, elsewhere it would be the whole process's, and nothing changes. SCHED_IDLE is set by `chrt` (util-linux, BusyBox); without it the nice
 * value has most of the effect, except that a thread that wakes up waits for the end of a slice (3 to 4 ms). Where there is one processor only, an idle thread could
 * wait for ever beside a busy one: it gives way by its nice value alone.
 */
export function giveWay(): void {
  if (process.platform !== "linux") return;
  try {
    const shared = availableParallelism() < 2;
    // 0: the calling thread (setpriority(2), "C library/kernel differences").
    setPriority(0, shared ? SHARED : constants.priority.PRIORITY_LOW);
    if (shared) return;
    const thread = readlinkSync("/proc/thread-self").split("/").at(-1) as string;
    execFileSync("chrt", ["-i", "-p", "0", thread], { stdio: "ignore", timeout: 5000 });
  } catch {
    // Not to be had here; the thread works as it is.
  }
}
