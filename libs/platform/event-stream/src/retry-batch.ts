import type { StreamRecord, StreamSubscriber } from "./event-stream.js";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** A pause that an abort ends early. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}

/** The pause before try `attempt` (from 1), doubling up to ten seconds. */
export const pauseBefore = (attempt: number): number => Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);

/** Gives a batch to its subscriber until it is handled; false when the subscription closed first. `beat` runs before each try. */
export async function handleUntilDone(subscriber: StreamSubscriber, records: readonly StreamRecord[], control: { signal: AbortSignal; beat?(): Promise<void> }): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await control.beat?.();
      await subscriber.handle(records);
      return true;
    } catch (error) {
      subscriber.failed?.(error);
      await pause(pauseBefore(attempt), control.signal);
      if (control.signal.aborted) return false;
    }
  }
}
