import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { SessionKind } from "@gatehouse/domain-session";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";

/** The server side of an access token (spec: sessions and tokens §2.5). Times in Unix seconds. */
export interface AccessGrant {
  userId: string;
  clientId: string;
  authorizationId: string;
  sessionId: string;
  sessionKind: SessionKind;
  scopes: string[];
  createdAt: number;
  expireAt: number;
  initialRefreshTokenHash?: string;
}

/** Access grants in Redis, found by the SHA-256 of the token. */
@Injectable()
export class AccessGrants {
  constructor(private readonly redis: RedisConnection) {}

  /** Keeps a grant until it expires. Returns the hash, which is also the `jti` of a JWT access token. */
  async save(ctx: ProjectContext, token: string, grant: AccessGrant): Promise<string> {
    const hash = sha256Hex(token);
    await this.redis.client.set(this.key(ctx, hash), JSON.stringify(grant), "EX", Math.max(1, grant.expireAt - grant.createdAt));
    return hash;
  }

  /** The grant of an opaque token. */
  byToken(ctx: ProjectContext, token: string): Promise<AccessGrant | undefined> {
    return this.byHash(ctx, sha256Hex(token));
  }

  /** The unexpired grant with this hash. */
  async byHash(ctx: ProjectContext, hash: string): Promise<AccessGrant | undefined> {
    const stored = await this.redis.client.get(this.key(ctx, hash));
    const grant = stored ? (JSON.parse(stored) as AccessGrant) : undefined;
    return grant && grant.expireAt * 1000 > ctx.now().getTime() ? grant : undefined;
  }

  /** Ends an access token; true when there was one. */
  async revoke(ctx: ProjectContext, token: string): Promise<boolean> {
    return (await this.redis.client.del(this.key(ctx, sha256Hex(token)))) > 0;
  }

  private key(ctx: ProjectContext, hash: string): string {
    return projectKey(ctx, "access-grant", hash);
  }
}
