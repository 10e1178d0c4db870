import { All, Controller, Req, Res } from "@nestjs/common";
import { withQuery } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { SignOut } from "@gatehouse/feature-oauth";
import { Access, Ctx, type FastifyReply, type FastifyRequest, writeCookies } from "@gatehouse/platform-http";
import { clearedSignOutCookies, cookieName, RequestSessions } from "@gatehouse/record-sessions";
import { forgetBadSession } from "../network/forget-bad-session.js";
import { redirectToClient } from "./client-redirect.js";
import { parameters, withValues } from "./parameters.js";
import { openParameters, sealParameters } from "./sealed-parameters.js";

const KEY_COOKIE = "end_session_ref_key";
const REFERENCE = "x_end_session_ref";
/** What is sealed ends up in an address. */
const MAX_CHARACTERS = 16 * 1024;

/** RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0; spec: oauth-oidc §9.2). */
@Access("public")
@Controller("oauth2/end_session")
export class EndSessionController {
  constructor(
    private readonly signOut: SignOut,
    private readonly sessions: RequestSessions,
  ) {}

  @All()
  async endSession(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (request.method !== "GET" && request.method !== "POST") return void (await reply.status(405).header("allow", "GET, POST").send());
    const given = withValues(parameters(request));
    if (request.method === "POST" && given[REFERENCE] === undefined) return this.reload(ctx, reply, given);
    if (given[REFERENCE] === undefined) return this.decide(ctx, { request, reply }, given);
    const opened = openParameters(request.cookies[cookieName(ctx, KEY_COOKIE)] ?? "", given[REFERENCE]);
    writeCookies(reply, [this.keyCookie(ctx, "")]);
    await this.decide(ctx, { request, reply }, opened);
  }

  /** A cross-site POST does not carry Lax cookies; a GET of our own does. Nothing is readable in the URL. */
  private async reload(ctx: ProjectContext, reply: FastifyReply, { id_token_hint, post_logout_redirect_uri, state, client_id }: Record<string, string>): Promise<void> {
    const params = Object.fromEntries(
      Object.entries({ id_token_hint, post_logout_redirect_uri, state, client_id }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const { key, sealed } = sealParameters(JSON.stringify(params).length > MAX_CHARACTERS ? {} : params);
    writeCookies(reply, [this.keyCookie(ctx, key)]);
    await reply.status(302).header("location", `/oauth2/end_session?${REFERENCE}=${sealed}`).send();
  }

  private async decide(ctx: ProjectContext, { request, reply }: { request: FastifyRequest; reply: FastifyReply }, params: Record<string, string>): Promise<void> {
    const resolved = await this.sessions.resolve(ctx, { authorization: request.headers.authorization, cookies: request.cookies });
    forgetBadSession(ctx, { request, reply }, resolved);
    const current = resolved.outcome === "valid" ? resolved.session.live : undefined;
    const hint = params.id_token_hint;
    const direct = current && (hint ? await this.signOut.hintMatches(ctx, params, current) : request.cookies[cookieName(ctx, "same_site_strict")] === "true");
    if (current && !direct) return this.ask(ctx, reply, params);
    if (current) await this.signOut.session(ctx, current);
    if (current?.kind === "idp") writeCookies(reply, clearedSignOutCookies(ctx));
    const target = this.signOut.postLogout(ctx, params);
    if (target) return redirectToClient(reply, target);
    await reply.status(302).header("location", "/settings").send();
  }

  /** The page of /logout asks, and comes back here. */
  private async ask(ctx: ProjectContext, reply: FastifyReply, { id_token_hint: _hint, ...params }: Record<string, string>): Promise<void> {
    const back = withQuery(`${ctx.project.config.http.public_origin}/oauth2/end_session`, params);
    await reply
      .status(302)
      .header("location", `/logout?redirect_uri=${encodeURIComponent(back)}`)
      .send();
  }

  private keyCookie(ctx: ProjectContext, value: string) {
    const secure = ctx.request.publicOrigin.startsWith("https://");
    return { name: cookieName(ctx, KEY_COOKIE), value, sameSite: "lax" as const, path: "/oauth2/end_session", httpOnly: true, secure, maxAge: 300 };
  }
}
