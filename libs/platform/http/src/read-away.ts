import type { IncomingMessage } from "node:http";

/** A body up to this size is read to its end before it is refused, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Nobody is waited for longer, in milliseconds. */
const MAX_MS = 10_000;

/**
 * Takes in the rest of a body that was refused, and forgets it: a client that is still writing when its connection closes never sees the answer.
 * Gives up on bodies that say they are over 64 MiB, that turn out to be, or that take over 10 s.
 */
export function readAway(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed || Number(request.headers["content-length"]) > MAX_BYTES) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const timer = setTimeout(done, MAX_MS);
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) done();
    };
    function done(): void {
      clearTimeout(timer);
      request.off("data", onData).off("end", done).off("close", done).off("error", done);
      resolve();
    }
    request.on("data", onData).on("end", done).on("close", done).on("error", done);
    request.resume();
  });
}
