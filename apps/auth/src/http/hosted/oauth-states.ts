import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";
import { RedisConnection } from "@gatehouse/platform-redis";

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

/** As it is kept: the callback that projects share finds the project by it. */
interface StoredState extends OAuthState {
  projectId: string;
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
    const stored: StoredState = { ...state, projectId: ctx.project.id };
    await this.redis.client.set(keyOf(token), JSON.stringify(stored), "EX", LIFE_SECONDS);
    return token;
  }

  /** Takes a state; undefined when it is unknown, used, expired, of another project, or of another provider than that of `alias`. */
  async take(ctx: ProjectContext, token: string, alias?: string): Promise<OAuthState | undefined> {
    const state = await this.stored(token);
    // A state of another project is not spent by who may not use it.
    if (state?.projectId !== ctx.project.id || (await this.redis.client.getdel(keyOf(token))) === null) return undefined;
    return alias === undefined || state.alias === alias ? state : undefined;
  }

  /** Whose a state is; it stays as it is. Of no project in particular: the callback that all projects share asks. */
  async ownerOf(token: string): Promise<{ projectId: string; alias: string } | undefined> {
    const state = await this.stored(token);
    return state && { projectId: state.projectId, alias: state.alias };
  }

  private async stored(token: string): Promise<StoredState | undefined> {
    const stored = TOKEN.test(token) ? await this.redis.client.get(keyOf(token)) : null;
    return stored ? (JSON.parse(stored) as StoredState) : undefined;
  }
}

const keyOf = (token: string): string => `oauthrelyingparty-state:${sha256Hex(token)}`;
