import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { ALPHANUMERIC, randomString } from "@gatehouse/platform-ids";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";
import { Challenges } from "./challenges.js";

const LIFE_SECONDS = 300;

/** The anonymous user that is to become a regular one. */
export interface Promotion {
  userId: string;
  identityId: string;
}

/** Promotion codes of anonymous users without a key: 32 characters, 5 minutes, hashed at rest (spec: oauth-oidc §14.3). */
@Injectable()
export class PromotionCodes {
  constructor(
    private readonly redis: RedisConnection,
    private readonly challenges: Challenges,
  ) {}

  /** A new code. */
  async create(ctx: ProjectContext, promotion: Promotion): Promise<{ code: string; expireAt: Date }> {
    const code = randomString(32, ALPHANUMERIC);
    await this.redis.client.set(this.key(ctx, code), JSON.stringify(promotion), "EX", LIFE_SECONDS);
    return { code, expireAt: new Date(ctx.now().getTime() + LIFE_SECONDS * 1000) };
  }

  /** Whom a code promotes; it stays good until it is spent. */
  async get(ctx: ProjectContext, code: string): Promise<Promotion | undefined> {
    const stored = await this.redis.client.get(this.key(ctx, code));
    return stored ? (JSON.parse(stored) as Promotion) : undefined;
  }

  /** Ends what a finished promotion began with: its code, or the challenge of its JWT. */
  async spend(ctx: ProjectContext, { promotionCode, challenge }: { promotionCode?: string; challenge?: string }): Promise<void> {
    if (promotionCode) await this.redis.client.del(this.key(ctx, promotionCode));
    if (challenge) await this.challenges.consume(ctx, challenge, "anonymous_request");
  }

  private key(ctx: ProjectContext, code: string): string {
    return projectKey(ctx, "promotion-code", sha256Hex(code));
  }
}
