/** One decision of a run; never a secret, never a whole address. */
export interface TraceEntry {
  /** Unix milliseconds. */
  at: number;
  /** What was decided about: `branch`, `method`, `hook`, `rate_limit`, `lockout`, `bot_protection`, `step`, `cause`, `error`, `finish`. */
  kind: string;
  /** Name of the branch, method, hook, bucket or step. */
  name: string;
  /** How it went, such as `chosen`, `right`, `wrong`, `refused`, `skipped`. */
  outcome: string;
  /** Milliseconds the decision took. */
  ms?: number;
}

/** Why a run went the way it did: the decisions of one request, in order. */
export class Trace {
  readonly entries: TraceEntry[] = [];

  constructor(private readonly now: () => Date) {}

  /** Adds a decision. */
  add(kind: string, name: string, outcome: string): void {
    this.entries.push({ at: this.now().getTime(), kind, name, outcome });
  }

  /** Adds a decision with the time its work took; a result of undefined means `wrong`. */
  async timed<T>(kind: string, name: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const add = (outcome: string) => this.entries.push({ at: this.now().getTime(), kind, name, outcome, ms: Math.round(performance.now() - started) });
    try {
      const result = await work();
      add(result === undefined && kind === "method" ? "wrong" : "passed");
      return result;
    } catch (error) {
      add(error instanceof Error && "reason" in error ? String(error.reason) : "failed");
      throw error;
    }
  }

  /** Takes the entries out, to be stored. */
  drain(): TraceEntry[] {
    return this.entries.splice(0);
  }
}
