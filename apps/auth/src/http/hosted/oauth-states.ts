import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";

/** What a visit of a social provider comes back to. */
export interface OAuthState {
  webSessionId: string;
  alias: string;
  /** The screen that waits for the callback. */
  step: string;
  /** Page that shows what went wrong: path and query. */
  errorPath: string;
  /** A signed-in user links the account: the token of that. There is no run then. */
  link?: string;
}

const LIFE_SECONDS = 20 * 60;
const TOKEN = /^[0-9A-HJKMNP-TV-Z]{32}$/;

/** The `state` of visits to social providers: in Redis, hashed, 20 minutes, once (spec: providers §A.2.4). */
@Injectable()
export class OAuthStates {
  constructor(private readonly redis: RedisConnection) {}

  /** Returns the token: 32 characters. */
  async create(ctx: ProjectContext, state: OAuthState): Promise<string> {
    const token = randomString(32, CROCKFORD);
    await this.redis.client.set(this.key(ctx, token), JSON.stringify(state), "EX", LIFE_SECONDS);
    return token;
  }

  /** Takes a state; undefined when it is unknown, used, expired, of another project or of another provider. */
  async take(ctx: ProjectContext, token: string, alias: string): Promise<OAuthState | undefined> {
    const stored = TOKEN.test(token) ? await this.redis.client.getdel(this.key(ctx, token)) : null;
    const state = stored ? (JSON.parse(stored) as OAuthState) : undefined;
    return state?.alias === alias ? state : undefined;
  }

  private key(ctx: ProjectContext, token: string): string {
    return projectKey(ctx, "oauthrelyingparty-state", sha256Hex(token));
  }
}
