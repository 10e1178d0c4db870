import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type WebSession, WebSessions } from "@gatehouse/feature-authentication-flow";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { explainError, pageText } from "../pages/index.js";
import { FlowPages } from "./flow-pages.js";
import { FlowVisits, type Visit } from "./flow-visits.js";
import { type PageExchange, pathOfRequest, queryOf, sendPage } from "./page-exchange.js";
import { PageGuard } from "./page-guard.js";
import type { PageScreen } from "./page-screen.js";
import { renderPasswordChanged, renderStatement } from "./render-account-pages.js";
import { isPageOf, ShowFlowPage } from "./show-flow-page.js";

/** Where account recoveries begin and end: the forgotten password, and the link of the message; and where a changed password is confirmed (spec: auth UI §6). */
@Access("public")
@Controller("authflow/v2")
export class RecoveryPagesController {
  constructor(
    private readonly guard: PageGuard,
    private readonly visits: FlowVisits,
    private readonly pages: FlowPages,
    private readonly showing: ShowFlowPage,
    private readonly webSessions: WebSessions,
  ) {}

  @Get(["forgot_password", "reset_password"])
  async show(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.withVisit(ctx, exchange, async (visit, step) => this.showing.run(ctx, exchange, { visit, step: step ?? (await this.visits.keep(ctx, visit)) }));
  }

  @Post(["forgot_password", "reset_password"])
  async answer(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.withVisit(ctx, exchange, (visit, step) => this.pages.submit(ctx, exchange, { visit, ...(step ? { step } : {}) }));
  }

  @Get("reset_password/success")
  async success(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const link = queryOf(request).x_can_back_to_login === "true" ? { href: "/login", label: pageText("v2.label.back-to-login") } : undefined;
    const text = { title: pageText("v2.page.reset-password-success.default.title"), lead: pageText("v2.page.reset-password-success.default.lead") };
    await sendPage(ctx, reply, renderStatement(projectName(ctx), { ...text, ...(link ? { link } : {}) }));
  }

  @Get("change_password/success")
  async changed(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.afterChange(ctx, { request, reply }, () => sendPage(ctx, reply, renderPasswordChanged(projectName(ctx), request.url)));
  }

  @Post("change_password/success")
  async goOn(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.afterChange(ctx, exchange, (visit) => this.pages.proceed(ctx, exchange, { visit, query: queryOf(request) }));
  }

  /** The login goes on at the screen that the changed password has led to. */
  private async afterChange(ctx: ProjectContext, exchange: PageExchange, work: (visit: Visit) => Promise<void>): Promise<void> {
    await this.guard.step(ctx, exchange, async (session, query) => {
      const screen: PageScreen | undefined = await this.webSessions.screen(ctx, session, query.x_step);
      if (!screen) return this.guard.expired(ctx, exchange);
      await work(await this.visits.show(ctx, session, { screen, cookies: exchange.request.cookies }));
    });
  }

  private async withVisit(ctx: ProjectContext, exchange: PageExchange, work: (visit: Visit, step: string | undefined) => Promise<void>): Promise<void> {
    await this.guard.step(ctx, exchange, async (session, query) => {
      const screen: PageScreen | undefined = await this.webSessions.screen(ctx, session, query.x_step);
      const visit = screen ? await this.visits.show(ctx, session, { screen, cookies: exchange.request.cookies }) : await this.begin(ctx, exchange, session);
      if (!visit) return this.guard.expired(ctx, exchange);
      if (visit.error && !screen) return this.refused(ctx, exchange, visit);
      if (!isPageOf(visit, exchange)) return this.guard.expired(ctx, exchange);
      await work(visit, screen ? query.x_step : undefined);
    });
  }

  /** A recovery begins at the form, or in its midst with the code of a link. */
  private async begin(ctx: ProjectContext, { request }: PageExchange, session: WebSession): Promise<Visit | undefined> {
    const query = queryOf(request);
    const { cookies } = request;
    if (pathOfRequest(request).endsWith("/forgot_password")) return this.visits.start(ctx, session, { type: "account_recovery", query: new URLSearchParams(query), cookies });
    return query.code ? this.visits.startFromLink(ctx, session, { code: query.code, cookies }) : undefined;
  }

  /** The link is no longer good: the page says so and leads to a new one. */
  private async refused(ctx: ProjectContext, { reply }: PageExchange, { error }: Visit): Promise<void> {
    const link = { href: "/authflow/v2/forgot_password", label: pageText("v2.page.reset-password.expired.again") };
    const bad = error?.reason === "PasswordResetFailed";
    const title = pageText(bad ? "v2.page.reset-password.expired.title" : "v2.page.reset-password.default.title");
    const lead = error && !bad ? explainError(error) : pageText("v2.page.reset-password.expired.lead");
    await sendPage(ctx, reply, renderStatement(projectName(ctx), { title, lead, link }));
  }
}
