import { Injectable } from "@nestjs/common";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isApiError } from "@gatehouse/platform-errors-core";
import { type LiveSession, RequestSessions } from "@gatehouse/record-sessions";
import { forgetBadSession } from "../network/forget-bad-session.js";
import { explainError } from "../pages/index.js";
import { type PageExchange, redirectTo, refusedCrossSite, sendPage } from "./page-exchange.js";
import { renderErrorPage } from "./render-account-pages.js";

/** What comes before every page of the settings: forms of other sites, the switch, the session (spec: sessions and tokens §13). */
@Injectable()
export class SettingsGuard {
  constructor(private readonly sessions: RequestSessions) {}

  /** A page below `/settings`: for people with an account. Errors become pages. */
  page(ctx: ProjectContext, exchange: PageExchange, work: (live: LiveSession) => Promise<void>): Promise<void> {
    return this.openPage(ctx, exchange, async (live) => (isGuest(live) ? redirectTo(exchange.reply, "/settings") : work(live)));
  }

  /** A page that guests may see too: `/settings` itself and `/settings/profile`. */
  async openPage(ctx: ProjectContext, exchange: PageExchange, work: (live: LiveSession) => Promise<void>): Promise<void> {
    const { request, reply } = exchange;
    if (await refusedCrossSite(ctx, exchange)) return;
    if (ctx.project.config.ui.settings_disabled) return redirectTo(reply, "/errors/feature_disabled");
    const resolved = await this.sessions.resolve(ctx, { authorization: request.headers.authorization, cookies: request.cookies });
    forgetBadSession(ctx, exchange, resolved);
    if (resolved.outcome !== "valid") return redirectTo(reply, `/?redirect_uri=${encodeURIComponent(request.url)}`);
    try {
      await work(resolved.session.live);
    } catch (error) {
      if (!isApiError(error)) throw error;
      await sendPage(ctx, reply, renderErrorPage(projectName(ctx), explainError(error.toJSON())), { status: error.status });
    }
  }
}

/** Whether it is a guest's session: somebody without an account. */
export const isGuest = ({ identities }: Pick<LiveSession, "identities">): boolean => identities.some(({ type }) => type === "anonymous");
