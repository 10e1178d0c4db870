import { Controller, Get, Header, Post, Req, Res } from "@nestjs/common";
import { PRE_AUTHENTICATED_URL, spaceList, suppressesIdpSession } from "@gatehouse/domain-oauth";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type WebSession, WebSessions } from "@gatehouse/feature-authentication-flow";
import { infoOf, SignOut } from "@gatehouse/feature-oauth";
import { Access, Ctx, type FastifyReply, type FastifyRequest, writeCookies } from "@gatehouse/platform-http";
import { AuthenticationInfos } from "@gatehouse/record-grants";
import { clearedSignOutCookies, cookieName, type LiveSession, RequestSessions } from "@gatehouse/record-sessions";
import { forgetBadSession } from "../network/forget-bad-session.js";
import { pageScript, pageScriptPath, pageText, renderPage, stylesheet, stylesheetPath } from "../pages/index.js";
import { FlowVisits } from "./flow-visits.js";
import { isAnonymousHint, readLoginHint } from "./login-hint.js";
import { formOf, ownUrl, type PageExchange, queryOf, redirectTo, refusedCrossSite, sendPage, webSessionId } from "./page-exchange.js";
import { PageGuard } from "./page-guard.js";
import { afterLogin } from "./post-login.js";
import { displayName, renderLogout, renderSelectAccount } from "./render-account-pages.js";

/** Where visits begin and end: entry, account choice, finish, logout (spec: auth UI §5 to §7). */
@Access("public")
@Controller()
export class AccountPagesController {
  constructor(
    private readonly visits: FlowVisits,
    private readonly guard: PageGuard,
    private readonly webSessions: WebSessions,
    private readonly sessions: RequestSessions,
    private readonly infos: AuthenticationInfos,
    private readonly signOut: SignOut,
  ) {}

  @Get()
  async root(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await redirectTo(reply, ownUrl(entryPath(ctx, request), queryOf(request)));
  }

  @Get("_internals/oauth_entrypoint")
  async entrypoint(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = queryOf(request);
    if (query.x_ref) return this.guard.adopt(ctx, { request, reply }, query);
    await redirectTo(reply, ownUrl("/authflow/v2/select_account", query));
  }

  @Get("authflow/v2/select_account")
  async selectAccount(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = queryOf(request);
    const asked = await this.visits.request(ctx, await this.webSessions.get(ctx, webSessionId(ctx, request)));
    const named = asked && pageOfHint(asked);
    if (named) return redirectTo(reply, ownUrl(named, query));
    const offered = await this.offered(ctx, request);
    // The application names the user who is signed in: nothing is left to ask.
    if (offered?.request.user_id_hint) return this.continueAs(ctx, reply, offered);
    if (!offered) return redirectTo(reply, ownUrl(this.start(ctx, request, asked), query));
    await sendPage(ctx, reply, renderSelectAccount(projectName(ctx), displayName(offered.live), ownUrl("/authflow/v2/select_account", query)));
  }

  @Post("authflow/v2/select_account")
  async chooseAccount(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (await refusedCrossSite(ctx, { request, reply })) return;
    const action = formOf(request).x_action;
    if (action !== "continue" && action !== "login") return void (await reply.status(400).type("text/plain; charset=utf-8").send("Unknown action"));
    const offered = action === "continue" ? await this.offered(ctx, request) : undefined;
    if (!offered) return redirectTo(reply, ownUrl("/login", queryOf(request)));
    await this.continueAs(ctx, reply, offered);
  }

  @Get("authflow/v2/finish")
  async finish(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.webSessions.get(ctx, webSessionId(ctx, request));
    const screen = session && (await this.webSessions.screen(ctx, session, queryOf(request).x_step));
    if (!session || !screen?.finished) return this.guard.expired(ctx, { request, reply });
    if (screen.flowType === "account_recovery") return redirectTo(reply, ownUrl("/authflow/v2/reset_password/success", queryOf(request), { x_can_back_to_login: "true" }));
    await this.guard.complete(ctx, { request, reply }, session);
    await redirectTo(reply, screen.finishRedirectUri ?? afterLogin(ctx, queryOf(request)));
  }

  @Get("logout")
  async askLogout(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!(await this.current(ctx, { request, reply }))) return redirectTo(reply, afterLogout(ctx, queryOf(request)));
    await sendPage(ctx, reply, renderLogout(projectName(ctx), ownUrl("/logout", queryOf(request))));
  }

  @Post("logout")
  async logout(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (await refusedCrossSite(ctx, { request, reply })) return;
    const form = formOf(request);
    if (form.x_action !== "logout") return void (await reply.status(400).type("text/plain; charset=utf-8").send("Unknown action"));
    const live = await this.current(ctx, { request, reply });
    if (live) await this.signOut.session(ctx, live);
    // The cookies of a token's session hold nothing that lives on.
    if (live?.kind !== "offline_grant") writeCookies(reply, clearedSignOutCookies(ctx));
    await redirectTo(reply, afterLogout(ctx, { ...queryOf(request), ...form }));
  }

  @Get("errors/feature_disabled")
  async disabled(@Ctx() ctx: ProjectContext, @Res() reply: FastifyReply): Promise<void> {
    await sendPage(ctx, reply, renderPage({ title: pageText("v2.page.feature-disabled.default.title"), lead: pageText("v2.error.feature-disabled"), appName: projectName(ctx) }));
  }

  @Get("errors/cookie_instruction")
  async cookies(@Ctx() ctx: ProjectContext, @Res() reply: FastifyReply): Promise<void> {
    await sendPage(
      ctx,
      reply,
      renderPage({ title: pageText("v2.page.cookie-instruction.default.title"), lead: pageText("v2.page.cookie-instruction.default.lead"), appName: projectName(ctx) }),
    );
  }

  @Get(stylesheetPath.slice(1))
  @Header("content-type", "text/css; charset=utf-8")
  @Header("cache-control", "public, max-age=31536000, immutable")
  styles(): string {
    return stylesheet;
  }

  @Get(pageScriptPath.slice(1))
  @Header("content-type", "text/javascript; charset=utf-8")
  @Header("cache-control", "public, max-age=31536000, immutable")
  script(): string {
    return pageScript;
  }

  @Get("robots.txt")
  @Header("content-type", "text/plain; charset=utf-8")
  robots(): string {
    return "User-agent: *\nDisallow: /\n";
  }

  /** The session of the request, by cookie or by token. */
  private async current(ctx: ProjectContext, { request, reply }: PageExchange): Promise<LiveSession | undefined> {
    const resolved = await this.sessions.resolve(ctx, { authorization: request.headers.authorization, cookies: request.cookies });
    forgetBadSession(ctx, { request, reply }, resolved);
    return resolved.outcome === "valid" ? resolved.session.live : undefined;
  }

  /** The account that may be continued with: a session of this browser, for a request that does not demand a fresh login or another account. */
  private async offered(ctx: ProjectContext, request: FastifyRequest): Promise<Offered | undefined> {
    const session = await this.webSessions.get(ctx, webSessionId(ctx, request));
    const asked = await this.visits.request(ctx, session);
    if (!session || session.isCompleted || session.settingsActionId || !asked || spaceList(asked.prompt).includes("login") || suppressesIdpSession(asked)) return undefined;
    const resolved = await this.sessions.resolve(ctx, { cookies: request.cookies });
    const live = resolved.outcome === "valid" && resolved.session.scopes.includes(PRE_AUTHENTICATED_URL) ? resolved.session.live : undefined;
    if (!live || (asked.user_id_hint && asked.user_id_hint !== live.user.id)) return undefined;
    const hint = readLoginHint(asked.login_hint);
    const known = live.identities.flatMap(({ claims }) => Object.values(claims));
    return hint && !known.includes(hint.value) ? undefined : { live, session, request: asked };
  }

  /** The session goes on as it is, and the application gets its answer. */
  private async continueAs(ctx: ProjectContext, reply: FastifyReply, { live, session, request }: Offered): Promise<void> {
    const code = await this.infos.create(ctx, { ...infoOf(live), authorizationSessionId: session.authorizationSessionId });
    await this.webSessions.save(ctx, { ...session, isCompleted: true });
    const { client_id = "", redirect_uri = "", state } = request;
    const params = new URLSearchParams({ client_id, redirect_uri, ...(state ? { state } : {}), code });
    await redirectTo(reply, `/oauth2/consent?${params}`);
  }

  /** Where an application's request begins: the page it names, else by what the browser is known for. */
  private start(ctx: ProjectContext, request: FastifyRequest, asked: Record<string, string> | undefined): string {
    if (asked?.x_page === "login" || asked?.user_id_hint || readLoginHint(asked?.login_hint)) return "/login";
    if (asked?.x_page === "signup") return ctx.project.config.authentication.public_signup_disabled ? "/login" : "/signup";
    return entryPath(ctx, request);
  }
}

/** A session that a request may be answered with. */
interface Offered {
  live: LiveSession;
  session: WebSession;
  request: Record<string, string>;
}

/** The page for whom a request expects, whoever is signed in: an anonymous user, a user who is to prove himself again, a user of one social provider. */
function pageOfHint(asked: Record<string, string>): string | undefined {
  if (asked.login_hint && isAnonymousHint(asked.login_hint)) return "/flows/promote_user";
  if (asked.user_id_hint && spaceList(asked.prompt).includes("login")) return asked.can_reauthenticate === "true" ? "/reauth" : "/login";
  return asked.x_oauth_provider_alias ? "/login" : undefined;
}

/** Login for browsers that have signed up before, else sign-up. */
function entryPath(ctx: ProjectContext, request: FastifyRequest): string {
  const known = request.cookies[cookieName(ctx, "signed_up")] === "true";
  return known || ctx.project.config.authentication.public_signup_disabled ? "/login" : "/signup";
}

/** Where a logout leads: an address of this site, an address a client has listed, the project's default, the login page. */
function afterLogout(ctx: ProjectContext, params: Readonly<Record<string, string>>): string {
  const { redirect_uri: own, post_logout_redirect_uri: listed, client_id } = params;
  const origin = ctx.project.config.http.public_origin;
  if (own && URL.canParse(own, origin) && new URL(own, origin).origin === origin) return own;
  const client = ctx.project.config.oauth.clients?.find((one) => one.client_id === client_id);
  if (listed && client?.post_logout_redirect_uris?.includes(listed)) return listed;
  return ctx.project.config.ui.default_post_logout_redirect_uri ?? "/login";
}
