import { setTimeout as delay } from "node:timers/promises";
import { backchannelLogoutJob, messageJob, retryDelay, userReindexJob, webhookDeliveryJob } from "@gatehouse/domain-jobs";
import { RecordEvents } from "@gatehouse/feature-audit-log";
import { NoticeEndedSessions, SendLogoutToken } from "@gatehouse/feature-backchannel-logout";
import { FanOutEvents, HandleDeliveryJob } from "@gatehouse/feature-hooks";
import { HandleMessageJob } from "@gatehouse/feature-messages";
import { IndexChangedUsers, ReindexUserSet } from "@gatehouse/feature-user-index";
import { EnvConfig } from "@gatehouse/platform-env";
import type { EventStream, StreamRecord } from "@gatehouse/platform-event-stream";
import { OutboxRelay } from "@gatehouse/platform-outbox";
import { Database } from "@gatehouse/platform-postgres";
import { JobWorker } from "@gatehouse/platform-queue";
import { RedisConnection } from "@gatehouse/platform-redis";
import { createLogger, type Logger } from "@gatehouse/platform-telemetry";
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from "@nestjs/common";
import { openEventStream } from "./open-event-stream.js";
import { ProtectionWork } from "./protection-work.js";
import { toRecord } from "./to-record.js";

type Handle = (records: readonly StreamRecord[]) => Promise<void>;

/** A batch of so many is not made larger by waiting. */
const LARGE_BATCH = 50;

/** Rests after a small batch, so that what comes meanwhile is one batch too: the first event waits for nothing, and a busy time costs few statements. */
const gathering =
  (restMs: number, handle: Handle): Handle =>
  async (records) => {
    await handle(records);
    if (records.length < LARGE_BATCH) await delay(restMs);
  };

/** How far back events are published again when the stream lost its data. */
const REPUBLISH_MS = 15 * 60_000;

/** Runs the relay, the consumers of the event stream and the job workers for as long as the process lives. */
@Injectable()
export class HooksWorkers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log: Logger;
  private readonly stream: EventStream;
  private readonly relay: OutboxRelay;
  private workers: JobWorker[] = [];

  constructor(
    private readonly env: EnvConfig,
    db: Database,
    private readonly redis: RedisConnection,
    private readonly fanOut: FanOutEvents,
    private readonly record: RecordEvents,
    private readonly deliveries: HandleDeliveryJob,
    private readonly messages: HandleMessageJob,
    private readonly endedSessions: NoticeEndedSessions,
    private readonly logoutTokens: SendLogoutToken,
    private readonly changedUsers: IndexChangedUsers,
    private readonly userSets: ReindexUserSet,
    private readonly protection: ProtectionWork,
  ) {
    this.log = createLogger({ level: env.logLevel, service: "hooks" });
    this.stream = openEventStream(env, redis);
    this.relay = new OutboxRelay({
      db: db,
      redis: redis.client,
      publish: (rows) => this.stream.publish(rows.map(toRecord)),
      failed: (err) => this.log.error({ err }, "The outbox could not be relayed; it is tried again."),
    });
  }

  /** Starts everything. Throws when the event stream cannot be reached: a worker that hears nothing must not look healthy. */
  async onApplicationBootstrap(): Promise<void> {
    await this.consume("hooks", (records) => this.fanOut.run(records, this.log));
    await this.consume(
      "audit-log",
      gathering(250, (records) => this.record.run(records, this.log)),
    );
    await this.consume("logout", (records) => this.endedSessions.run(records, this.log));
    await this.consume(
      "protection",
      gathering(250, (records) => this.protection.hear(records, this.log)),
    );
    await this.consume(
      "user-search",
      gathering(500, (records) => this.changedUsers.run(records, this.log)),
    );
    this.workers = [this.deliveryWorker(), this.messageWorker(), this.logoutWorker(), this.reindexWorker()];
    this.relay.start();
  }

  /** Takes nothing new and waits for what is at work. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.relay.stop();
    await Promise.all([this.stream.close(), ...this.workers.map((worker) => worker.close())]);
  }

  private async consume(group: string, handle: Handle): Promise<void> {
    await this.stream.subscribe({
      group,
      handle,
      created: async () => void (await this.relay.republish(REPUBLISH_MS)),
      failed: (err) => this.log.error({ err, group }, "A batch of events failed; it comes again."),
    });
  }

  private deliveryWorker(): JobWorker {
    return new JobWorker({
      name: webhookDeliveryJob.name,
      redis: this.redis,
      databaseUrl: this.env.databaseUrl,
      concurrency: 16,
      run: ({ data }) => this.deliveries.run(data, this.log),
      failed: (err) => this.log.error({ err, job: webhookDeliveryJob.name }, "An attempt of a web hook could not be recorded; the sweep finds it again."),
    });
  }

  private messageWorker(): JobWorker {
    return new JobWorker({
      name: messageJob.name,
      redis: this.redis,
      databaseUrl: this.env.databaseUrl,
      concurrency: 8,
      retryDelay: (attempt) => retryDelay(messageJob, attempt) ?? 0,
      run: async ({ data, attempt }) => void (await this.messages.run({ data, attempt, log: this.log })),
      failed: (err) => this.log.warn({ err, job: messageJob.name }, "A message was not sent."),
    });
  }

  private logoutWorker(): JobWorker {
    return new JobWorker({
      name: backchannelLogoutJob.name,
      redis: this.redis,
      databaseUrl: this.env.databaseUrl,
      concurrency: 8,
      retryDelay: (attempt) => retryDelay(backchannelLogoutJob, attempt) ?? 0,
      run: ({ data }) => this.logoutTokens.run(data, this.log),
      failed: (err) => this.log.warn({ err, job: backchannelLogoutJob.name }, "A client could not be told of a logout; it is told later."),
    });
  }

  private reindexWorker(): JobWorker {
    return new JobWorker({
      name: userReindexJob.name,
      redis: this.redis,
      databaseUrl: this.env.databaseUrl,
      concurrency: 1,
      retryDelay: (attempt) => retryDelay(userReindexJob, attempt) ?? 0,
      run: ({ data }) => this.userSets.run(data, this.log),
      failed: (err) => this.log.error({ err, job: userReindexJob.name }, "A set of users could not be indexed; it is tried again."),
    });
  }
}
