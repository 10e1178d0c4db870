import { parseDuration } from "@gatehouse/domain-config";
import { otpDeliveryUnexpected } from "@gatehouse/domain-errors";
import type { MessageJob } from "@gatehouse/domain-jobs";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { ApiErrorJson } from "@gatehouse/platform-errors-core";
import { RedisConnection } from "@gatehouse/platform-redis";
import { CodeStore, type SentCode, type WhatsappMessageId, WhatsappMessageStore } from "@gatehouse/record-one-time-codes";
import { answer } from "@gatehouse/service-message-queue";
import { Injectable } from "@nestjs/common";

const CALLBACK_MS = 5_000;

/** What became of a message. */
export interface MessageReport {
  /** `sending`: the provider took it and tells later whether it arrived. */
  outcome: "sent" | "sending" | "kept" | "suppressed" | "expired" | "failed" | "dropped";
  /** Why it failed. */
  error?: ApiErrorJson;
}

/** Tells those who wait, and the codes inside, how messages fare (spec: messaging §2.3, §3, §6.3). */
@Injectable()
export class DeliveryNews {
  constructor(
    private readonly redis: RedisConnection,
    private readonly codes: CodeStore,
    private readonly whatsappMessages: WhatsappMessageStore,
  ) {}

  /** Mail is `sent` once it was handed over, whatever happens later; who waits for an SMS notes its fate. */
  async tell(ctx: ProjectContext, { channel, report: code, reply }: MessageJob, { outcome, error }: MessageReport): Promise<void> {
    const failed = outcome === "failed" || outcome === "expired";
    if (reply) await answer(this.redis, reply, { sent: !failed, ...(error ? { error } : {}) });
    if (!code || channel !== "whatsapp" || outcome === "sending") return;
    await this.codes.setDelivery(ctx, code as SentCode, failed ? { status: "failed", error: error ?? otpDeliveryUnexpected().toJSON() } : { status: "sent" });
  }

  /** A message is on its way: callbacks tell of it, soon. */
  async expect(ctx: ProjectContext, { report: code }: MessageJob, message: WhatsappMessageId): Promise<void> {
    if (!code) return;
    await this.whatsappMessages.remember(ctx, message, code as SentCode);
    const wait = parseDuration(ctx.project.config.messaging.whatsapp.message_sent_callback_timeout) ?? CALLBACK_MS;
    await this.codes.setDelivery(ctx, code as SentCode, { status: "sending", deliverBy: new Date(ctx.now().getTime() + wait) });
  }
}
