import { availableParallelism } from "node:os";

/**
 * How the server runs under Node. V8 collects garbage and compiles in threads of its own, four of them whatever the machine has: on few cores these
 * keep the one that answers requests waiting, so they get one core less than there is.
 */
export const nodeFlags = ["--enable-source-maps", `--v8-pool-size=${Math.min(4, Math.max(1, availableParallelism() - 1))}`];
