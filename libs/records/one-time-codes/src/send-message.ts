import { Injectable } from "@nestjs/common";
import { blockedByFraudProtection } from "@gatehouse/domain-errors";
import { fraudProtectionDecisionRecorded } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { FraudProtection } from "@gatehouse/service-fraud-protection";
import { MessageQueue, messageName, type OutgoingMessage } from "@gatehouse/service-message-queue";
import { messagingBuckets, RateLimiter } from "@gatehouse/service-rate-limit";
import { Usage } from "@gatehouse/service-usage";
import { isSuppressed, isSuppressedByProject } from "./test-mode.js";

/** How a message is sent. */
export interface SendOptions {
  /** Wait for the provider of an SMS, and throw what it says. */
  wait?: boolean;
  /** Everything but the message itself: so that a recipient who is not there looks like one who is. */
  dummy?: boolean;
  /** The same message was asked for as a dummy before: its rate limits are taken already. */
  limited?: boolean;
  /** `ask` has let it through: its rate limits are taken, and fraud protection has decided. */
  admitted?: boolean;
  /** Whom it is for, when that is known. */
  userId?: string;
  /** The flow run it is sent for. */
  runId?: string;
}

/**
 * The door every message goes through: the project's test mode, usage limits, rate limits, fraud protection, then the queue; the plan's test mode and development mode
 * hold back later (spec: messaging §1, protection §1).
 */
@Injectable()
export class SendMessage {
  constructor(
    private readonly usage: Usage,
    private readonly limiter: RateLimiter,
    private readonly fraud: FraudProtection,
    private readonly outbox: EventOutbox,
    private readonly queue: MessageQueue,
    private readonly env: EnvConfig,
  ) {}

  /**
   * Throws `UsageLimitExceeded`, `RateLimited`, `BlockedByFraudProtection`, NoAvailableSMTPConfiguration, NoAvailableSMSClient and, with `wait`, what the SMS provider
   * says.
   */
  async run(ctx: ProjectContext, message: OutgoingMessage, options: SendOptions = {}): Promise<void> {
    const { channel, to } = message;
    const { wait = false, dummy = false } = options;
    const how = { suppressed: isSuppressed(ctx, channel, to) };
    if (!isSuppressedByProject(ctx, channel, to)) await (dummy ? this.look(ctx, message) : this.admit(ctx, message, options));
    if (dummy) return this.queue.assertDeliverable(ctx, channel, how);
    await (wait ? this.queue.deliver(ctx, message, how) : this.queue.enqueue(ctx, message, how));
  }

  /**
   * Asks everything that may refuse a message which is sent later, as `admitted`. Throws `UsageLimitExceeded`, `RateLimited`, `BlockedByFraudProtection`,
   * NoAvailableSMTPConfiguration and NoAvailableSMSClient.
   */
  async ask(ctx: ProjectContext, message: OutgoingMessage, options: Pick<SendOptions, "userId" | "runId"> = {}): Promise<void> {
    const { channel, to } = message;
    if (!isSuppressedByProject(ctx, channel, to)) {
      await this.look(ctx, message);
      if (channel === "sms") await this.watch(ctx, message, options);
    }
    this.queue.assertDeliverable(ctx, channel, { suppressed: isSuppressed(ctx, channel, to) });
  }

  private async look(ctx: ProjectContext, message: OutgoingMessage): Promise<void> {
    await this.usage.check(ctx, message.channel);
    await this.limit(ctx, message);
  }

  private async admit(ctx: ProjectContext, message: OutgoingMessage, options: SendOptions): Promise<void> {
    const counted = await this.usage.reserve(ctx, message.channel);
    if (!options.limited && !options.admitted)
      await this.limit(ctx, message).catch(async (error: unknown) => {
        await counted.giveBack();
        throw error;
      });
    if (message.channel === "sms" && !options.admitted) await this.watch(ctx, message, options);
  }

  private limit(ctx: ProjectContext, { channel, to }: OutgoingMessage): Promise<void> {
    return this.limiter.consume(ctx, messagingBuckets(ctx, { channel, to, deployment: this.env }));
  }

  /** The decision is recorded at once, whatever it is. */
  private async watch(ctx: ProjectContext, { to, template }: OutgoingMessage, { userId, runId }: SendOptions): Promise<void> {
    const decided = await this.fraud.decide(ctx, { to, type: messageName(template).eventType, ...(userId ? { userId } : {}), ...(runId ? { runId } : {}) });
    if (!decided) return;
    await this.outbox.appendNow(ctx, [fraudProtectionDecisionRecorded({ record: decided.record }, userId ? { userId } : {})]);
    if (decided.blocked) throw blockedByFraudProtection();
  }
}
