import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { MessageQueue, type OutgoingMessage } from "@gatehouse/service-message-queue";
import { messagingBuckets, RateLimiter } from "@gatehouse/service-rate-limit";
import { isSuppressed, isSuppressedByProject } from "./test-mode.js";

/** How a message is sent. */
export interface SendOptions {
  /** Wait for the provider of an SMS, and throw what it says. */
  wait?: boolean;
  /** Everything but the message itself: so that a recipient who is not there looks like one who is. */
  dummy?: boolean;
}

/** The door every message goes through: the project's test mode, then limits, then the queue; the plan's test mode and development mode hold back later (spec: messaging §1, protection §8). */
@Injectable()
export class SendMessage {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly queue: MessageQueue,
    private readonly env: EnvConfig,
  ) {}

  /** Throws `RateLimited`, NoAvailableSMTPConfiguration, NoAvailableSMSClient and, with `wait`, what the SMS provider says. */
  async run(ctx: ProjectContext, message: OutgoingMessage, { wait = false, dummy = false }: SendOptions = {}): Promise<void> {
    const { channel, to } = message;
    const how = { suppressed: isSuppressed(ctx, channel, to) };
    if (!isSuppressedByProject(ctx, channel, to)) await this.limiter.consume(ctx, messagingBuckets(ctx, { channel, to, deployment: this.env }));
    if (dummy) return this.queue.assertDeliverable(ctx, channel, how);
    await (wait ? this.queue.deliver(ctx, message, how) : this.queue.enqueue(ctx, message, how));
  }
}
