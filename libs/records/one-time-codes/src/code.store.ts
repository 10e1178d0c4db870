import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { constantTimeEqual, sha256Hex } from "@gatehouse/platform-crypto";
import { whatsappCallbackTimeout } from "@gatehouse/domain-errors";
import type { ApiErrorJson } from "@gatehouse/platform-errors-core";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";
import type { AcceptedCode, CodePurpose, CodeTarget, OtpRequest, SentCode } from "./code-target.js";

/** How a message fares. */
export type DeliveryStatus = "sending" | "sent" | "failed";

/** What is known of a code that was sent. */
export interface CodeState {
  failed: number;
  revoked: boolean;
  submitted: boolean;
  delivery: DeliveryStatus;
  deliveryError?: ApiErrorJson;
}

/** News of a message. */
export interface Delivery {
  status: DeliveryStatus;
  error?: ApiErrorJson;
  deliverBy?: Date;
}

/** A code to be kept. */
export interface NewCode {
  /** Undefined keeps the place of one that is never right. */
  code: string | undefined;
  send: string;
  lifeMs: number;
  /** It goes out by SMS, and fraud protection wants to hear when it is verified. */
  sms?: boolean;
}

/** What a link stands for. */
export interface LinkRecord {
  target: string;
  channel: OtpRequest["channel"];
  notify?: string;
  attachment?: Record<string, unknown>;
}

/**
 * KEYS: the code. ARGV: hash of what was typed, failures allowed (0: any number). A code that was used, or revoked, or is not there is never right.
 * Returns `wrong`, `revoked`, or `ok:` with the sending of the right code; failures are counted in the same step, so that guesses at the same time are as many as they are.
 */
const CHECK_SCRIPT = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 'wrong' end
local fields = redis.call('HMGET', KEYS[1], 'hash', 'used', 'failed', 'send')
local max = tonumber(ARGV[2])
if max > 0 and tonumber(fields[3] or '0') >= max then return 'revoked' end
if fields[1] and fields[1] == ARGV[1] and not fields[2] then return 'ok:' .. (fields[4] or '') end
local failed = redis.call('HINCRBY', KEYS[1], 'failed', 1)
if max == 0 or failed < max then return 'wrong' end
redis.call('HDEL', KEYS[1], 'hash')
redis.call('HSET', KEYS[1], 'revoked', '1')
return 'revoked'`;

/**
 * KEYS: marks of the sendings, then the codes' places. ARGV: who spends, life of the marks in ms, the sendings. All or nothing: returns whether none of them
 * was spent by somebody else. A mark outlives its code, so that whoever was told that the code is right cannot spend it again after it has expired.
 */
const SPEND_SCRIPT = `
local n = #KEYS / 2
for i = 1, n do
  local holder = redis.call('GET', KEYS[i])
  if holder and holder ~= ARGV[1] then return 0 end
end
for i = 1, n do
  redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[2])
  if redis.call('HGET', KEYS[n + i], 'send') == ARGV[2 + i] then redis.call('HSET', KEYS[n + i], 'used', '1') end
end
return 1`;

/** KEYS and ARGV as of the former, without the life. Gives back what this holder spent. */
const RETURN_SCRIPT = `
local n = #KEYS / 2
for i = 1, n do
  if redis.call('GET', KEYS[i]) == ARGV[1] then
    redis.call('DEL', KEYS[i])
    if redis.call('HGET', KEYS[n + i], 'send') == ARGV[1 + i] then redis.call('HDEL', KEYS[n + i], 'used') end
  end
end
return 1`;

/** How long it is known that a code was spent; one accepted longer ago is not taken. */
const SPENT_LIFE_MS = 24 * 3_600_000;

/** KEYS: a code. ARGV: hash of the link that is approved, pairs to set. Only a live code of this hash is changed. */
const SET_IF_LIVE_SCRIPT = `
local fields = redis.call('HMGET', KEYS[1], 'hash', 'used')
if not fields[1] or fields[2] or (ARGV[1] ~= '' and fields[1] ~= ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return 1`;

/** KEYS: a code. ARGV: the send that the news are of, pairs to set. News of a code that was replaced are of no use. */
const DELIVERY_SCRIPT = `
if redis.call('HGET', KEYS[1], 'send') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return 1`;

/** KEYS: a code. Takes the number its SMS went to and the run it was for, once. */
const TAKE_SMS_SCRIPT = `
local fields = redis.call('HMGET', KEYS[1], 'sms', 'run')
if not fields[1] then return {} end
redis.call('HDEL', KEYS[1], 'sms')
return {fields[1], fields[2] or ''}`;

const accepted = (ctx: ProjectContext, { purpose, target }: CodeTarget, send: string): AcceptedCode => ({ purpose, target, send, at: ctx.now().getTime() });

/** One-time codes in Redis, hashed; a new code replaces the former one of its target (spec: messaging §2.3). */
@Injectable()
export class CodeStore {
  constructor(private readonly redis: RedisConnection) {}

  /** Keeps a code in place of the former one. */
  async put(ctx: ProjectContext, request: OtpRequest, { code, send, lifeMs, sms = false }: NewCode): Promise<void> {
    const key = this.key(ctx, request);
    const watched = sms ? { sms: request.target, ...(request.runId ? { run: request.runId } : {}) } : {};
    const fields = { delivery: "sending", send, ...watched, ...(code === undefined ? {} : { hash: this.hash(ctx, request, code) }) };
    const work = this.redis.client.multi().del(key).hset(key, fields).pexpire(key, lifeMs);
    if (code !== undefined && request.form === "link") {
      const { target, channel, notify, attachment } = request;
      work.set(this.linkKey(ctx, request.purpose, code), JSON.stringify({ target, channel, notify, attachment } satisfies LinkRecord), "PX", lifeMs);
    }
    await work.exec();
  }

  /** The code, when it is right; it stays usable until it is spent. */
  async check(ctx: ProjectContext, target: CodeTarget, { code, maxFailed }: { code: string; maxFailed: number }): Promise<AcceptedCode | "wrong" | "revoked"> {
    const result = (await this.redis.client.eval(CHECK_SCRIPT, 1, this.key(ctx, target), this.hash(ctx, target, code.trim()), maxFailed)) as string;
    return result === "wrong" || result === "revoked" ? result : accepted(ctx, target, result.slice("ok:".length));
  }

  /** The SMS that brought a code, the first time somebody asks. */
  async takeSms(ctx: ProjectContext, target: CodeTarget): Promise<{ to: string; runId?: string } | undefined> {
    const [to, runId] = (await this.redis.client.eval(TAKE_SMS_SCRIPT, 1, this.key(ctx, target))) as string[];
    return to === undefined ? undefined : { to, ...(runId ? { runId } : {}) };
  }

  /** The code of a link that was approved, while it is good. */
  async submitted(ctx: ProjectContext, target: CodeTarget): Promise<AcceptedCode | undefined> {
    const [hash, used, submitted, send] = await this.redis.client.hmget(this.key(ctx, target), "hash", "used", "submitted", "send");
    return hash && !used && submitted && constantTimeEqual(hash, submitted) ? accepted(ctx, target, send ?? "") : undefined;
  }

  /** Spends accepted codes for one holder; false, and none is spent, when somebody else has spent one of them. The same holder may ask again. */
  async spend(ctx: ProjectContext, holder: string, codes: readonly AcceptedCode[]): Promise<boolean> {
    if (codes.length === 0) return true;
    if (codes.some(({ at }) => at + SPENT_LIFE_MS < ctx.now().getTime())) return false;
    const { keys, sends } = this.marks(ctx, codes);
    return (await this.redis.client.eval(SPEND_SCRIPT, keys.length, ...keys, holder, SPENT_LIFE_MS, ...sends)) === 1;
  }

  /** Gives codes back that a holder spent for nothing. */
  async giveBack(ctx: ProjectContext, holder: string, codes: readonly AcceptedCode[]): Promise<void> {
    const { keys, sends } = this.marks(ctx, codes);
    if (keys.length > 0) await this.redis.client.eval(RETURN_SCRIPT, keys.length, ...keys, holder, ...sends);
  }

  private marks(ctx: ProjectContext, codes: readonly AcceptedCode[]): { keys: string[]; sends: string[] } {
    const bySend = [...new Map(codes.map((code) => [code.send, code])).values()];
    const keys = [...bySend.map(({ send }) => projectKey(ctx, "one-time-spent", send)), ...bySend.map((code) => this.key(ctx, code))];
    return { keys, sends: bySend.map(({ send }) => send) };
  }

  /** What is known of the code of a target. */
  async state(ctx: ProjectContext, target: CodeTarget): Promise<CodeState> {
    const names = ["failed", "revoked", "submitted", "used", "delivery", "error", "deliver_by"];
    const [failed, revoked, submitted, used, delivery, error, deliverBy] = await this.redis.client.hmget(this.key(ctx, target), ...names);
    const isLate = delivery === "sending" && deliverBy && Number(deliverBy) < ctx.now().getTime();
    if (isLate) return { failed: Number(failed ?? 0), revoked: revoked === "1", submitted: false, delivery: "failed", deliveryError: whatsappCallbackTimeout().toJSON() };
    return {
      failed: Number(failed ?? 0),
      revoked: revoked === "1",
      submitted: submitted !== null && used === null,
      delivery: (delivery ?? "sent") as DeliveryStatus,
      ...(error ? { deliveryError: JSON.parse(error) as ApiErrorJson } : {}),
    };
  }

  /** Notes how the message of a target's code fares; `deliverBy` is when a message on its way counts as failed. */
  async setDelivery(ctx: ProjectContext, { send, ...target }: SentCode, { status, error, deliverBy }: Delivery): Promise<void> {
    const more = [...(error ? ["error", JSON.stringify(error)] : []), ...(deliverBy ? ["deliver_by", String(deliverBy.getTime())] : [])];
    await this.redis.client.eval(DELIVERY_SCRIPT, 1, this.key(ctx, target), send, "delivery", status, ...more);
  }

  /** What a link stands for; undefined when it is unknown, used, replaced or expired. */
  async byLink(ctx: ProjectContext, purpose: CodePurpose, code: string): Promise<LinkRecord | undefined> {
    const stored = await this.redis.client.get(this.linkKey(ctx, purpose, code));
    const record = stored ? (JSON.parse(stored) as LinkRecord) : undefined;
    if (!record) return undefined;
    const target = { purpose, target: record.target };
    const [hash, used] = await this.redis.client.hmget(this.key(ctx, target), "hash", "used");
    return hash && !used && constantTimeEqual(hash, this.hash(ctx, target, code)) ? record : undefined;
  }

  /** Notes that a link was approved; false when it is no longer good. */
  async submit(ctx: ProjectContext, target: CodeTarget, code: string): Promise<boolean> {
    const hash = this.hash(ctx, target, code);
    return (await this.redis.client.eval(SET_IF_LIVE_SCRIPT, 1, this.key(ctx, target), hash, "submitted", hash)) === 1;
  }

  private key(ctx: ProjectContext, { purpose, target }: CodeTarget): string {
    return projectKey(ctx, "one-time-code", purpose, sha256Hex(target));
  }

  private linkKey(ctx: ProjectContext, purpose: CodePurpose, code: string): string {
    return projectKey(ctx, "one-time-link", purpose, sha256Hex(code));
  }

  private hash(ctx: ProjectContext, { purpose, target }: CodeTarget, code: string): string {
    return sha256Hex(`${ctx.project.id}\n${purpose}\n${target}\n${code}`);
  }
}
