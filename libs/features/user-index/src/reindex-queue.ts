import { type UserReindexJob, userReindexJob } from "@gatehouse/domain-jobs";
import { EnvConfig } from "@gatehouse/platform-env";
import { JobQueue } from "@gatehouse/platform-queue";
import { RedisConnection } from "@gatehouse/platform-redis";
import { Injectable, type OnApplicationShutdown } from "@nestjs/common";

/** Jobs that index sets of users in batches: ids only. */
@Injectable()
export class ReindexQueue implements OnApplicationShutdown {
  private opened: JobQueue | undefined;

  constructor(
    private readonly redis: RedisConnection,
    private readonly env: EnvConfig,
  ) {}

  /** Throws when Redis does not answer. A set that is being indexed already is indexed again: what changed may be behind the batch at work. */
  async add(jobs: readonly UserReindexJob[]): Promise<void> {
    if (jobs.length === 0) return;
    this.opened ??= new JobQueue({ name: userReindexJob.name, redis: this.redis, databaseUrl: this.env.databaseUrl });
    await this.opened.addAll(jobs.map((data) => ({ data, how: { attempts: userReindexJob.attempts } })));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.opened?.close();
  }
}
