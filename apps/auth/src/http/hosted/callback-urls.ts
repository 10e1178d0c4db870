import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";

/** Path of the callback that projects with demo credentials share. */
export const SHARED_CALLBACK = "noproject/sso/oauth2/callback";

/** Path of a provider's callback at its project. */
export const callbackPath = (alias: string): string => `/sso/oauth2/callback/${encodeURIComponent(alias)}`;

/** Where social providers send people back to: to the project, or, with credentials that projects share, to the one address that those are registered for (spec: providers §A.2.2). */
@Injectable()
export class CallbackUrls {
  constructor(private readonly env: EnvConfig) {}

  of(ctx: ProjectContext, alias: string): string {
    const shared = this.env.sharedAuthgearEndpoint;
    const provider = ctx.project.config.identity.oauth.providers?.find((one) => one.alias === alias);
    if (shared !== "" && provider?.credentials_behavior === "use_demo_credentials") return `${shared.replace(/\/+$/, "")}/${SHARED_CALLBACK}`;
    return ctx.request.publicOrigin + callbackPath(alias);
  }
}
