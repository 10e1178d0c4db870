import { All, Controller, Post, Req, Res } from "@nestjs/common";
import { OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { GetUserinfo, IssueToken, SessionRequired, SignOut } from "@gatehouse/feature-oauth";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { RequestSessions } from "@gatehouse/record-sessions";
import { forgetBadSession } from "../network/forget-bad-session.js";
import { dpopOf } from "./dpop.js";
import { credentialsOf, formOf, isForm, provenCredentials, refuse } from "./token-form.js";

/** The endpoints that applications call directly: token, revoke, userinfo. */
@Access("public")
@Controller("oauth2")
export class TokenController {
  constructor(
    private readonly issue: IssueToken,
    private readonly signOut: SignOut,
    private readonly userinfo: GetUserinfo,
    private readonly sessions: RequestSessions,
  ) {}

  @Post("token")
  async token(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    try {
      const params = formOf(request);
      const dpop = await dpopOf(ctx, request);
      const credentials = { authorization: request.headers.authorization, cookies: request.cookies };
      await reply.status(200).send(await this.issue.run(ctx, { params: { ...credentialsOf(request, params), ...params }, dpop, credentials }));
    } catch (error) {
      if (error instanceof SessionRequired) forgetBadSession(ctx, { request, reply }, error);
      await refuse(request, reply, error);
    }
  }

  /** What is no form holds no token, and there is nothing to revoke: 200 all the same (spec: oauth-oidc §9.1). */
  @Post("revoke")
  async revoke(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    try {
      const params = isForm(request) ? formOf(request) : {};
      // Read, and not asked for: a bound token is revoked without a proof (spec: oauth-oidc §15).
      await dpopOf(ctx, request);
      if (params.token) await this.signOut.revoke(ctx, { ...provenCredentials(request, params), ...params });
      await reply.status(200).send();
    } catch (error) {
      await refuse(request, reply, error);
    }
  }

  @All("userinfo")
  async info(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (request.method !== "GET" && request.method !== "POST") return void (await reply.status(405).header("allow", "GET, POST").send());
    const resolved = await this.sessions.resolve(ctx, { authorization: request.headers.authorization, cookies: request.cookies });
    if (resolved.outcome === "valid") return void (await reply.type("application/json; charset=utf-8").send(this.userinfo.run(ctx, resolved.session)));
    forgetBadSession(ctx, { request, reply }, resolved);
    const error = new OAuthError("invalid_grant", "invalid session", 401);
    await reply.status(401).header("www-authenticate", `Bearer error="${error.code}", error_description="${error.description}"`).send(error.toJSON());
  }
}
