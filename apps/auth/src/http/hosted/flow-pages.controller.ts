import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { WebSessions } from "@gatehouse/feature-authentication-flow";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { renderNotFoundPage } from "../pages/index.js";
import { FlowPages, type Found } from "./flow-pages.js";
import { FlowVisits } from "./flow-visits.js";
import { type PageExchange, pathOfRequest, sendPage } from "./page-exchange.js";
import { PageGuard } from "./page-guard.js";
import type { PageScreen } from "./page-screen.js";
import { STEP_PATHS } from "./render-flow-page.js";
import { isPageOf, ShowFlowPage } from "./show-flow-page.js";

/** The pages of the steps of flows, each known by its `x_step` (spec: auth UI §3 to §6). */
@Access("public")
@Controller("authflow/v2")
export class FlowPagesController {
  constructor(
    private readonly guard: PageGuard,
    private readonly visits: FlowVisits,
    private readonly pages: FlowPages,
    private readonly showing: ShowFlowPage,
    private readonly webSessions: WebSessions,
  ) {}

  @Get("*")
  async show(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.stepPage(ctx, { request, reply }, (found) => this.showing.run(ctx, { request, reply }, found));
  }

  @Post("*")
  async answer(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.stepPage(ctx, { request, reply }, (found) => this.pages.submit(ctx, { request, reply }, found));
  }

  private async stepPage(ctx: ProjectContext, exchange: PageExchange, work: (found: Found & { step: string }) => Promise<void>): Promise<void> {
    const { request, reply } = exchange;
    if (!STEP_PATHS.includes(pathOfRequest(request))) return sendPage(ctx, reply, renderNotFoundPage(projectName(ctx)), { status: 404 });
    await this.guard.step(ctx, exchange, async (session, query) => {
      const screen: PageScreen | undefined = await this.webSessions.screen(ctx, session, query.x_step);
      const visit = screen && (await this.visits.show(ctx, session, { screen, cookies: request.cookies }));
      if (!visit || !isPageOf(visit, exchange)) return this.guard.expired(ctx, exchange);
      await work({ visit, step: query.x_step as string });
    });
  }
}
