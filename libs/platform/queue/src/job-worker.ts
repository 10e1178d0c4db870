import { UnrecoverableError, Worker } from "bullmq";
import type { RedisClient } from "@gatehouse/platform-redis";
import { type QueueOptions, queuePrefix } from "./queue-prefix.js";

/** One job as a worker sees it. */
export interface RunningJob {
  data: unknown;
  /** From 1. */
  attempt: number;
  /** When it was added. */
  addedAt: Date;
}

/** The consuming side of a queue. */
export interface JobWorkerOptions extends QueueOptions {
  /** Jobs at once. */
  concurrency?: number;
  /** At most so many jobs in so many milliseconds, over all workers. */
  limit?: { max: number; duration: number };
  /** Throws to have the job tried again; `GiveUp` ends it at once. */
  run(job: RunningJob): Promise<void>;
  /** Milliseconds to wait after a failed attempt. */
  retryDelay?(attempt: number): number;
  /** Called for every failed attempt. */
  failed?(error: Error): void;
}

/** Thrown by a worker's `run` to end a job without another attempt. */
export class GiveUp extends Error {}

/** Takes jobs until it is closed; closing waits for the jobs at work. */
export class JobWorker {
  private readonly connection: RedisClient;
  private readonly worker: Worker;

  constructor(options: JobWorkerOptions) {
    this.connection = options.redis.client.duplicate({ maxRetriesPerRequest: null });
    this.connection.on("error", () => undefined);
    this.worker = new Worker(
      options.name,
      async (job) => {
        try {
          await options.run({ data: job.data, attempt: job.attemptsMade + 1, addedAt: new Date(job.timestamp) });
        } catch (error) {
          throw error instanceof GiveUp ? new UnrecoverableError(error.message) : error;
        }
      },
      {
        connection: this.connection as never,
        prefix: queuePrefix(options.databaseUrl),
        concurrency: options.concurrency ?? 4,
        ...(options.limit ? { limiter: options.limit } : {}),
        settings: { backoffStrategy: (attempt?: number) => options.retryDelay?.(attempt ?? 1) ?? 1000 },
      },
    );
    this.worker.on("error", () => undefined);
    this.worker.on("failed", (_job, error) => options.failed?.(error));
  }

  /** Resolves when the worker listens. */
  async ready(): Promise<void> {
    await this.worker.waitUntilReady();
  }

  async close(): Promise<void> {
    await this.worker.close();
    this.connection.disconnect();
  }
}
