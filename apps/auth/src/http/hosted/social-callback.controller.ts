import { Controller, Get, Param, Post, Req, Res } from "@nestjs/common";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { WebSessions } from "@gatehouse/feature-authentication-flow";
import { Access, Ctx, type FastifyReply, type FastifyRequest, writeCookies } from "@gatehouse/platform-http";
import { pageText } from "../pages/index.js";
import { FlowPages } from "./flow-pages.js";
import { FlowVisits } from "./flow-visits.js";
import { type OAuthState, OAuthStates } from "./oauth-states.js";
import { formOf, type PageExchange, searchOfRequest, sendPage, sendText, webSessionId, writeWebSession } from "./page-exchange.js";
import { PageGuard } from "./page-guard.js";
import type { PageScreen } from "./page-screen.js";
import { renderStatement } from "./render-account-pages.js";
import { SocialLinking } from "./social-linking.js";

/** Where social providers send people back to, by link or by form; forms come from their site (spec: providers §A.2). */
@Access("public")
@Controller()
export class SocialCallbackController {
  constructor(
    private readonly states: OAuthStates,
    private readonly webSessions: WebSessions,
    private readonly visits: FlowVisits,
    private readonly pages: FlowPages,
    private readonly guard: PageGuard,
    private readonly linking: SocialLinking,
  ) {}

  @Get("sso/oauth2/callback/:alias")
  async byLink(@Ctx() ctx: ProjectContext, @Param("alias") alias: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.callback(ctx, { request, reply }, { alias, answer: new URLSearchParams(searchOfRequest(request)) });
  }

  @Post("sso/oauth2/callback/:alias")
  async byForm(@Ctx() ctx: ProjectContext, @Param("alias") alias: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.callback(ctx, { request, reply }, { alias, answer: new URLSearchParams(formOf(request)) });
  }

  @Get("authflow/v2/oauth_provider_missing_credential")
  async missingCredential(@Ctx() ctx: ProjectContext, @Res() reply: FastifyReply): Promise<void> {
    const text = { title: pageText("v2.page.missing-credential.default.title"), lead: pageText("v2.page.missing-credential.default.lead") };
    await sendPage(ctx, reply, renderStatement(projectName(ctx), { ...text, link: { href: "/login", label: pageText("v2.label.back-to-login") } }));
  }

  private async callback(ctx: ProjectContext, exchange: PageExchange, { alias, answer }: { alias: string; answer: URLSearchParams }): Promise<void> {
    const state = await this.states.take(ctx, answer.get("state") ?? "", alias);
    if (!state) return sendText(exchange.reply, 400, "invalid state");
    const { link } = state;
    await this.guard.explained(ctx, exchange, () => (link ? this.linking.finish(ctx, exchange, { state, link, answer }) : this.finish(ctx, exchange, { state, answer })));
  }

  /** The run is that of the `state`: a form of another site brings no cookies to know it by. A browser with another web session is not the one that left. */
  private async finish(ctx: ProjectContext, exchange: PageExchange, { state, answer }: { state: OAuthState; answer: URLSearchParams }): Promise<void> {
    const { request, reply } = exchange;
    const own = webSessionId(ctx, request);
    const session = own === undefined || own === state.webSessionId ? await this.webSessions.get(ctx, state.webSessionId) : undefined;
    const screen: PageScreen | undefined = session && !session.isCompleted ? await this.webSessions.screen(ctx, session, state.step) : undefined;
    if (!session || !screen) return this.guard.expired(ctx, exchange);
    if (own === undefined) writeWebSession(ctx, reply, session.id);
    const visit = await this.visits.show(ctx, session, { screen, cookies: request.cookies });
    const next = await this.visits.feed(ctx, visit, { input: { query: answer.toString() }, cookies: request.cookies });
    if (next.error) return this.pages.failed(ctx, exchange, { before: visit, next, error: next.error, back: state.errorPath });
    writeCookies(reply, next.cookies);
    const query = Object.fromEntries(new URL(state.errorPath, ctx.request.publicOrigin).searchParams);
    await this.pages.proceed(ctx, exchange, { visit: next, query });
  }
}
