import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type WebSession, WebSessions } from "@gatehouse/feature-authentication-flow";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { cookieName } from "@gatehouse/record-sessions";
import { pathOf } from "./flow-paths.js";
import { FlowPages } from "./flow-pages.js";
import { FlowVisits, type StartedType, type Visit } from "./flow-visits.js";
import { ownUrl, type PageExchange, pathOfRequest, queryOf, redirectTo } from "./page-exchange.js";
import { isAnonymousHint } from "./login-hint.js";
import { PageGuard } from "./page-guard.js";
import type { PageScreen } from "./page-screen.js";
import { isPageOf, ShowFlowPage } from "./show-flow-page.js";

/** The pages that flows begin at: login, sign-up, promotion, re-authentication (spec: auth UI §5, §6). */
@Access("public")
@Controller()
export class EntryPagesController {
  constructor(
    private readonly guard: PageGuard,
    private readonly visits: FlowVisits,
    private readonly pages: FlowPages,
    private readonly showing: ShowFlowPage,
    private readonly webSessions: WebSessions,
  ) {}

  @Get(["login", "signup", "flows/promote_user"])
  async show(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.guard.entry(ctx, exchange, async (session, query) => {
      const entered = await this.enter(ctx, exchange, session);
      if (!entered) return;
      const { visit, isNew } = entered;
      if (isNew && (await this.wentToProvider(ctx, exchange, visit))) return;
      if (isNew && pathOf(visit.state, visit.screen) !== pathOfRequest(request) && !visit.error) return this.pages.proceed(ctx, exchange, { visit, query });
      await this.showing.run(ctx, exchange, { visit, step: isNew ? await this.visits.keep(ctx, visit) : (query.x_step as string) });
    });
  }

  @Post(["login", "signup", "flows/promote_user"])
  async answer(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.guard.entry(ctx, exchange, async (session, query) => {
      const entered = await this.enter(ctx, exchange, session);
      if (!entered) return;
      const { visit, isNew } = entered;
      await this.pages.submit(ctx, exchange, !isNew && query.x_step ? { visit, step: query.x_step } : { visit });
    });
  }

  /** A re-authentication begins with the token of its request, so that its first page is the one after. */
  @Get("reauth")
  async reauth(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.guard.step(ctx, exchange, async (session, query) => {
      const visit = await this.visits.start(ctx, session, { type: "reauth", query: new URLSearchParams(query), cookies: request.cookies });
      if (visit.error) return this.pages.failed(ctx, exchange, { before: visit, next: visit, error: visit.error });
      if (pathOf(visit.state, visit.screen) === "/reauth") return this.guard.expired(ctx, exchange);
      await this.pages.proceed(ctx, exchange, { visit, query });
    });
  }

  @Post("reauth")
  reauthAgain(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reauth(ctx, request, reply);
  }

  /** The visit that the page is of, or that begins with it. Undefined: whoever asked for it was sent elsewhere. */
  private async enter(ctx: ProjectContext, exchange: PageExchange, session: WebSession): Promise<{ visit: Visit; isNew: boolean } | undefined> {
    const { request, reply } = exchange;
    if (signupIsClosed(ctx, request)) return void (await redirectTo(reply, ownUrl("/login", queryOf(request))));
    const found = await this.found(ctx, exchange, session);
    if (found ? !isPageOf(found, exchange) : await this.promotesNobody(ctx, exchange, session)) return void (await this.guard.expired(ctx, exchange));
    return found ? { visit: found, isNew: false } : { visit: await this.begin(ctx, exchange, session), isNew: true };
  }

  private async found(ctx: ProjectContext, { request }: PageExchange, session: WebSession): Promise<Visit | undefined> {
    const screen: PageScreen | undefined = await this.webSessions.screen(ctx, session, queryOf(request).x_step);
    return screen && this.visits.show(ctx, session, { screen, cookies: request.cookies });
  }

  private begin(ctx: ProjectContext, { request }: PageExchange, session: WebSession): Promise<Visit> {
    return this.visits.start(ctx, session, { type: typeOf(ctx, pathOfRequest(request)), query: new URLSearchParams(queryOf(request)), cookies: request.cookies });
  }

  /** A promotion begins with the hint that names the anonymous user. */
  private async promotesNobody(ctx: ProjectContext, { request }: PageExchange, session: WebSession): Promise<boolean> {
    if (pathOfRequest(request) !== "/flows/promote_user") return false;
    const hint = (await this.visits.request(ctx, session))?.login_hint ?? queryOf(request).login_hint;
    return !hint || !isAnonymousHint(hint);
  }

  /** The authorization request names a provider: there is no page, unless the visit of the provider has failed. */
  private async wentToProvider(ctx: ProjectContext, exchange: PageExchange, visit: Visit): Promise<boolean> {
    const alias = (await this.visits.request(ctx, visit.session))?.x_oauth_provider_alias;
    if (!alias || exchange.request.cookies[cookieName(ctx, "web_error_token")]) return false;
    const next = await this.pages.toProvider(ctx, exchange, { visit, alias });
    if (next.error) return false;
    await this.pages.proceed(ctx, exchange, { visit: next, query: queryOf(exchange.request) });
    return true;
  }
}

const signupIsClosed = (ctx: ProjectContext, request: FastifyRequest): boolean => pathOfRequest(request) === "/signup" && ctx.project.config.authentication.public_signup_disabled;

function typeOf(ctx: ProjectContext, path: string): StartedType {
  if (path === "/signup") return "signup";
  if (path === "/flows/promote_user") return "promote";
  const merged = ctx.project.config.ui.signup_login_flow_enabled;
  return merged && !ctx.project.config.authentication.public_signup_disabled ? "signup_login" : "login";
}
