import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { type FastifyReply, writeCookies } from "@gatehouse/platform-http";
import { ALPHANUMERIC, randomString } from "@gatehouse/platform-ids";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";
import { cookieName } from "@gatehouse/record-sessions";
import type { ShownError } from "./flow-visits.js";
import type { Form } from "./form-meaning.js";
import type { PageExchange } from "./page-exchange.js";

/** An error for the next page, and what was typed. */
export interface KeptError {
  error: ShownError;
  form: Form;
}

const LIFE_SECONDS = 60;
const TOKEN = /^[A-Za-z0-9]{32}$/;
const COOKIE = "web_error_token";
/** Fields that are filled in again: none of them is a secret. */
const REFILLED = /^(x_login_id|q_login_id|x_target|x_username|\/[A-Za-z0-9_/]+)$/;

/** Errors on their way from a form to the page that shows them: in Redis for a minute, once (spec: auth UI §9). */
@Injectable()
export class PageErrors {
  constructor(private readonly redis: RedisConnection) {}

  async keep(ctx: ProjectContext, reply: FastifyReply, { error, form }: KeptError): Promise<void> {
    const token = randomString(32, ALPHANUMERIC);
    const { reason, info, tracking_id } = error;
    const kept: KeptError = { error: { reason, ...(info ? { info } : {}), ...(tracking_id ? { tracking_id } : {}) }, form: refilled(form) };
    await this.redis.client.set(this.key(ctx, token), JSON.stringify(kept), "EX", LIFE_SECONDS);
    writeCookies(reply, [{ name: cookieName(ctx, COOKIE), value: token, httpOnly: true, sameSite: "lax", secure: ctx.request.publicOrigin.startsWith("https://") }]);
  }

  /** The error that waits for this browser; it is gone afterwards. */
  async take(ctx: ProjectContext, { request, reply }: PageExchange): Promise<KeptError | undefined> {
    const token = request.cookies[cookieName(ctx, COOKIE)];
    if (!token) return undefined;
    writeCookies(reply, [{ name: cookieName(ctx, COOKIE), value: "" }]);
    const stored = TOKEN.test(token) ? await this.redis.client.getdel(this.key(ctx, token)) : null;
    return stored ? (JSON.parse(stored) as KeptError) : undefined;
  }

  private key(ctx: ProjectContext, token: string): string {
    return projectKey(ctx, "web-error", sha256Hex(token));
  }
}

const refilled = (form: Form): Form => Object.fromEntries(Object.entries(form).filter(([name, value]) => REFILLED.test(name) && value.length <= 1000));
