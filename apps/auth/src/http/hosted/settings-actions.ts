import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthenticationInfo } from "@gatehouse/domain-session";
import { type WebSession, WebSessions } from "@gatehouse/feature-authentication-flow";
import { CompleteSettingsAction, infoOf } from "@gatehouse/feature-oauth";
import type { LiveSession } from "@gatehouse/record-sessions";
import { goOn, type PageExchange, queryOf, webSessionId } from "./page-exchange.js";
import { PageGuard } from "./page-guard.js";
import { SettingsGuard } from "./settings-guard.js";

/** What a page has done: as `x_settings_action` names it, and where its own visitors go. */
export interface Done {
  actions: readonly string[];
  otherwise?: string;
}

/** Settings pages that an app may send its users to, to learn when they are done (spec: oauth-oidc §11). */
@Injectable()
export class SettingsActions {
  constructor(
    private readonly guard: PageGuard,
    private readonly settings: SettingsGuard,
    private readonly webSessions: WebSessions,
    private readonly complete: CompleteSettingsAction,
  ) {}

  /** A page of the settings. With `x_settings_action_id` it belongs to one web session, and to one action of it. */
  async page(ctx: ProjectContext, exchange: PageExchange, work: (live: LiveSession) => Promise<void>): Promise<void> {
    const query = queryOf(exchange.request);
    if (query.x_ref && exchange.request.method === "GET") return this.guard.adopt(ctx, exchange, query);
    await this.settings.page(ctx, exchange, async (live) => {
      if (query.x_settings_action_id && !(await this.session(ctx, exchange))) return this.guard.expired(ctx, exchange);
      await work(live);
    });
  }

  /** Goes on after the change: back to the app that asked for it, else to the settings. */
  async done(ctx: ProjectContext, exchange: PageExchange, { live, actions, otherwise = "/settings" }: Done & { live: LiveSession }): Promise<void> {
    if (!queryOf(exchange.request).x_settings_action_id) return goOn(exchange, otherwise, "replace");
    await this.finish(ctx, exchange, { info: infoOf(live), actions });
  }

  /** Remembers what was done by a user whose sessions end with it; `finishLater` goes on. */
  async remember(ctx: ProjectContext, exchange: PageExchange, live: LiveSession): Promise<void> {
    const session = await this.session(ctx, exchange);
    if (session) await this.webSessions.save(ctx, { ...session, settingsActionDone: infoOf(live) });
  }

  /** Goes on where nobody is signed in any more. */
  async finishLater(ctx: ProjectContext, exchange: PageExchange, { actions, otherwise = "/" }: Done): Promise<void> {
    const session = await this.session(ctx, exchange);
    if (!session?.settingsActionDone) return goOn(exchange, otherwise, "replace");
    await this.finish(ctx, exchange, { info: session.settingsActionDone, actions });
  }

  private async finish(ctx: ProjectContext, exchange: PageExchange, { info, actions }: { info: AuthenticationInfo; actions: readonly string[] }): Promise<void> {
    const session = await this.session(ctx, exchange);
    const { authorizationSessionId, settingsActionId } = session ?? {};
    const location = authorizationSessionId && settingsActionId && (await this.complete.run(ctx, { authorizationSessionId, actionId: settingsActionId, done: actions, info }));
    if (!session || !location) return this.guard.expired(ctx, exchange);
    await this.webSessions.save(ctx, { ...session, isCompleted: true });
    await goOn(exchange, location, "redirect");
  }

  /** The web session of the page's action, while that is not done. */
  private async session(ctx: ProjectContext, { request }: PageExchange): Promise<WebSession | undefined> {
    const id = queryOf(request).x_settings_action_id;
    const session = id ? await this.webSessions.get(ctx, webSessionId(ctx, request)) : undefined;
    return session?.settingsActionId === id && session && !session.isCompleted ? session : undefined;
  }
}
