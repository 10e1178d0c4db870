import { backchannelLogoutJob } from "@gatehouse/domain-jobs";
import { encodeSid, findClient } from "@gatehouse/domain-oauth";
import type { Log, ProjectContext } from "@gatehouse/domain-project";
import { type KeyJwk, signJwt } from "@gatehouse/platform-crypto";
import { EnvConfig } from "@gatehouse/platform-env";
import { OutboundClient } from "@gatehouse/platform-outbound";
import { Database } from "@gatehouse/platform-postgres";
import { type LogoutSubscription, LogoutSubscriptionStore } from "@gatehouse/record-grants";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { Injectable, type OnApplicationShutdown } from "@nestjs/common";

const TIMEOUT_MS = 10_000;
const TOKEN_SECONDS = 120;
const EVENT = "http://schemas.openid.net/event/backchannel-logout";

/** Sends one logout token to one client (OpenID Connect Back-Channel Logout 1.0 §2). */
@Injectable()
export class SendLogoutToken implements OnApplicationShutdown {
  private readonly outbound: OutboundClient;

  constructor(
    private readonly db: Database,
    private readonly registry: ProjectRegistry,
    private readonly subscriptions: LogoutSubscriptionStore,
    env: EnvConfig,
  ) {
    this.outbound = new OutboundClient({ allowLoopback: env.devMode, maxResponseBytes: 65_536 });
  }

  /** Throws when the client did not take it, so that the job comes again. */
  async run(data: unknown, log: Log): Promise<void> {
    if (!backchannelLogoutJob.is(data)) return log.error({ job: backchannelLogoutJob.name }, "A queued logout has an unknown form and is dropped.");
    const project = await this.registry.byId(data.project_id);
    if (!project) return;
    const publicOrigin = project.config.http.public_origin;
    const request = { id: data.session_id, method: "", url: "", ip: "", userAgent: "", publicOrigin, locales: [] };
    const ctx = buildContext({ project, request, actor: { type: "system" }, log });
    const key = { kind: data.session_kind, sessionId: data.session_id, clientId: data.client_id };
    const ended = await this.db.read((tx) => this.subscriptions.ended(ctx, tx, key));
    if (!ended) return;
    const url = findClient(project.config, data.client_id)?.backchannel_logout_uri;
    if (url) await this.send(ctx, ended, url);
    await this.db.read((tx) => this.subscriptions.delete(ctx, tx, key));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.outbound.close();
  }

  private async send(ctx: ProjectContext, ended: LogoutSubscription, url: string): Promise<void> {
    const body = new URLSearchParams({ logout_token: await logoutToken(ctx, ended) }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const { status } = await this.outbound.send({ method: "POST", url, headers, body, timeoutMs: TIMEOUT_MS });
    if (status < 200 || status > 299) throw new Error(`the client answered ${status}`);
  }
}

/** A logout token (§2.4): it names the session and its user, and has no nonce, so that it is never taken for an ID token. */
async function logoutToken(ctx: ProjectContext, { kind, sessionId, clientId, userId }: LogoutSubscription): Promise<string> {
  const key = ctx.project.secrets.oauth?.keys[0];
  if (!key) throw new Error("the project has no signing key");
  const iat = Math.floor(ctx.now().getTime() / 1000);
  const about = { iss: ctx.project.config.http.public_origin, sub: userId, aud: [clientId], iat, exp: iat + TOKEN_SECONDS, jti: ctx.newId() };
  return signJwt(key as KeyJwk, { ...about, sid: encodeSid(kind, sessionId), events: { [EVENT]: {} } }, "logout+jwt");
}
