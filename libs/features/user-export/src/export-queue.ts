import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { type UserExportJob, userExportJob } from "@gatehouse/domain-jobs";
import { EnvConfig } from "@gatehouse/platform-env";
import { JobQueue } from "@gatehouse/platform-queue";
import { RedisConnection } from "@gatehouse/platform-redis";
import type { StaleExport } from "./store/stale-exports.read.js";

/** Jobs that write an export: ids only. */
@Injectable()
export class ExportQueue implements OnApplicationShutdown {
  private opened: JobQueue | undefined;

  constructor(
    private readonly redis: RedisConnection,
    private readonly env: EnvConfig,
  ) {}

  /** An export that waits already is not queued again. Throws when Redis does not answer. */
  async add(tasks: readonly StaleExport[]): Promise<void> {
    if (tasks.length === 0) return;
    this.opened ??= new JobQueue({ name: userExportJob.name, redis: this.redis, databaseUrl: this.env.databaseUrl });
    await this.opened.addAll(
      tasks.map(({ projectId, taskId }) => {
        const data: UserExportJob = { project_id: projectId, task_id: taskId };
        return { data, how: { id: taskId, attempts: userExportJob.attempts } };
      }),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.opened?.close();
  }
}
