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
  /** Tokens taken, also a fraction; 1 by default. With 0 the attempt is free. */
  weight?: number;
  /** Nothing is taken or refused: the bucket is only looked at. */
  peek?: true;
  /** One bucket for all projects of the deployment; its key holds no project. */
  global?: true;
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

interface How {
  read?: AlsoRead;
  /** All tokens or none. */
  all?: boolean;
}

interface Answer {
  /** Of the hash that was read. */
  fields: (string | null)[];
  /** Buckets that were only looked at, and have no token. */
  empty: Bucket[];
}

interface Active extends Bucket {
  periodMs: number;
  burst: number;
}

/** What can travel in one script: the buckets of a project share a slot of a Redis cluster; each of the deployment is on its own. */
function bySlot(buckets: readonly Active[]): Active[][] {
  const groups: Active[][] = [];
  for (const bucket of buckets) {
    const last = groups.at(-1);
    if (!last || bucket.global || last[0]?.global) groups.push([bucket]);
    else last.push(bucket);
  }
  return groups;
}

/** Rate limits by the generic cell rate algorithm in Redis (spec: protection §2.2). A project's buckets of one call travel in one script. */
@Injectable()
export class RateLimiter {
  constructor(private readonly redis: RedisConnection) {}

  /** Takes a token of every bucket, in order. Throws `TooManyRequest/RateLimited` at the first empty one; tokens taken before stay taken. */
  async consume(ctx: ProjectContext, buckets: readonly Bucket[]): Promise<void> {
    await this.run(ctx, this.active(ctx, buckets));
  }

  /** Like `consume`, and in the same round trip reads fields of a hash and says which of the buckets that are only looked at are empty. */
  async consumeAndRead(ctx: ProjectContext, buckets: readonly Bucket[], read: AlsoRead): Promise<Answer> {
    return this.run(ctx, this.active(ctx, buckets), { read });
  }

  /** Takes tokens that `refund` can give back; tokens taken before an empty bucket stay taken. */
  reserve(ctx: ProjectContext, buckets: readonly Bucket[]): Promise<Reservation> {
    return this.take(ctx, buckets, false);
  }

  /** Takes a token of every bucket, or, when one of them is empty, none at all. Throws like `consume`. */
  reserveAll(ctx: ProjectContext, buckets: readonly Bucket[]): Promise<Reservation> {
    return this.take(ctx, buckets, true);
  }

  private async take(ctx: ProjectContext, buckets: readonly Bucket[], all: boolean): Promise<Reservation> {
    const taken = this.active(ctx, buckets);
    await this.run(ctx, taken, { all });
    return { refund: (pipeline) => this.giveBack(ctx, taken, pipeline) };
  }

  /** A refund is the same script with a negative weight. */
  private async giveBack(ctx: ProjectContext, taken: readonly Active[], pipeline?: ChainableCommander): Promise<void> {
    const back = taken.filter(({ peek, weight }) => !peek && weight !== 0).map((bucket) => ({ ...bucket, weight: -(bucket.weight ?? 1) }));
    for (const group of bySlot(back)) {
      const { keys, args } = this.call(ctx, group);
      if (pipeline) pipeline.eval(RATE_LIMIT_SCRIPT, keys.length, ...keys, ...args);
      else await this.redis.client.eval(RATE_LIMIT_SCRIPT, keys.length, ...keys, ...args);
    }
  }

  /** Whether a bucket would refuse its weight now. Takes nothing. */
  async wouldRefuse(ctx: ProjectContext, bucket: Bucket): Promise<boolean> {
    return (await this.run(ctx, this.active(ctx, [{ ...bucket, peek: true }]))).empty.length > 0;
  }

  /** Adds a look at a bucket to a pipeline; what is returned reads the answer: whether the bucket would refuse its weight. Undefined for a limit that is off. */
  look(ctx: ProjectContext, bucket: Bucket, pipeline: ChainableCommander): ((answer: unknown) => boolean) | undefined {
    const buckets = this.active(ctx, [{ ...bucket, peek: true }]);
    if (buckets.length === 0) return undefined;
    const { keys, args } = this.call(ctx, buckets);
    pipeline.eval(RATE_LIMIT_SCRIPT, keys.length, ...keys, ...args);
    return (answer) => (answer as [number, unknown, number[]])[2].length > 0;
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
    if (ctx.project.features.rate_limits.disabled) return [];
    return buckets.flatMap((bucket) => {
      const { config } = bucket;
      if (!config?.enabled || !config.period) return [];
      const periodMs = parseDuration(config.period) ?? 0;
      return periodMs > 0 ? [{ ...bucket, periodMs, burst: Math.max(1, config.burst ?? 1) }] : [];
    });
  }

  private key(ctx: ProjectContext, bucket: Bucket): string {
    return bucket.global ? ["rate-limit", bucket.name, ...bucket.args].join(":") : projectKey(ctx, "rate-limit", bucket.name, ...bucket.args);
  }

  private call(ctx: ProjectContext, buckets: readonly Active[], { read, all }: How = {}): { keys: string[]; args: (string | number)[] } {
    const keys = [...buckets.map((bucket) => this.key(ctx, bucket)), ...(read ? [read.key] : [])];
    return {
      keys,
      args: [buckets.length, all ? 1 : 0, ...buckets.flatMap(({ periodMs, burst, weight, peek }) => [periodMs, burst, weight ?? 1, peek ? 1 : 0]), ...(read?.fields ?? [])],
    };
  }

  private async run(ctx: ProjectContext, buckets: readonly Active[], { read, all }: How = {}): Promise<Answer> {
    const groups = bySlot(buckets);
    const reader = groups.findLastIndex(([first]) => !first?.global);
    const answer: Answer = { fields: [], empty: [] };
    for (const [index, group] of groups.entries()) {
      const { keys, args } = this.call(ctx, group, { all, read: index === reader ? read : undefined });
      const [refused, fields, empty] = (await this.redis.client.eval(RATE_LIMIT_SCRIPT, keys.length, ...keys, ...args)) as [number, (string | null)[], number[]];
      const first = group[refused - 1];
      if (first && all) await this.giveBack(ctx, groups.slice(0, index).flat());
      if (first) throw refusal(first);
      if (index === reader) answer.fields = fields;
      answer.empty.push(...empty.flatMap((place) => group[place - 1] ?? []));
    }
    if (read && reader < 0) answer.fields = await this.redis.client.hmget(read.key, ...read.fields);
    return answer;
  }
}

/** The limit that an error of an empty bucket names, for its event; undefined for unnamed limits and other errors. */
export function blockedLimit(error: ApiError): { name: string; group: string } | undefined {
  return rateLimited.is(error) ? (error.info?.rate_limit as { name: string; group: string } | undefined) : undefined;
}

/** The error of an empty bucket. */
export function refusal(bucket: Bucket): ApiError {
  return rateLimited({ bucket_name: bucket.name, ...(bucket.limit ? { rate_limit: bucket.limit, rate_limit_name: bucket.limit.group } : {}) });
}
