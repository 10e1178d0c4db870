import { Injectable } from "@nestjs/common";
import { findClient, userInfo } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { RequestSession } from "@gatehouse/record-sessions";

/** Userinfo (OpenID Connect Core §5.3; spec: oauth-oidc §8). Everything it tells came with the session: no statement of its own. */
@Injectable()
export class GetUserinfo {
  run(ctx: ProjectContext, { live, scopes, clientId }: RequestSession): Record<string, unknown> {
    return userInfo(ctx.project.config, live, { client: findClient(ctx.project.config, clientId), scopes });
  }
}
