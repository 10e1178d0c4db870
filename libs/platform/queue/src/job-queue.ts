import { Queue } from "bullmq";
import type { RedisClient } from "@gatehouse/platform-redis";
import { type QueueOptions, queuePrefix } from "./queue-prefix.js";

/** How one job is added. */
export interface AddJob {
  /** A job whose id is queued already is not added again; no colons. */
  id?: string;
  /** Milliseconds before it may run. */
  delay?: number;
  /** Attempts before it counts as failed. */
  attempts?: number;
}

/** The producing side of a queue. Finished and failed jobs leave nothing behind in Redis. */
export class JobQueue {
  private readonly connection: RedisClient;
  private readonly queue: Queue;

  constructor(options: QueueOptions) {
    this.connection = options.redis.client.duplicate({ maxRetriesPerRequest: 3 });
    this.connection.on("error", () => undefined);
    this.queue = new Queue(options.name, { connection: this.connection as never, prefix: queuePrefix(options.databaseUrl), skipMetasUpdate: true });
    this.queue.on("error", () => undefined);
  }

  /** Adds one job. Throws when Redis does not answer. */
  async add(data: object, how: AddJob = {}): Promise<void> {
    await this.addAll([{ data, how }]);
  }

  /** Adds several jobs in one round trip. */
  async addAll(jobs: readonly { data: object; how?: AddJob }[]): Promise<void> {
    if (jobs.length === 0) return;
    await this.queue.addBulk(
      jobs.map(({ data, how = {} }) => ({
        name: this.queue.name,
        data,
        opts: { jobId: how.id, delay: how.delay, attempts: how.attempts ?? 1, backoff: { type: "custom" }, removeOnComplete: true, removeOnFail: true },
      })),
    );
  }

  /** Drops jobs that have waited longer than `ms` milliseconds. */
  async dropWaiting(ms: number): Promise<void> {
    await this.queue.clean(ms, 1000, "wait");
  }

  /** Jobs that wait, run or are delayed. */
  async pending(): Promise<number> {
    const counts = await this.queue.getJobCounts("waiting", "active", "delayed");
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    await this.queue.close();
    this.connection.disconnect();
  }
}
