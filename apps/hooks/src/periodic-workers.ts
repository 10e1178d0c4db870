import {
  accountStatusRefresh,
  auditCheckpoints,
  deliverySweep,
  logCleanUp,
  logoutSweep,
  PERIODIC_QUEUE,
  type PeriodicWork,
  reindexSweep,
  scheduledEnds,
  sessionCleanUp,
  usageSums,
  userCountMerge,
  userTransferSweep,
} from "@gatehouse/domain-jobs";
import { KeepAuditLog, SignCheckpoints } from "@gatehouse/feature-audit-log";
import { NoticeEndedSessions } from "@gatehouse/feature-backchannel-logout";
import { SweepDeliveries } from "@gatehouse/feature-hooks";
import { PurgeExpiredSessions } from "@gatehouse/feature-sessions";
import { SweepExports } from "@gatehouse/feature-user-export";
import { SweepImports } from "@gatehouse/feature-user-import";
import { MergeUserCounts, SweepDueUsers } from "@gatehouse/feature-user-index";
import { EndDueUsers, RefreshAccountStatus } from "@gatehouse/feature-users";
import { EnvConfig } from "@gatehouse/platform-env";
import { type PeriodicJob, PeriodicJobs } from "@gatehouse/platform-queue";
import { RedisConnection } from "@gatehouse/platform-redis";
import { createLogger, type Logger } from "@gatehouse/platform-telemetry";
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from "@nestjs/common";
import { ProtectionWork } from "./protection-work.js";

const job = ({ name, everySeconds, atStart }: PeriodicWork, run: (now: Date) => Promise<unknown>): PeriodicJob => ({
  name,
  everySeconds,
  atStart: atStart === true,
  run: async () => void (await run(new Date())),
});

/** Does the periodic work of the job catalogue for as long as the process lives: deletion, anonymization, expiry, retention, and the sweeps. */
@Injectable()
export class PeriodicWorkers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log: Logger;
  private readonly jobs: PeriodicJobs;

  constructor(
    env: EnvConfig,
    redis: RedisConnection,
    private readonly deliveries: SweepDeliveries,
    private readonly auditLog: KeepAuditLog,
    private readonly checkpoints: SignCheckpoints,
    private readonly sessions: PurgeExpiredSessions,
    private readonly endedSessions: NoticeEndedSessions,
    private readonly dueForIndex: SweepDueUsers,
    private readonly userCounts: MergeUserCounts,
    private readonly dueUsers: EndDueUsers,
    private readonly statuses: RefreshAccountStatus,
    private readonly staleImports: SweepImports,
    private readonly staleExports: SweepExports,
    private readonly protection: ProtectionWork,
  ) {
    this.log = createLogger({ level: env.logLevel, service: "hooks" });
    this.jobs = new PeriodicJobs({
      name: PERIODIC_QUEUE,
      redis,
      databaseUrl: env.databaseUrl,
      jobs: [...this.ofUsers(), ...this.ofSessions(), ...this.ofLogs(), ...this.ofQueues()],
      failed: (err, work) => this.log.error({ err, work }, "Periodic work failed; it runs again."),
    });
  }

  onApplicationBootstrap(): void {
    this.jobs.start();
  }

  /** Takes nothing new and waits for what is at work. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.jobs.close();
  }

  private ofUsers(): PeriodicJob[] {
    const refresh = async (now: Date): Promise<void> => {
      await this.statuses.run(now);
      await this.sessions.ofClosedAccounts(now);
    };
    return [
      job(scheduledEnds, (now) => this.dueUsers.run(now, this.log)),
      job(accountStatusRefresh, refresh),
      job(reindexSweep, (now) => this.dueForIndex.run(now, this.log)),
      job(userCountMerge, () => this.userCounts.run()),
    ];
  }

  private ofSessions(): PeriodicJob[] {
    return [job(sessionCleanUp, (now) => this.sessions.run(now)), job(logoutSweep, (now) => this.endedSessions.sweep(now))];
  }

  private ofLogs(): PeriodicJob[] {
    const cleanUp = async (now: Date): Promise<void> => {
      await this.auditLog.run(this.log, now);
      await this.protection.keepTables(now);
      await this.deliveries.purge();
    };
    return [job(logCleanUp, cleanUp), job(auditCheckpoints, () => this.checkpoints.run(this.log)), job(usageSums, (now) => this.protection.sumUsage(now))];
  }

  private ofQueues(): PeriodicJob[] {
    const transfers = async (now: Date): Promise<void> => {
      await this.staleImports.run(now);
      await this.staleExports.run(now, this.log);
    };
    return [job(deliverySweep, (now) => this.deliveries.run(now)), job(userTransferSweep, transfers)];
  }
}
