import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { noAvailableSmsClient, noAvailableSmtpConfiguration } from "@gatehouse/domain-errors";
import { messageJob } from "@gatehouse/domain-jobs";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { JobQueue } from "@gatehouse/platform-queue";
import { RedisConnection } from "@gatehouse/platform-redis";
import { type OutgoingMessage, toJob } from "./outgoing-message.js";

const CLEAN_EVERY_MS = 60_000;
const SMS_SECRETS = ["sms.twilio", "sms.nexmo", "sms.custom"] as const;

/** WhatsApp reports a missing provider as an event only (spec: messaging §3). */
function checkProvider({ project: { secrets } }: ProjectContext, channel: OutgoingMessage["channel"]): void {
  if (channel === "email" && !secrets["mail.smtp"]) throw noAvailableSmtpConfiguration();
  if (channel === "sms" && !SMS_SECRETS.some((key) => secrets[key])) throw noAvailableSmsClient();
}

/** Hands messages to the worker that renders and delivers them. */
@Injectable()
export class MessageQueue implements OnApplicationShutdown {
  private opened: JobQueue | undefined;
  private cleanedAt = 0;

  constructor(
    private readonly redis: RedisConnection,
    private readonly env: EnvConfig,
  ) {}

  /**
   * Adds one message; the answer does not wait for its delivery. Throws NoAvailableSMTPConfiguration or NoAvailableSMSClient when nothing could deliver it
   * (in development mode the inbox can, and a suppressed message needs none), and a plain error when the queue does not answer.
   */
  async enqueue(ctx: ProjectContext, message: OutgoingMessage, options: { suppressed?: boolean } = {}): Promise<void> {
    if (!this.env.devMode && !options.suppressed) checkProvider(ctx, message.channel);
    this.opened ??= new JobQueue({ name: messageJob.name, redis: this.redis, databaseUrl: this.env.databaseUrl });
    await this.opened.add(toJob(ctx, message), { attempts: messageJob.attempts });
    this.dropStale(ctx.now().getTime());
  }

  /** Codes and addresses of messages that no worker took do not stay in Redis. */
  private dropStale(now: number): void {
    if (now - this.cleanedAt < CLEAN_EVERY_MS) return;
    this.cleanedAt = now;
    this.opened?.dropWaiting((messageJob.timeToLiveSeconds ?? 0) * 1000).catch(() => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.opened?.close();
  }
}
