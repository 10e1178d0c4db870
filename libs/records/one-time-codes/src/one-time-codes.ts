import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { constantTimeEqual, sha256Hex } from "@gatehouse/platform-crypto";
import { DIGITS, randomString } from "@gatehouse/platform-ids";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";

/** What a code is for. */
export type CodePurpose = "verification" | "oob-otp" | "forgot-password";

/** What a code is bound to: its purpose and the address it was sent to. */
export interface CodeTarget {
  purpose: CodePurpose;
  target: string;
}

/** Digits of a code. */
export const CODE_LENGTH = 6;

/** The outcome of a check; `revoked` after too many failures. */
export type CodeCheck = "ok" | "wrong" | "revoked";

const FAIL_SCRIPT = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local failed = redis.call('HINCRBY', KEYS[1], 'failed', 1)
if tonumber(ARGV[1]) > 0 and failed >= tonumber(ARGV[1]) then redis.call('HDEL', KEYS[1], 'hash') end
return failed`;

/** One-time codes in Redis, hashed; a new code replaces the former one of its target (spec: authentication flow §9). */
@Injectable()
export class OneTimeCodes {
  constructor(private readonly redis: RedisConnection) {}

  /** Makes (or takes) a code and keeps its hash. Returns the code for the message. */
  async issue(ctx: ProjectContext, target: CodeTarget, options: { validMs: number; code?: string }): Promise<string> {
    const code = options.code ?? randomString(CODE_LENGTH, DIGITS);
    const key = this.key(ctx, target);
    await this.redis.client
      .multi()
      .del(key)
      .hset(key, "hash", this.hash(ctx, target, code))
      .pexpire(key, options.validMs)
      .exec();
    return code;
  }

  /** Whether a code is right. It stays usable until `consume`, so that a run can be finished by one transaction. A wrong one counts against `maxFailed` (0: no limit). */
  async check(ctx: ProjectContext, target: CodeTarget, input: { code: string; maxFailed?: number }): Promise<CodeCheck> {
    const key = this.key(ctx, target);
    const [hash, failed] = await this.redis.client.hmget(key, "hash", "failed");
    const maxFailed = input.maxFailed ?? 0;
    if (hash && constantTimeEqual(hash, this.hash(ctx, target, input.code.trim()))) return "ok";
    if (maxFailed > 0 && !hash && Number(failed ?? 0) >= maxFailed) return "revoked";
    const count = Number(await this.redis.client.eval(FAIL_SCRIPT, 1, key, maxFailed));
    return maxFailed > 0 && count >= maxFailed ? "revoked" : "wrong";
  }

  /** Ends a code. */
  async consume(ctx: ProjectContext, targets: readonly CodeTarget[]): Promise<void> {
    if (targets.length > 0) await this.redis.client.del(...targets.map((target) => this.key(ctx, target)));
  }

  private key(ctx: ProjectContext, { purpose, target }: CodeTarget): string {
    return projectKey(ctx, "one-time-code", purpose, sha256Hex(target));
  }

  private hash(ctx: ProjectContext, { purpose, target }: CodeTarget, code: string): string {
    return sha256Hex(`${ctx.project.id}\n${purpose}\n${target}\n${code}`);
  }
}
