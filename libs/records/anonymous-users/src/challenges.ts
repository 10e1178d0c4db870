import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";

const LIFE_SECONDS = 300;

/** What a challenge is for. */
export type ChallengePurpose = "anonymous_request" | "biometric_request" | "app2app_request";

/** Challenges in Redis: 32 characters, 5 minutes, once (spec: oauth-oidc §14.1). */
@Injectable()
export class Challenges {
  constructor(private readonly redis: RedisConnection) {}

  /** A new challenge. */
  async create(ctx: ProjectContext, purpose: ChallengePurpose): Promise<{ token: string; expireAt: Date }> {
    const token = randomString(32, CROCKFORD);
    await this.redis.client.set(this.key(ctx, token), purpose, "EX", LIFE_SECONDS);
    return { token, expireAt: new Date(ctx.now().getTime() + LIFE_SECONDS * 1000) };
  }

  /** Whether a challenge is good for a purpose; it stays so until it is consumed. */
  async isGood(ctx: ProjectContext, token: string, purpose: ChallengePurpose): Promise<boolean> {
    return (await this.redis.client.get(this.key(ctx, token))) === purpose;
  }

  /** Takes a challenge; false when it is unknown, used, or for something else. */
  async consume(ctx: ProjectContext, token: string, purpose: ChallengePurpose): Promise<boolean> {
    return (await this.redis.client.getdel(this.key(ctx, token))) === purpose;
  }

  private key(ctx: ProjectContext, token: string): string {
    return projectKey(ctx, "challenge", sha256Hex(token));
  }
}
