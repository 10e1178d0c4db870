import { Injectable } from "@nestjs/common";
import type { ProjectConfig } from "@gatehouse/domain-config";
import { findClient, userInfo } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { LiveSession, RequestSession } from "@gatehouse/record-sessions";

/** An answer with what it was made from. */
interface Answer {
  config: ProjectConfig;
  clientId: string | undefined;
  scopes: readonly string[];
  json: string;
}

/**
 * Userinfo (OpenID Connect Core §5.3; spec: oauth-oidc §8). Everything it tells came with the session: no statement of its own.
 * A session that has not changed since is the same object, and is answered with the same text.
 */
@Injectable()
export class GetUserinfo {
  private readonly answers = new WeakMap<LiveSession, Answer>();

  /** The claims, as JSON. */
  run(ctx: ProjectContext, { live, scopes, clientId }: RequestSession): string {
    const { config } = ctx.project;
    const known = this.answers.get(live);
    if (known && known.config === config && known.clientId === clientId && known.scopes === scopes) return known.json;
    const json = JSON.stringify(userInfo(config, live, { client: findClient(config, clientId), scopes }));
    this.answers.set(live, { config, clientId, scopes, json });
    return json;
  }
}
