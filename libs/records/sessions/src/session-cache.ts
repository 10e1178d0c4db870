import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { SessionKind } from "@gatehouse/domain-session";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";

/** Seconds an entry may be served from the cache at most; also how often a last access is written at most. */
export const SESSION_CACHE_SECONDS = 60;
const BURIED = "revoked";
const HELD = "changed";
/** Longer than a fill takes that has read its row already. */
const HELD_SECONDS = 5;
const BURIED_SECONDS = SESSION_CACHE_SECONDS * 5;
/** Between attempts to mark something as revoked while Redis is away. */
const RETRY_MILLISECONDS = 1000;

/** What is cached: sessions by their id, access tokens and app sessions by their hash. */
export type CachedKind = SessionKind | "access_grant" | "app_session";

interface CacheEntry {
  kind: CachedKind;
  id: string;
}

/** The cached text, `revoked`, or undefined when nothing is known. */
export type CacheAnswer = { value: string } | "revoked" | undefined;

function answerOf(value: string | null | undefined): CacheAnswer {
  if (value === null || value === undefined || value === HELD) return undefined;
  return value === BURIED ? "revoked" : { value };
}

/**
 * Sessions and access tokens, shared by all processes. Something revoked leaves a mark that outlives every fill that was under way:
 * the cache is filled with "set if absent", so that nothing revoked comes back. Losing Redis only costs a read.
 */
@Injectable()
export class SessionCache {
  constructor(private readonly redis: RedisConnection) {}

  /** The cached text, `revoked`, or undefined when nothing is known (or Redis is away). */
  async read(ctx: ProjectContext, kind: CachedKind, id: string): Promise<CacheAnswer> {
    if (this.isAway) return undefined;
    return answerOf(await this.redis.client.get(this.key(ctx, kind, id)).catch(() => null));
  }

  /** Two entries at once. */
  async readBoth(ctx: ProjectContext, entries: readonly [CacheEntry, CacheEntry]): Promise<[CacheAnswer, CacheAnswer]> {
    if (this.isAway) return [undefined, undefined];
    const [first, second] = await this.redis.client.mget(entries.map(({ kind, id }) => this.key(ctx, kind, id))).catch(() => [null, null]);
    return [answerOf(first), answerOf(second)];
  }

  /** Keeps an entry for `seconds`, unless there is one. */
  async fill(ctx: ProjectContext, { kind, id, value, seconds }: { kind: CachedKind; id: string; value: string; seconds: number }): Promise<void> {
    if (this.isAway) return;
    await this.redis.client.set(this.key(ctx, kind, id), value, "EX", seconds, "NX").catch(() => undefined);
  }

  /** Forgets entries whose users have changed; for many at once. */
  async forget(ctx: ProjectContext, kind: CachedKind, ids: readonly string[]): Promise<void> {
    const keys = ids.map((id) => this.key(ctx, kind, id));
    if (keys.length > 0) await this.persist(() => this.redis.client.del(...keys));
  }

  /** Forgets what has changed, for good: a fill that read it before does not bring it back. */
  async renew(ctx: ProjectContext, kind: CachedKind, ids: readonly string[]): Promise<void> {
    const keys = ids.map((id) => this.key(ctx, kind, id));
    await Promise.all(keys.map((key) => this.persist(() => this.redis.client.set(key, HELD, "EX", HELD_SECONDS))));
  }

  /** Marks entries as revoked. */
  async bury(ctx: ProjectContext, kind: CachedKind, ids: readonly string[]): Promise<void> {
    const keys = ids.map((id) => this.key(ctx, kind, id));
    await Promise.all(keys.map((key) => this.persist(() => this.redis.client.set(key, BURIED, "EX", BURIED_SECONDS))));
  }

  /** Does it now, or in the background as soon as Redis is back: an entry that outlived an outage must not outlive its revocation. */
  private async persist(command: () => Promise<unknown>): Promise<void> {
    const until = Date.now() + BURIED_SECONDS * 1000;
    const again = (): void => {
      if (Date.now() < until) setTimeout(() => void command().catch(again), RETRY_MILLISECONDS).unref();
    };
    if (this.isAway) return again();
    await command().catch(again);
  }

  /** Nobody waits for a connection that is being made anew: the database answers sooner. */
  private get isAway(): boolean {
    return this.redis.client.status !== "ready";
  }

  private key(ctx: ProjectContext, kind: CachedKind, id: string): string {
    return projectKey(ctx, "session", kind, id);
  }
}
