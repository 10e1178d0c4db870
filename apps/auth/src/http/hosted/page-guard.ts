import { Injectable } from "@nestjs/common";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type WebSession, WebSessions } from "@gatehouse/feature-authentication-flow";
import { isApiError } from "@gatehouse/platform-errors-core";
import { writeCookies } from "@gatehouse/platform-http";
import { cookieName, RequestSessions, uiCookie } from "@gatehouse/record-sessions";
import { forgetBadSession } from "../network/forget-bad-session.js";
import { explainError, pageText } from "../pages/index.js";
import { keepNativeApp } from "./native-app.js";
import { goOn, type PageExchange, pathOfRequest, queryOf, redirectTo, refusedCrossSite, sendPage, webSessionId, writeWebSession } from "./page-exchange.js";
import { afterLogin } from "./post-login.js";
import { renderDirectAccessPage, renderErrorPage } from "./render-account-pages.js";

type Work = (session: WebSession, query: Record<string, string>) => Promise<void>;

/** What comes before the pages of flows: forms of other sites, the web session, people who are signed in; and errors as pages (spec: auth UI §1, §3, §5). */
@Injectable()
export class PageGuard {
  constructor(
    private readonly webSessions: WebSessions,
    private readonly sessions: RequestSessions,
  ) {}

  /** A page that people enter by: not for those who are signed in already, unless an application asks. */
  entry(ctx: ProjectContext, exchange: PageExchange, work: Work): Promise<void> {
    const { request, reply } = exchange;
    const { ui } = ctx.project.config;
    return this.step(ctx, exchange, async (session, query) => {
      if (ui.authentication_disabled && pathOfRequest(request) !== "/reauth") return redirectTo(reply, "/errors/feature_disabled");
      if (!session.authorizationSessionId) {
        if (await this.sessions.fromCookie(ctx, request.cookies)) return goOn(exchange, afterLogin(ctx, query), "redirect");
        forgetBadSession(ctx, exchange, { outcome: "invalid" });
        if (ui.direct_access_disabled && !isForDevice(ctx, query)) return sendPage(ctx, reply, renderDirectAccessPage(projectName(ctx), ui.brand_page_uri));
      }
      await work(session, query);
    });
  }

  /** Any page of a flow. */
  async step(ctx: ProjectContext, exchange: PageExchange, work: Work): Promise<void> {
    const { request, reply } = exchange;
    if (await refusedCrossSite(ctx, exchange)) return;
    const query = queryOf(request);
    if (query.x_ref) return this.adopt(ctx, exchange, query);
    const session = await this.webSessions.get(ctx, webSessionId(ctx, request));
    if (session?.isCompleted && query.client_id) return this.expired(ctx, exchange);
    const current = session && !session.isCompleted && !session.settingsActionId ? session : await this.webSessions.create(ctx);
    if (current !== session) writeWebSession(ctx, reply, current.id);
    await this.explained(ctx, exchange, () => {
      keepNativeApp(ctx, exchange);
      return work(current, query);
    });
  }

  /** Runs a page's work; known errors become pages. */
  async explained(ctx: ProjectContext, exchange: PageExchange, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (error.reason === "AuthenticationFlowNotFound") return this.expired(ctx, exchange);
      await sendPage(ctx, exchange.reply, renderErrorPage(projectName(ctx), explainError(error.toJSON())), { status: error.status });
    }
  }

  /** The page of what is over: `WebUIInvalidSession`, `WebUISessionCompleted`. */
  expired(ctx: ProjectContext, { reply }: PageExchange): Promise<void> {
    return sendPage(ctx, reply, renderErrorPage(projectName(ctx), pageText("v2.error.session-expired")), { status: 400 });
  }

  /** A web session is done, and the browser is known from now on. */
  async complete(ctx: ProjectContext, { reply }: PageExchange, session: WebSession): Promise<void> {
    await this.webSessions.save(ctx, { ...session, isCompleted: true });
    const secure = ctx.request.publicOrigin.startsWith("https://");
    writeCookies(reply, [{ name: cookieName(ctx, "signed_up"), value: "true", sameSite: "lax", httpOnly: true, secure, maxAge: 7_776_000 }]);
  }

  /** A visit with `x_ref` starts a web session for that authorization request and goes on without the parameter. */
  async adopt(ctx: ProjectContext, { request, reply }: PageExchange, query: Record<string, string>): Promise<void> {
    const settingsActionId = query.x_settings_action_id;
    const session = await this.webSessions.create(ctx, { authorizationSessionId: query.x_ref, ...(settingsActionId ? { settingsActionId } : {}) });
    writeWebSession(ctx, reply, session.id);
    writeCookies(reply, [uiCookie(ctx, { suffix: "oauth_ui", value: "" })]);
    const { x_ref: _reference, ...rest } = query;
    const params = new URLSearchParams(rest);
    await redirectTo(reply, params.size > 0 ? `${pathOfRequest(request)}?${params}` : pathOfRequest(request));
  }
}

/** Whoever signs in to let a device in was sent by that device's application, although by no authorization request. */
const isForDevice = (ctx: ProjectContext, { redirect_uri = "" }: Record<string, string | undefined>): boolean =>
  Boolean(ctx.project.config.oauth.device_authorization_enabled) && /^\/device(\?|$)/.test(redirect_uri);
