import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import type { ApiErrorJson } from "@gatehouse/platform-errors-core";
import { RedisConnection } from "@gatehouse/platform-redis";

/** A message by the number that sent it and the id WhatsApp gave it. */
export interface WhatsappMessageId {
  phoneNumberId: string;
  messageId: string;
}

/** News of a message. */
export interface WhatsappNews {
  status: "sent" | "failed";
  error?: ApiErrorJson;
}

const KEEP_SECONDS = 1200;

/** KEYS: the message. ARGV: status, error or '', seconds to keep. A failure is final. Returns the project that sent it, '' when that is not known (yet), or false when nothing changed. */
const UPDATE_SCRIPT = `
local old = redis.call('HGET', KEYS[1], 'status')
if old == 'failed' or old == ARGV[1] then return false end
redis.call('HSET', KEYS[1], 'status', ARGV[1])
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'error', ARGV[2]) end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return redis.call('HGET', KEYS[1], 'project') or ''`;

/**
 * News of WhatsApp messages. The keys hold no project: one number of one deployment may serve several, and its news come through the web hook of any of them
 * (spec: messaging §6.3).
 */
@Injectable()
export class WhatsappStatusStore {
  constructor(private readonly redis: RedisConnection) {}

  /** Key of a message, for the code that waits for news of it. */
  key(_ctx: ProjectContext, { phoneNumberId, messageId }: WhatsappMessageId): string {
    return `whatsapp:phone-number-id-sha256:${sha256Hex(phoneNumberId)}:message-id:${messageId}`;
  }

  /** Notes whose message it is. News may have come already. */
  async accepted(ctx: ProjectContext, id: WhatsappMessageId): Promise<void> {
    const key = this.key(ctx, id);
    await this.redis.client.multi().hset(key, "project", ctx.project.id).expire(key, KEEP_SECONDS).exec();
  }

  /** Notes news. Whose message it is: '' when that is not known, undefined when the news are not new. */
  async update(ctx: ProjectContext, id: WhatsappMessageId, { status, error }: WhatsappNews): Promise<string | undefined> {
    const project = (await this.redis.client.eval(UPDATE_SCRIPT, 1, this.key(ctx, id), status, error ? JSON.stringify(error) : "", KEEP_SECONDS)) as string | null;
    return project ?? undefined;
  }

  /** News of a message by its key; undefined while there are none. */
  async find(_ctx: ProjectContext, key: string): Promise<WhatsappNews | undefined> {
    const [status, error] = await this.redis.client.hmget(key, "status", "error");
    if (status !== "sent" && status !== "failed") return undefined;
    return { status, ...(error ? { error: JSON.parse(error) as ApiErrorJson } : {}) };
  }
}
