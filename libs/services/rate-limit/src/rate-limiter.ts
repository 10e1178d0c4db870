import { Injectable } from "@nestjs/common";
import type { ChainableCommander } from "ioredis";
import { parseDuration, type RateLimitConfig } from "@gatehouse/domain-config";
import { rateLimited } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { ApiError } from "@gatehouse/platform-errors-core";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";
import { RATE_LIMIT_SCRIPT } from "./rate-limit-script.js";

/** One limit to be asked: `args` tell its buckets apart (address, user ...). A disabled or absent config never limits. */
export interface Bucket {
  /** Bucket name as errors show it, such as `VerifyPasswordPerIP`. */
  name: string;
  args: readonly string[];
  config: RateLimitConfig | undefined;
  /** Full name of the limit; its group is the name without the last part. Unnamed limits (cooldowns) leave it out. */
  limit?: { name: string; group: string };
  /** Tokens taken; 1 by default. With 0 the bucket is only looked at. */
  weight?: number;
}

/** Tokens taken, to be given back when the attempt did not count. */
export interface Reservation {
  /** Gives the tokens back, at once or as part of a pipeline. */
  refund(pipeline?: ChainableCommander): Promise<void>;
}

/** Fields of a Redis hash to read in the same round trip. */
export interface AlsoRead {
  key: string;
  fields: readonly string[];
}

interface Active extends Bucket {
  periodMs: number;
  burst: number;
}

/** Rate limits by the generic cell rate algorithm in Redis (spec: protection §2.2). All buckets of a call travel in one script. */
@Injectable()
export class RateLimiter {
  constructor(private readonly redis: RedisConnection) {}

  /** Takes a token of every bucket, in order. Throws `TooManyRequest/RateLimited` at the first empty one; tokens taken before stay taken. */
  async consume(ctx: ProjectContext, buckets: readonly Bucket[]): Promise<void> {
    await this.run(ctx, this.active(ctx, buckets));
  }

  /** Like `consume`, and in the same round trip reads fields of a hash and says which buckets of weight 0 are empty. */
  async consumeAndRead(ctx: ProjectContext, buckets: readonly Bucket[], read: AlsoRead): Promise<{ fields: (string | null)[]; empty: Bucket[] }> {
    return this.run(ctx, this.active(ctx, buckets), read);
  }

  /** Takes tokens that `refund` can give back. */
  async reserve(ctx: ProjectContext, buckets: readonly Bucket[]): Promise<Reservation> {
    const taken = this.active(ctx, buckets);
    await this.run(ctx, taken);
    const back = taken.map((bucket) => ({ ...bucket, weight: -(bucket.weight ?? 1) }));
    return {
      refund: async (pipeline) => {
        if (back.length === 0) return;
        const { keys, args } = this.call(ctx, back);
        if (pipeline) pipeline.eval(RATE_LIMIT_SCRIPT, keys.length, ...keys, ...args);
        else await this.redis.client.eval(RATE_LIMIT_SCRIPT, keys.length, ...keys, ...args);
      },
    };
  }

  /** Milliseconds until the bucket has a token, 0 when it has one. Takes nothing. */
  async waitMs(ctx: ProjectContext, bucket: Bucket): Promise<number> {
    const [active] = this.active(ctx, [bucket]);
    if (!active) return 0;
    const tat = Number((await this.redis.client.get(this.key(ctx, active))) ?? 0);
    const emission = Math.floor(active.periodMs / active.burst);
    return Math.max(0, tat + emission - emission * active.burst - ctx.now().getTime());
  }

  private active(ctx: ProjectContext, buckets: readonly Bucket[]): Active[] {
    const features = ctx.project.features as { rate_limits?: { disabled?: boolean } };
    if (features.rate_limits?.disabled) return [];
    return buckets.flatMap((bucket) => {
      const { config } = bucket;
      if (!config?.enabled || !config.period) return [];
      const periodMs = parseDuration(config.period) ?? 0;
      return periodMs > 0 ? [{ ...bucket, periodMs, burst: Math.max(1, config.burst ?? 1) }] : [];
    });
  }

  private key(ctx: ProjectContext, bucket: Bucket): string {
    return projectKey(ctx, "rate-limit", bucket.name, ...bucket.args);
  }

  private call(ctx: ProjectContext, buckets: readonly Active[], read?: AlsoRead): { keys: string[]; args: (string | number)[] } {
    const keys = [...buckets.map((bucket) => this.key(ctx, bucket)), ...(read ? [read.key] : [])];
    return { keys, args: [buckets.length, ...buckets.flatMap(({ periodMs, burst, weight }) => [periodMs, burst, weight ?? 1]), ...(read?.fields ?? [])] };
  }

  private async run(ctx: ProjectContext, buckets: readonly Active[], read?: AlsoRead): Promise<{ fields: (string | null)[]; empty: Bucket[] }> {
    if (buckets.length === 0) return { fields: read ? await this.redis.client.hmget(read.key, ...read.fields) : [], empty: [] };
    const { keys, args } = this.call(ctx, buckets, read);
    const [refused, fields, empty] = (await this.redis.client.eval(RATE_LIMIT_SCRIPT, keys.length, ...keys, ...args)) as [number, (string | null)[], number[]];
    const first = buckets[refused - 1];
    if (first) throw refusal(first);
    return { fields, empty: empty.flatMap((index) => buckets[index - 1] ?? []) };
  }
}

/** The error of an empty bucket. */
export function refusal(bucket: Bucket): ApiError {
  return rateLimited({ bucket_name: bucket.name, ...(bucket.limit ? { rate_limit: bucket.limit, rate_limit_name: bucket.limit.group } : {}) });
}
