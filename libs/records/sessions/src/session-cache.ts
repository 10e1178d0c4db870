import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { SessionKind } from "@gatehouse/domain-session";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";

/** Seconds a session may be served from the cache; also how often its last access is written at most. */
export const SESSION_CACHE_SECONDS = 60;
const BURIED = "revoked";

/**
 * Sessions by id, shared by all processes. A revoked session leaves a mark that outlives every fill that was under way:
 * the cache is filled with "set if absent", so that nothing revoked comes back. Losing Redis only costs a read.
 */
@Injectable()
export class SessionCache {
  constructor(private readonly redis: RedisConnection) {}

  /** The cached text, `revoked`, or undefined when nothing is known (or Redis is away). */
  async read(ctx: ProjectContext, kind: SessionKind, id: string): Promise<{ value: string } | "revoked" | undefined> {
    const value = await this.redis.client.get(this.key(ctx, kind, id)).catch(() => null);
    if (value === null) return undefined;
    return value === BURIED ? "revoked" : { value };
  }

  async fill(ctx: ProjectContext, entry: { kind: SessionKind; id: string; value: string }): Promise<void> {
    await this.redis.client.set(this.key(ctx, entry.kind, entry.id), entry.value, "EX", SESSION_CACHE_SECONDS, "NX").catch(() => undefined);
  }

  /** Forgets changed sessions. */
  async forget(ctx: ProjectContext, kind: SessionKind, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.redis.client.del(...ids.map((id) => this.key(ctx, kind, id))).catch(() => undefined);
  }

  /** Marks sessions as revoked. */
  async bury(ctx: ProjectContext, kind: SessionKind, ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.redis.client.set(this.key(ctx, kind, id), BURIED, "EX", SESSION_CACHE_SECONDS * 5).catch(() => undefined)));
  }

  private key(ctx: ProjectContext, kind: SessionKind, id: string): string {
    return projectKey(ctx, "session", kind, id);
  }
}
