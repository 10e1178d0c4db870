import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { ALPHANUMERIC, randomString } from "@gatehouse/platform-ids";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";

/** How long a pushed request waits for its browser. */
export const PUSHED_REQUEST_SECONDS = 60;
const PREFIX = "urn:ietf:params:oauth:request_uri:";

/** Authorization requests that clients pushed (RFC 9126): one minute, once, hashed at rest. */
@Injectable()
export class PushedRequests {
  constructor(private readonly redis: RedisConnection) {}

  /** The `request_uri` that stands for a request. */
  async create(ctx: ProjectContext, params: Readonly<Record<string, string>>): Promise<string> {
    const id = randomString(43, ALPHANUMERIC);
    await this.redis.client.set(this.key(ctx, id), JSON.stringify(params), "EX", PUSHED_REQUEST_SECONDS);
    return PREFIX + id;
  }

  /** Takes a request; undefined when it is unknown, used, over, or of another client: that one's stays. */
  async consume(ctx: ProjectContext, requestUri: string, clientId: string): Promise<Record<string, string> | undefined> {
    const id = requestUri.startsWith(PREFIX) ? requestUri.slice(PREFIX.length) : "";
    if (!/^[A-Za-z0-9]{43}$/.test(id)) return undefined;
    const stored = await this.redis.client.get(this.key(ctx, id));
    const params = stored ? (JSON.parse(stored) as Record<string, string>) : undefined;
    if (params?.client_id !== clientId) return undefined;
    return (await this.redis.client.getdel(this.key(ctx, id))) === null ? undefined : params;
  }

  private key(ctx: ProjectContext, id: string): string {
    return projectKey(ctx, "pushed-request", sha256Hex(id));
  }
}
