import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** How much the heap may grow beyond what lived at the last full collection before the next one. The engine's own choice is up to 300 %, by what the machine has. */
const GROWTH_PERCENT = 30;
/** From here the young generation grows no more; the engine's own limit is 128 MB. */
const YOUNG_BYTES = 12_000_000;

const young = (): number => getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space")?.space_size ?? 0;

/** How many times as large the young generation is made when much of it survives: 1 keeps it as it is. */
const growYoung = (factor: 1 | 2): void => setFlagsFromString(`--semi-space-growth-factor=${factor}`);

/** A full collection that gives all it can back, the room of a young generation that starting has made large among it. */
function collectAll(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (how: object) => void;
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
}

/**
 * Has the engine collect early from now on, for a process whose memory matters more than its speed; call it when everything is loaded. Nothing here is a limit: what
 * lives may be as large as it is. The two flags are read at each collection, so they can be changed while the engine runs.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  growYoung(1);
  collectAll();
  new PerformanceObserver(() => growYoung(young() < YOUNG_BYTES ? 2 : 1)).observe({ entryTypes: ["gc"] });
}
