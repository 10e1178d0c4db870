import { type Job, Queue, Worker } from "bullmq";
import type { RedisClient } from "@gatehouse/platform-redis";
import { type QueueOptions, queuePrefix } from "./queue-prefix.js";

/** Work that is done again and again. */
export interface PeriodicJob {
  name: string;
  everySeconds: number;
  /** It is also done whenever a worker starts; workers that start within ten seconds are one. */
  atStart?: boolean;
  run(): Promise<void>;
}

/** Periodic jobs of one queue. */
export interface PeriodicJobsOptions extends QueueOptions {
  jobs: readonly PeriodicJob[];
  /** Called for every run that failed, and for every time the schedule could not be looked after; the next run comes all the same. */
  failed?(error: Error, name: string): void;
  /** Milliseconds between looks at the schedule. */
  checkMs?: number;
  /** Milliseconds that a run may be held by a worker that gives no sign of life. */
  lockMs?: number;
}

const CHECK_MS = 30_000;
const START_MS = 10_000;
/** What a worker did when it was killed is done anew after this and half as long again; until then its next runs are left out. */
const LOCK_MS = 10_000;
/** A run that is so much later than its interval has no job any more. */
const LATE_MS = 30_000;

/**
 * Does periodic work once per interval over all workers. The schedule lies in Redis: each run is a job that one worker takes, and that job's start plans the next one, so
 * nothing piles up. Every worker puts back what Redis has lost: at the start, when the connection is ready again, and every half minute.
 */
export class PeriodicJobs {
  private readonly connection: RedisClient;
  private readonly queue: Queue;
  private readonly worker: Worker;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly options: PeriodicJobsOptions) {
    const { name, redis, databaseUrl, jobs } = options;
    this.connection = redis.client.duplicate({ maxRetriesPerRequest: null });
    this.connection.on("error", () => undefined);
    const shared = { connection: this.connection as never, prefix: queuePrefix(databaseUrl) };
    this.queue = new Queue(name, { ...shared, skipMetasUpdate: true });
    this.queue.on("error", () => undefined);
    // None of them waits for another.
    const lockDuration = options.lockMs ?? LOCK_MS;
    this.worker = new Worker(name, (job) => this.run(job), {
      ...shared,
      concurrency: Math.max(1, jobs.length),
      autorun: false,
      lockDuration,
      stalledInterval: lockDuration / 2,
    });
    this.worker.on("error", () => undefined);
    this.worker.on("failed", (job, error) => options.failed?.(error, job?.name ?? name));
  }

  /** Begins to take runs. It does not wait for Redis: the schedule is made when that answers. */
  start(): void {
    void this.worker.run().catch((error: Error) => this.options.failed?.(error, this.options.name));
    this.look(() => this.begin());
    this.connection.on("ready", () => this.look());
    this.timer = setInterval(() => this.look(), this.options.checkMs ?? CHECK_MS);
    this.timer.unref();
  }

  /** Takes nothing new and waits for what is at work. The schedule stays. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.worker.close();
    await this.queue.close();
    this.connection.disconnect();
  }

  private look(work: () => Promise<void> = () => this.putBack()): void {
    if (this.closed) return;
    this.looking ??= work()
      .catch((error: Error) => {
        if (!this.closed) this.options.failed?.(error, this.options.name);
      })
      .finally(() => {
        this.looking = undefined;
      });
  }

  /** What this worker no longer does is taken off the schedule; what is to be done at every start begins anew. */
  private async begin(): Promise<void> {
    const names = new Set(this.options.jobs.map(({ name }) => name));
    for (const { key } of await this.queue.getJobSchedulers()) if (!names.has(key)) await this.queue.removeJobScheduler(key);
    for (const job of this.options.jobs) {
      if (!job.atStart || !(await this.isFirst(job))) continue;
      await this.queue.removeJobScheduler(job.name);
      await this.plan(job);
    }
    await this.putBack();
  }

  /** Whether no other worker has just started. */
  private async isFirst({ name }: PeriodicJob): Promise<boolean> {
    const key = `${queuePrefix(this.options.databaseUrl)}:${this.options.name}:started:${name}`;
    return (await this.connection.set(key, "1", "PX", START_MS, "NX")) === "OK";
  }

  private async putBack(): Promise<void> {
    const found = new Map((await this.queue.getJobSchedulers()).map((schedule) => [schedule.key, schedule]));
    for (const job of this.options.jobs) {
      const { every, next = 0 } = found.get(job.name) ?? {};
      if (every !== ms(job) || next < Date.now() - ms(job) - LATE_MS) await this.plan(job);
    }
  }

  /** The first run is due at once, where there is no schedule yet. */
  private async plan(job: PeriodicJob): Promise<void> {
    await this.queue.upsertJobScheduler(job.name, { every: ms(job) }, { name: job.name, opts: { attempts: 1, removeOnComplete: true, removeOnFail: true } });
  }

  private async run(job: Job): Promise<void> {
    const work = this.options.jobs.find(({ name }) => name === job.name);
    if (work && !(await this.isAtWork(job))) await work.run();
  }

  /** Whether an earlier run takes longer than the interval, here or elsewhere: then this one is left out. */
  private async isAtWork(job: Job): Promise<boolean> {
    const active: (Job | undefined)[] = await this.queue.getActive();
    return active.some((other) => other?.name === job.name && other.id !== job.id && startedBefore(other, job));
  }
}

const ms = ({ everySeconds }: PeriodicJob): number => everySeconds * 1000;

const startedBefore = (other: Job, job: Job): boolean =>
  other.processedOn === job.processedOn ? String(other.id) < String(job.id) : (other.processedOn ?? 0) < (job.processedOn ?? 0);
