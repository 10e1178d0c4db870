import { All, Controller, Req, Res } from "@nestjs/common";
import { withQuery } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { SignOut } from "@gatehouse/feature-oauth";
import { Access, Ctx, type FastifyReply, type FastifyRequest, writeCookies } from "@gatehouse/platform-http";
import { clearedSessionCookies, cookieName, RequestSessions } from "@gatehouse/record-sessions";
import { parameters } from "./parameters.js";
import { openParameters, sealParameters } from "./sealed-parameters.js";

const KEY_COOKIE = "end_session_ref_key";
const REFERENCE = "x_end_session_ref";

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
    if (request.method !== "GET" && request.method !== "POST") return void (await reply.status(405).send());
    let params = parameters(request);
    if (request.method === "POST" && !params[REFERENCE]) return this.reload(ctx, reply, params);
    if (params[REFERENCE]) {
      params = openParameters(request.cookies[cookieName(ctx, KEY_COOKIE)] ?? "", params[REFERENCE]);
      writeCookies(reply, [this.keyCookie(ctx, "")]);
    }
    await this.decide(ctx, { request, reply }, params);
  }

  /** A cross-site POST does not carry Lax cookies; a GET of our own does. Nothing is readable in the URL. */
  private async reload(ctx: ProjectContext, reply: FastifyReply, params: Record<string, string>): Promise<void> {
    const { key, sealed } = sealParameters(params);
    writeCookies(reply, [this.keyCookie(ctx, key)]);
    await reply.status(302).header("location", `/oauth2/end_session?${REFERENCE}=${sealed}`).send();
  }

  private async decide(ctx: ProjectContext, { request, reply }: { request: FastifyRequest; reply: FastifyReply }, params: Record<string, string>): Promise<void> {
    const current = await this.sessions.fromCookie(ctx, request.cookies);
    const hint = params.id_token_hint;
    const direct = current && (hint ? await this.signOut.hintMatches(ctx, hint, current) : request.cookies[cookieName(ctx, "same_site_strict")] === "true");
    if (current && !direct) {
      const { id_token_hint: _hint, ...rest } = params;
      const back = withQuery(`${ctx.project.config.http.public_origin}/oauth2/end_session`, rest);
      return void (await reply
        .status(302)
        .header("location", `/logout?redirect_uri=${encodeURIComponent(back)}`)
        .send());
    }
    if (current) {
      await this.signOut.session(ctx, current);
      writeCookies(reply, [...clearedSessionCookies(ctx), { name: cookieName(ctx, "same_site_strict"), value: "" }]);
    }
    const target = this.signOut.postLogout(ctx, params);
    await reply
      .status(target ? 303 : 302)
      .header("location", target ?? "/settings")
      .send();
  }

  private keyCookie(ctx: ProjectContext, value: string) {
    return {
      name: cookieName(ctx, KEY_COOKIE),
      value,
      sameSite: "lax" as const,
      path: "/oauth2/end_session",
      httpOnly: true,
      secure: ctx.request.publicOrigin.startsWith("https://"),
      maxAge: 300,
    };
  }
}
