import {
  emailError,
  emailSent,
  emailSuppressed,
  type EventDeliveryProblem,
  type GatehouseEvent,
  smsError,
  smsSent,
  smsSuppressed,
  whatsappError,
  whatsappSent,
  whatsappSuppressed,
} from "@gatehouse/domain-events";
import { noAvailableWhatsappClient, otpDeliveryUnexpected } from "@gatehouse/domain-errors";
import { type MessageJob, messageJob } from "@gatehouse/domain-jobs";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { isApiError } from "@gatehouse/platform-errors-core";
import { OutboundClient } from "@gatehouse/platform-outbound";
import { Database } from "@gatehouse/platform-postgres";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { messageName, smsProvider } from "@gatehouse/service-message-queue";
import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { isSuppressed } from "@gatehouse/record-one-time-codes";
import { type RenderedMessage, renderMessage } from "../rules/render-message.js";
import { sendBySmtp, senderOf, smtpSecret } from "../smtp-sender.js";
import { smsGateway } from "../sms/gateway-of-provider.js";
import type { SmsGateway } from "../sms/sms-gateway.js";
import { InboxStore } from "../store/inbox.store.js";
import { WhatsappSender } from "../whatsapp/whatsapp-sender.js";
import { DeliveryNews, type MessageReport } from "./delivery-news.js";

type Channel = MessageJob["channel"];
const problems: Readonly<Record<Channel, (payload: EventDeliveryProblem) => GatehouseEvent>> = { email: emailError, sms: smsError, whatsapp: whatsappError };
const suppressions: Readonly<Record<Channel, (payload: EventDeliveryProblem) => GatehouseEvent>> = { email: emailSuppressed, sms: smsSuppressed, whatsapp: whatsappSuppressed };
const channelNames: Readonly<Record<Channel, string>> = { email: "email", sms: "SMS", whatsapp: "Whatsapp" };

/** Renders a message and gives it to the mail server or SMS provider; keeps it in the development inbox when there is none. Reports the outcome as an event. */
@Injectable()
export class DeliverMessage implements OnApplicationShutdown {
  private readonly outbound: OutboundClient;

  constructor(
    private readonly db: Database,
    private readonly env: EnvConfig,
    private readonly outbox: EventOutbox,
    private readonly inbox: InboxStore,
    private readonly whatsapp: WhatsappSender,
    private readonly news: DeliveryNews,
  ) {
    this.outbound = new OutboundClient({ allowLoopback: env.devMode });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.outbound.close();
  }

  /** Throws when the mail server failed and `lastAttempt` is false: try again later. The code inside hears what became of the message. */
  async run(ctx: ProjectContext, job: MessageJob, lastAttempt: boolean): Promise<MessageReport> {
    const report = await this.deliver(ctx, job, lastAttempt);
    await this.news.tell(ctx, job, report);
    return report;
  }

  private async deliver(ctx: ProjectContext, job: MessageJob, lastAttempt: boolean): Promise<MessageReport> {
    const age = (ctx.now().getTime() - Date.parse(job.created_at)) / 1000;
    if (age > (messageJob.timeToLiveSeconds ?? Infinity)) {
      ctx.log.warn({ template: job.template, channel: job.channel, age }, "A message waited too long; its code is no longer of use and it is not sent.");
      return { outcome: "expired" };
    }
    if (!job.silent && isSuppressed(ctx, job.channel, job.to)) return this.suppress(ctx, job, "test mode");
    let message: RenderedMessage;
    try {
      message = renderMessage(ctx, job);
    } catch (error) {
      return this.fail(ctx, job, error as Error);
    }
    const secret = smtpSecret(ctx);
    if (job.channel === "email" && secret) return this.mail(ctx, job, { message, secret, lastAttempt });
    const sms = job.channel === "sms" ? this.smsGateway(ctx) : undefined;
    if (sms) return this.text(ctx, job, { message, ...sms });
    if (job.channel === "whatsapp" && this.whatsapp.isConfigured(ctx)) return this.whatsappCode(ctx, job, message);
    if (this.env.devMode) return this.keep(ctx, job, message);
    const missing = job.channel === "whatsapp" ? noAvailableWhatsappClient() : new Error(`no provider for ${channelNames[job.channel]} is configured`);
    return this.fail(ctx, job, missing);
  }

  private async mail(
    ctx: ProjectContext,
    job: MessageJob,
    how: { message: RenderedMessage; secret: NonNullable<ReturnType<typeof smtpSecret>>; lastAttempt: boolean },
  ): Promise<MessageReport> {
    const { message, secret, lastAttempt } = how;
    const from = senderOf(secret, message);
    if (!from) return this.fail(ctx, job, new Error("neither the secret mail.smtp nor the project's translation.json names a sender"));
    try {
      await sendBySmtp(secret, message, { from, to: job.to });
    } catch (error) {
      ctx.log.warn({ template: job.template, err: error }, "The mail server did not take a message.");
      if (!lastAttempt) throw error;
      return this.fail(ctx, job, error as Error);
    }
    await this.tell(ctx, job, emailSent({ sender: from, recipient: job.to, type: message.eventType }));
    return { outcome: "sent" };
  }

  /** The gateway of the project's SMS, if it has one; that it has several is told when it is asked for. */
  private smsGateway(ctx: ProjectContext): { gateway: () => SmsGateway } | undefined {
    try {
      const provider = smsProvider(ctx, this.env);
      return provider && { gateway: () => smsGateway(provider) };
    } catch (error) {
      return {
        gateway: () => {
          throw error;
        },
      };
    }
  }

  /** A gateway may have taken an SMS whose answer was lost, so it is not tried again. */
  private async text(ctx: ProjectContext, job: MessageJob, { message, gateway }: { message: RenderedMessage; gateway: () => SmsGateway }): Promise<MessageReport> {
    const sender = message.sender || ctx.project.id;
    try {
      await gateway().send(ctx, this.outbound, { to: job.to, body: message.text, sender, job, values: message.values, language: message.language });
    } catch (error) {
      return this.fail(ctx, job, error as Error);
    }
    const notCounted = ctx.project.features.messaging.sms_usage_count_disabled;
    await this.outbox.appendNow(ctx, [smsSent({ sender, recipient: job.to, type: message.eventType, is_not_counted_in_usage: notCounted })]);
    return { outcome: "sent" };
  }

  /** WhatsApp may have taken a message whose answer was lost, so it is not tried again. */
  private async whatsappCode(ctx: ProjectContext, job: MessageJob, { eventType }: RenderedMessage): Promise<MessageReport> {
    const { to, code = "", locales } = job;
    try {
      const { messageId, callbacksOf } = await this.whatsapp.send(ctx, this.outbound, { to, code, locales });
      if (callbacksOf !== undefined) await this.news.expect(ctx, job, { phoneNumberId: callbacksOf, messageId });
      const is_not_counted_in_usage = ctx.project.features.messaging.whatsapp_usage_count_disabled === true;
      await this.outbox.appendNow(ctx, [whatsappSent({ recipient: to, type: eventType, is_not_counted_in_usage })]);
      return { outcome: callbacksOf === undefined ? "sent" : "sending" };
    } catch (error) {
      return this.fail(ctx, job, error as Error);
    }
  }

  private async keep(ctx: ProjectContext, job: MessageJob, message: RenderedMessage): Promise<MessageReport> {
    await this.db.read((tx) =>
      this.inbox.insert(ctx, tx, {
        id: ctx.newId(),
        channel: job.channel,
        to: job.to,
        template: job.template,
        subject: message.subject || null,
        body: message.text,
        code: job.code ?? null,
        link: job.link ?? null,
        created_at: ctx.now(),
      }),
    );
    await this.suppress(ctx, job, "development mode");
    return { outcome: "kept" };
  }

  private async suppress(ctx: ProjectContext, job: MessageJob, by: string): Promise<MessageReport> {
    const { eventType } = messageName(job.template);
    await this.tell(ctx, job, suppressions[job.channel]({ description: `${channelNames[job.channel]} (${eventType}) to ${job.to} is suppressed by ${by}.`, recipient: job.to }));
    return { outcome: "suppressed" };
  }

  private async tell(ctx: ProjectContext, job: MessageJob, event: GatehouseEvent): Promise<void> {
    if (!job.silent) await this.outbox.appendNow(ctx, [event]);
  }

  private async fail(ctx: ProjectContext, job: MessageJob, error: Error): Promise<MessageReport> {
    ctx.log.error({ template: job.template, channel: job.channel, err: error }, "A message could not be sent.");
    await this.tell(ctx, job, problems[job.channel]({ description: isApiError(error) ? JSON.stringify(error) : error.message, recipient: job.to }));
    return { outcome: "failed", error: (isApiError(error) ? error : otpDeliveryUnexpected()).toJSON() };
  }
}
