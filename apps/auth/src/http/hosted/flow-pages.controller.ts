import { Controller, Get, Param, Post, Req, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type WebSession, WebSessions } from "@gatehouse/feature-authentication-flow";
import { isApiError } from "@gatehouse/platform-errors-core";
import { Access, Ctx, type FastifyReply, type FastifyRequest, writeCookies } from "@gatehouse/platform-http";
import { RequestSessions } from "@gatehouse/record-sessions";
import { explainError, pageText, renderNotFoundPage } from "../pages/index.js";
import { pathOf } from "./flow-paths.js";
import { FlowVisits, type Visit } from "./flow-visits.js";
import { readForm } from "./form-input.js";
import { readLoginHint } from "./login-hint.js";
import { formOf, ownUrl, type PageExchange, queryOf, redirectTo, refusedCrossSite, sendPage, webSessionId, writeWebSession } from "./page-exchange.js";
import { renderErrorPage } from "./render-account-pages.js";
import { renderFlowPage } from "./render-flow-page.js";

const STEP_PAGES: readonly string[] = ["enter_password", "create_password", "change_password", "enter_oob_otp"];

/** The pages of a flow: sign-in, sign-up, passwords and codes (spec: auth UI §3 to §6). */
@Access("public")
@Controller()
export class FlowPagesController {
  constructor(
    private readonly visits: FlowVisits,
    private readonly webSessions: WebSessions,
    private readonly sessions: RequestSessions,
  ) {}

  @Get(["login", "signup"])
  async entry(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.guarded(ctx, { request, reply }, async (session, query) => {
      const type = request.url.startsWith("/signup") ? "signup" : "login";
      if (type === "signup" && ctx.project.config.authentication.public_signup_disabled) return redirectTo(reply, ownUrl("/login", query));
      const screen = await this.webSessions.screen(ctx, session, query.x_step);
      const visit = screen ? await this.visits.show(ctx, session, { screen, cookies: request.cookies }) : await this.visits.start(ctx, session, { type, query: new URLSearchParams(query), cookies: request.cookies });
      const step = screen ? (query.x_step as string) : await this.visits.keep(ctx, visit);
      await this.page(ctx, { request, reply }, { visit, step });
    });
  }

  @Post(["login", "signup"])
  async enter(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.guarded(ctx, { request, reply }, async (session, query) => {
      const type = request.url.startsWith("/signup") ? "signup" : "login";
      const screen = await this.webSessions.screen(ctx, session, query.x_step);
      const visit = screen ? await this.visits.show(ctx, session, { screen, cookies: request.cookies }) : await this.visits.start(ctx, session, { type, query: new URLSearchParams(query), cookies: request.cookies });
      await this.submit(ctx, { request, reply }, { visit, step: query.x_step });
    });
  }

  @Get("authflow/v2/:page")
  async show(@Ctx() ctx: ProjectContext, @Param("page") page: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.stepPage(ctx, { request, reply }, { page, work: (found) => this.page(ctx, { request, reply }, found) });
  }

  @Post("authflow/v2/:page")
  async answer(@Ctx() ctx: ProjectContext, @Param("page") page: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.stepPage(ctx, { request, reply }, { page, work: (found) => this.submit(ctx, { request, reply }, found) });
  }

  private async stepPage(
    ctx: ProjectContext,
    exchange: PageExchange,
    { page, work }: { page: string; work: (found: { visit: Visit; step: string }) => Promise<void> },
  ): Promise<void> {
    if (!STEP_PAGES.includes(page)) return sendPage(ctx, exchange.reply, renderNotFoundPage(ctx.project.id), 404);
    await this.guarded(ctx, exchange, async (session, query) => {
      const screen = await this.webSessions.screen(ctx, session, query.x_step);
      const visit = screen && (await this.visits.show(ctx, session, { screen, cookies: exchange.request.cookies }));
      if (!visit || pathOf(visit.state) !== `/authflow/v2/${page}`) return this.expired(ctx, exchange);
      await work({ visit, step: query.x_step as string });
    });
  }

  /** What comes before every page: forms of other sites, people who are signed in, the web session, errors as pages. */
  private async guarded(ctx: ProjectContext, exchange: PageExchange, work: (session: WebSession, query: Record<string, string>) => Promise<void>): Promise<void> {
    const { request, reply } = exchange;
    if (await refusedCrossSite(ctx, exchange)) return;
    const query = queryOf(request);
    if ((ctx.project.config.ui as { authentication_disabled?: boolean }).authentication_disabled) return redirectTo(reply, "/errors/feature_disabled");
    const session = await this.webSessions.get(ctx, webSessionId(ctx, request));
    if (query.x_ref) return this.adopt(ctx, exchange, query);
    const busy = session && !session.isCompleted ? session : undefined;
    if (!busy?.authorizationSessionId && (await this.sessions.fromCookie(ctx, request.cookies))) return redirectTo(reply, "/settings");
    const current = busy ?? (await this.webSessions.create(ctx));
    if (current !== session) writeWebSession(ctx, reply, current.id);
    try {
      await work(current, query);
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (error.reason === "AuthenticationFlowNotFound") return this.expired(ctx, exchange);
      await sendPage(ctx, reply, renderErrorPage(ctx.project.id, explainError(error.toJSON())), error.status);
    }
  }

  /** A visit with `x_ref` starts a web session for that authorization request and goes on without the parameter. */
  private async adopt(ctx: ProjectContext, { request, reply }: PageExchange, query: Record<string, string>): Promise<void> {
    const session = await this.webSessions.create(ctx, { authorizationSessionId: query.x_ref });
    writeWebSession(ctx, reply, session.id);
    const { x_ref: _reference, ...rest } = query;
    await redirectTo(reply, ownUrl((request.url.split("?")[0] as string) || "/", rest));
  }

  private async submit(ctx: ProjectContext, { request, reply }: PageExchange, { visit, step }: { visit: Visit; step?: string }): Promise<void> {
    const form = formOf(request);
    const meaning = readForm(visit.state, form);
    if ("unknown" in meaning) return void (await reply.status(400).type("text/plain; charset=utf-8").send("Unknown action"));
    const here = step ?? (await this.visits.keep(ctx, visit));
    if ("problem" in meaning)
      return this.page(ctx, { request, reply }, { visit, step: here, problem: pageText(meaning.problem === "required" ? "v2.error.required" : "v2.error.password-typo") });
    const next = await this.visits.feed(ctx, visit, { input: meaning.input, cookies: request.cookies });
    if (next.error?.reason === "AuthenticationFlowNotFound") return this.expired(ctx, { request, reply });
    if (next.error) return this.page(ctx, { request, reply }, { visit: next, step: here, problem: explainError(next.error) });
    writeCookies(reply, next.cookies);
    const kept = await this.visits.keep(ctx, next);
    const resent: Record<string, string> = meaning.input.resend === true ? { x_resent: "true" } : {};
    await redirectTo(reply, ownUrl(pathOf(next.state), queryOf(request), { x_step: kept, ...resent }));
  }

  private async page(ctx: ProjectContext, { request, reply }: PageExchange, { visit, step, problem }: { visit: Visit; step: string; problem?: string }): Promise<void> {
    const query = queryOf(request);
    const path = pathOf(visit.state);
    if (path.endsWith("/finish")) return redirectTo(reply, ownUrl(path, query, { x_step: step }));
    const { x_resent, ...rest } = query;
    const other = path === "/login" ? "/signup" : path === "/signup" ? "/login" : undefined;
    const hidden = other === "/signup" && ctx.project.config.authentication.public_signup_disabled;
    const hint = readLoginHint((await this.visits.request(ctx, visit.session))?.login_hint ?? query.login_hint);
    const form = request.method === "POST" ? formOf(request) : {};
    await sendPage(
      ctx,
      reply,
      renderFlowPage({
        appName: ctx.project.id,
        state: visit.state,
        action: ownUrl(path, rest, { x_step: step }),
        switchTo: other && !hidden ? ownUrl(other, rest) : undefined,
        error: problem,
        notice: x_resent === "true" && !problem ? pageText("v2.page.enter-code.default.resent") : undefined,
        loginId: form.x_login_id ?? form.q_login_id ?? query.q_login_id ?? hint?.value,
        loginIdReadonly: hint?.enforce,
      }),
    );
  }

  private expired(ctx: ProjectContext, { reply }: PageExchange): Promise<void> {
    return sendPage(ctx, reply, renderErrorPage(ctx.project.id, pageText("v2.error.session-expired")), 400);
  }
}
