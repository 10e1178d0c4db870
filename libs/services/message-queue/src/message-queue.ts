import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { noAvailableSmsClient, noAvailableSmtpConfiguration, smsGatewayTimeout } from "@gatehouse/domain-errors";
import { type MessageJob, messageJob } from "@gatehouse/domain-jobs";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { ApiError } from "@gatehouse/platform-errors-core";
import { JobQueue } from "@gatehouse/platform-queue";
import { RedisConnection } from "@gatehouse/platform-redis";
import { MessageReplies } from "./message-replies.js";
import { smsProvider } from "./sms-provider.js";
import { type OutgoingMessage, SECONDS_TO_WAIT, toJob } from "./outgoing-message.js";

const CLEAN_EVERY_MS = 60_000;

/** How a message is handed over. */
export interface HandOver {
  /** Test mode holds the message back: it is reported, and needs no provider. */
  suppressed?: boolean;
}

/** Hands messages to the worker that renders and delivers them. */
@Injectable()
export class MessageQueue implements OnApplicationShutdown {
  private opened: JobQueue | undefined;
  private readonly replies: MessageReplies;
  private cleanedAt = 0;

  constructor(
    private readonly redis: RedisConnection,
    private readonly env: EnvConfig,
  ) {
    this.replies = new MessageReplies(redis);
  }

  /**
   * Throws NoAvailableSMTPConfiguration or NoAvailableSMSClient when nothing could deliver a message of this channel, and a plain error when SMS has several providers
   * and none is named. In development mode the inbox can, and a
   * suppressed message needs no provider. WhatsApp reports a missing provider as an event only (spec: messaging §3).
   */
  assertDeliverable(ctx: ProjectContext, channel: OutgoingMessage["channel"], { suppressed = false }: HandOver = {}): void {
    if (this.env.devMode || suppressed) return;
    if (channel === "email" && !ctx.project.secrets["mail.smtp"]) throw noAvailableSmtpConfiguration();
    if (channel === "sms" && !smsProvider(ctx, this.env)) throw noAvailableSmsClient();
  }

  /** Adds one message; the answer does not wait for its delivery. Throws like `assertDeliverable`, and a plain error when the queue does not answer. */
  async enqueue(ctx: ProjectContext, message: OutgoingMessage, how: HandOver = {}): Promise<void> {
    this.assertDeliverable(ctx, message.channel, how);
    await this.add(ctx, toJob(ctx, message));
  }

  /**
   * Adds one message; an SMS that goes to a provider is waited for, at most 65 seconds. Throws like `enqueue`, and the provider's error (`SMSGateway…`,
   * `UnexpectedError`); no answer at all is `SMSGatewayTimeout`.
   */
  async deliver(ctx: ProjectContext, message: OutgoingMessage, how: HandOver = {}): Promise<void> {
    if (message.channel !== "sms" || how.suppressed || !smsProvider(ctx, this.env)) return this.enqueue(ctx, message, how);
    const id = ctx.newId();
    const { address, reply } = this.replies.expect(id, SECONDS_TO_WAIT * 1000);
    try {
      await this.add(ctx, { ...toJob(ctx, message), reply: address });
    } catch (error) {
      this.replies.forget(id);
      throw error;
    }
    const outcome = await reply;
    if (!outcome) throw smsGatewayTimeout({ Description: "the message was not handed over in time" });
    if (outcome.sent) return;
    const { error } = outcome;
    if (!error) throw new Error("an SMS could not be sent; the worker's log has the cause");
    throw new ApiError(error.name, error.reason, error.message, error.info);
  }

  /** Mail is tried again; what else a provider may have taken is not. */
  private async add(ctx: ProjectContext, job: MessageJob): Promise<void> {
    this.opened ??= new JobQueue({ name: messageJob.name, redis: this.redis, databaseUrl: this.env.databaseUrl });
    await this.opened.add(job, { attempts: job.channel === "email" ? messageJob.attempts : 1 });
    this.dropStale(ctx.now().getTime());
  }

  /** Codes and addresses of messages that no worker took do not stay in Redis. */
  private dropStale(now: number): void {
    if (now - this.cleanedAt < CLEAN_EVERY_MS) return;
    this.cleanedAt = now;
    this.opened?.dropWaiting((messageJob.timeToLiveSeconds ?? 0) * 1000).catch(() => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    this.replies.close();
    await this.opened?.close();
  }
}
