import { type JobEntry, retryDelay, userExportJob, userImportJob } from "@gatehouse/domain-jobs";
import { HandleExportJob } from "@gatehouse/feature-user-export";
import { HandleImportJob } from "@gatehouse/feature-user-import";
import { EnvConfig } from "@gatehouse/platform-env";
import { JobWorker } from "@gatehouse/platform-queue";
import { RedisConnection } from "@gatehouse/platform-redis";
import { parseDuration } from "@gatehouse/platform-schema";
import { createLogger, type Logger } from "@gatehouse/platform-telemetry";
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from "@nestjs/common";

/** What of a job is different from others. */
interface Work {
  job: JobEntry;
  concurrency: number;
  limit: { period: string; burst: number } | undefined;
  run(data: unknown): Promise<void>;
}

/** Takes jobs of imports and exports for as long as the process lives. */
@Injectable()
export class TransferWorkers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log: Logger;
  private workers: JobWorker[] = [];

  constructor(
    private readonly env: EnvConfig,
    private readonly redis: RedisConnection,
    private readonly imports: HandleImportJob,
    private readonly exports: HandleExportJob,
  ) {
    this.log = createLogger({ level: env.logLevel, service: "hooks" });
  }

  onApplicationBootstrap(): void {
    const { rateLimitsTaskUserImport, rateLimitsTaskUserExport } = this.env;
    this.workers = [
      this.worker({ job: userImportJob, concurrency: 2, limit: rateLimitsTaskUserImport, run: (data) => this.imports.run(data, this.log) }),
      this.worker({ job: userExportJob, concurrency: 1, limit: rateLimitsTaskUserExport, run: (data) => this.exports.run(data, this.log) }),
    ];
  }

  /** Takes nothing new and waits for what is at work. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close()));
  }

  private worker({ job, concurrency, limit, run }: Work): JobWorker {
    return new JobWorker({
      name: job.name,
      redis: this.redis,
      databaseUrl: this.env.databaseUrl,
      concurrency,
      ...(limit ? { limit: { max: limit.burst, duration: parseDuration(limit.period) ?? 1000 } } : {}),
      retryDelay: (attempt) => retryDelay(job, attempt) ?? 0,
      run: ({ data }) => run(data),
      failed: (err) => this.log.error({ err, job: job.name }, "A task of an import or export failed; it goes on later where it stood."),
    });
  }
}
