import { compileSchema, type Static, type TSchema } from "@gatehouse/platform-schema";

/** One kind of background job. */
export interface JobEntry<P = unknown> {
  /** Name of the job and of its queue. */
  readonly name: string;
  readonly description: string;
  /** Waits between attempts in seconds; one more attempt than waits. */
  readonly retryAfterSeconds: readonly number[];
  /** Attempts in all. */
  readonly attempts: number;
  /** How long a job that nobody took may wait, in seconds; afterwards it is dropped unread. Undefined: for ever. */
  readonly timeToLiveSeconds?: number;
  /** Whether a job's data has the declared form. */
  is(data: unknown): data is P;
}

/** Declares one kind of job; the schema checks what comes back from the queue. */
export function defineJob<S extends TSchema>(declaration: {
  name: string;
  description: string;
  retryAfterSeconds: readonly number[];
  timeToLiveSeconds?: number;
  payload: S;
}): JobEntry<Static<S>> {
  const { payload, ...rest } = declaration;
  const validator = compileSchema(payload);
  return Object.freeze({ ...rest, attempts: rest.retryAfterSeconds.length + 1, is: (data: unknown): data is Static<S> => validator.is(data) });
}

/** Work that is done again and again, once per interval over all workers. A run that fails is not tried again: the next one comes. Two at once would do no harm. */
export interface PeriodicWork {
  readonly name: string;
  readonly description: string;
  readonly everySeconds: number;
  /** It is also done whenever a worker starts. */
  readonly atStart?: true;
}

/** Milliseconds to wait after attempt `attempt` (from 1) failed; undefined when it was the last. */
export function retryDelay(job: Pick<JobEntry, "retryAfterSeconds">, attempt: number): number | undefined {
  const seconds = job.retryAfterSeconds[attempt - 1];
  return seconds === undefined ? undefined : seconds * 1000;
}
