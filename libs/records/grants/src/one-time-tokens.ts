import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { ALPHANUMERIC, randomString } from "@gatehouse/platform-ids";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";

const TOKEN_SECONDS = 300;

/** What an app session token stands for: a refresh token of a grant. */
export interface AppSessionToken {
  grantId: string;
  initialRefreshTokenHash: string;
}

/** App session tokens: 5 minutes, once, hashed at rest (spec: oauth-oidc §10). */
@Injectable()
export class AppSessionTokens {
  constructor(private readonly redis: RedisConnection) {}

  /** Returns the token: 32 characters, and when it ends. */
  async create(ctx: ProjectContext, entry: AppSessionToken): Promise<{ token: string; expireAt: Date }> {
    const token = randomString(32, ALPHANUMERIC);
    await this.redis.client.set(this.key(ctx, token), JSON.stringify(entry), "EX", TOKEN_SECONDS);
    return { token, expireAt: new Date(ctx.now().getTime() + TOKEN_SECONDS * 1000) };
  }

  /** Takes a token; a second call finds nothing. */
  async consume(ctx: ProjectContext, token: string): Promise<AppSessionToken | undefined> {
    const stored = await this.redis.client.getdel(this.key(ctx, token));
    return stored ? (JSON.parse(stored) as AppSessionToken) : undefined;
  }

  private key(ctx: ProjectContext, token: string): string {
    return projectKey(ctx, "app-session-token", sha256Hex(token));
  }
}

/** What a pre-authenticated URL token stands for: a grant that a web client may borrow. */
export interface PreAuthenticatedToken {
  /** The web client. */
  clientId: string;
  grantId: string;
  /** What the exchange asked for; absent for all that the grant's first client may do. */
  scopes?: string[];
}

/** Pre-authenticated URL tokens: 5 minutes, once, hashed at rest (spec: oauth-oidc §12). */
@Injectable()
export class PreAuthenticatedTokens {
  constructor(private readonly redis: RedisConnection) {}

  /** Returns the token: 32 characters. It lives for 300 seconds. */
  async create(ctx: ProjectContext, entry: PreAuthenticatedToken): Promise<string> {
    const token = randomString(32, ALPHANUMERIC);
    await this.redis.client.set(this.key(ctx, token), JSON.stringify(entry), "EX", TOKEN_SECONDS);
    return token;
  }

  /** Takes a token; a second call finds nothing. */
  async consume(ctx: ProjectContext, token: string): Promise<PreAuthenticatedToken | undefined> {
    const stored = await this.redis.client.getdel(this.key(ctx, token));
    return stored ? (JSON.parse(stored) as PreAuthenticatedToken) : undefined;
  }

  private key(ctx: ProjectContext, token: string): string {
    return projectKey(ctx, "pre-authenticated-token", sha256Hex(token));
  }
}
