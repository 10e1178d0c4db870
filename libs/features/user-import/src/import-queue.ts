import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { type UserImportJob, userImportJob } from "@gatehouse/domain-jobs";
import { EnvConfig } from "@gatehouse/platform-env";
import { JobQueue } from "@gatehouse/platform-queue";
import { RedisConnection } from "@gatehouse/platform-redis";
import type { StaleImport } from "./store/stale-imports.read.js";

/** Jobs that apply the next task of an import: ids only. */
@Injectable()
export class ImportQueue implements OnApplicationShutdown {
  private opened: JobQueue | undefined;

  constructor(
    private readonly redis: RedisConnection,
    private readonly env: EnvConfig,
  ) {}

  /** A task that waits already is not queued again. Throws when Redis does not answer. */
  async add(tasks: readonly StaleImport[]): Promise<void> {
    if (tasks.length === 0) return;
    this.opened ??= new JobQueue({ name: userImportJob.name, redis: this.redis, databaseUrl: this.env.databaseUrl });
    await this.opened.addAll(
      tasks.map(({ projectId, jobId, task }) => {
        const data: UserImportJob = { project_id: projectId, job_id: jobId };
        return { data, how: { id: `${jobId}.${task}`, attempts: userImportJob.attempts } };
      }),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.opened?.close();
  }
}
