import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";
import type { SentCode } from "./code-target.js";

const LIFE_SECONDS = 20 * 60;

/** A message that WhatsApp took. */
export interface WhatsappMessageId {
  phoneNumberId: string;
  messageId: string;
}

/** Which code a WhatsApp message carried, for the callbacks that tell what became of it (spec: messaging §6.3). */
@Injectable()
export class WhatsappMessageStore {
  constructor(private readonly redis: RedisConnection) {}

  async remember(ctx: ProjectContext, id: WhatsappMessageId, { purpose, target, send }: SentCode): Promise<void> {
    await this.redis.client.set(key(ctx, id), JSON.stringify({ purpose, target, send } satisfies SentCode), "EX", LIFE_SECONDS);
  }

  /** Undefined when the message is unknown or long gone. */
  async codeOf(ctx: ProjectContext, id: WhatsappMessageId): Promise<SentCode | undefined> {
    const stored = await this.redis.client.get(key(ctx, id));
    return stored ? (JSON.parse(stored) as SentCode) : undefined;
  }
}

const key = (ctx: ProjectContext, { phoneNumberId, messageId }: WhatsappMessageId): string => projectKey(ctx, "whatsapp-message", sha256Hex(phoneNumberId), sha256Hex(messageId));
