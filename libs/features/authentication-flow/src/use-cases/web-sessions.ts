import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthenticationInfo } from "@gatehouse/domain-session";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";

const LIFE_SECONDS = 20 * 60;
const ID = /^[0-9A-HJKMNP-TV-Z]{32}$/;

/** What a browser is doing on the hosted pages (spec: auth UI §3). */
export interface WebSession {
  id: string;
  /** The authorization request it serves. */
  authorizationSessionId?: string;
  /** The settings action that it is for; it serves no flow. */
  settingsActionId?: string;
  /** Who has done it, where his sessions ended with it. */
  settingsActionDone?: AuthenticationInfo;
  /** The flow or action it served is finished. */
  isCompleted?: boolean;
}

/** One state of a flow as a page shows it. */
export interface Screen {
  stateToken: string;
  flowType: string;
  /** Where the browser goes once the flow is finished; such a screen has no state. */
  finishRedirectUri?: string;
  finished?: boolean;
}

/** Web sessions in Redis: one hash each, with one field per screen. Screens stay, so that "back" shows and branches from older states. */
@Injectable()
export class WebSessions {
  constructor(private readonly redis: RedisConnection) {}

  async create(ctx: ProjectContext, more: Omit<WebSession, "id"> = {}): Promise<WebSession> {
    const session = { id: randomString(32, CROCKFORD), ...more };
    await this.save(ctx, session);
    return session;
  }

  /** Undefined when unknown, expired, or of another project. */
  async get(ctx: ProjectContext, id: string | undefined): Promise<WebSession | undefined> {
    if (!id || !ID.test(id)) return undefined;
    const stored = await this.redis.client.hget(this.key(ctx, id), "session");
    return stored ? (JSON.parse(stored) as WebSession) : undefined;
  }

  async save(ctx: ProjectContext, session: WebSession): Promise<void> {
    const key = this.key(ctx, session.id);
    await this.redis.client.pipeline().hset(key, "session", JSON.stringify(session)).expire(key, LIFE_SECONDS).exec();
  }

  /** Keeps a screen and returns its `x_step`. */
  async addScreen(ctx: ProjectContext, session: WebSession, screen: Screen): Promise<string> {
    const step = randomString(32, CROCKFORD);
    const key = this.key(ctx, session.id);
    await this.redis.client.pipeline().hset(key, `screen:${step}`, JSON.stringify(screen)).expire(key, LIFE_SECONDS).exec();
    return step;
  }

  /** Puts another screen in the place of one; it keeps its `x_step`. */
  async replaceScreen(ctx: ProjectContext, session: WebSession, { step, screen }: { step: string; screen: Screen }): Promise<void> {
    const key = this.key(ctx, session.id);
    await this.redis.client.pipeline().hset(key, `screen:${step}`, JSON.stringify(screen)).expire(key, LIFE_SECONDS).exec();
  }

  async screen(ctx: ProjectContext, session: WebSession, step: string | undefined): Promise<Screen | undefined> {
    if (!step || !ID.test(step)) return undefined;
    const stored = await this.redis.client.hget(this.key(ctx, session.id), `screen:${step}`);
    return stored ? (JSON.parse(stored) as Screen) : undefined;
  }

  private key(ctx: ProjectContext, id: string): string {
    return projectKey(ctx, "webapp-session", id);
  }
}
