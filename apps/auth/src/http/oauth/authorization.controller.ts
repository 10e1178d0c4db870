import { All, Controller, Get, Post, Req, Res } from "@nestjs/common";
import { OAuthError } from "@gatehouse/domain-oauth";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type AuthorizationAnswer, Authorize, Consent, FindClientDocument, OpenPushedRequest } from "@gatehouse/feature-oauth";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { type RequestSession, RequestSessions } from "@gatehouse/record-sessions";
import { forgetBadSession } from "../network/forget-bad-session.js";
import { isCrossSitePost, pageHeaders, publicHost, renderCrossSitePage } from "../pages/index.js";
import { nonceOf } from "../pages/nonce.js";
import { presentAuthorization } from "./authorization.presenter.js";
import { parameters, withValues } from "./parameters.js";

/** The authorization endpoint and the way back from the UI. */
@Access("public")
@Controller("oauth2")
export class AuthorizationController {
  constructor(
    private readonly authorize: Authorize,
    private readonly pushed: OpenPushedRequest,
    private readonly documents: FindClientDocument,
    private readonly consent: Consent,
    private readonly sessions: RequestSessions,
  ) {}

  @All("authorize")
  async start(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (request.method !== "GET" && request.method !== "POST") return void (await reply.status(405).header("allow", "GET, POST").send());
    const resolved = await this.sessions.resolve(ctx, { authorization: request.headers.authorization, cookies: request.cookies });
    forgetBadSession(ctx, { request, reply }, resolved);
    await presentAuthorization(ctx, reply, await this.answer(ctx, request, resolved.outcome === "valid" ? resolved.session : undefined));
  }

  @Get("consent")
  async visit(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await presentAuthorization(ctx, reply, await this.consent.run(ctx, withValues(parameters(request))));
  }

  @Post("consent")
  async decide(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { headers } = request;
    if (isCrossSitePost({ method: "POST", host: publicHost(ctx), secFetchSite: headers["sec-fetch-site"] as string | undefined, origin: headers.origin }))
      return void (await reply
        .status(200)
        .headers(pageHeaders(nonceOf(reply)))
        .send(renderCrossSitePage(projectName(ctx))));
    const { x_action: action, ...params } = withValues(parameters(request));
    if (action !== "consent" && action !== "cancel") return void (await reply.status(400).type("text/plain; charset=utf-8").send("Unknown action"));
    await presentAuthorization(ctx, reply, await this.consent.run(ctx, params, action));
  }

  /** A reference to a pushed request that is not good has no redirect URI to trust. */
  private async answer(ctx: ProjectContext, request: FastifyRequest, current: RequestSession | undefined): Promise<AuthorizationAnswer> {
    try {
      const params = withValues(parameters(request));
      const known = await this.documents.run(ctx, params.client_id);
      return await this.authorize.run(known, await this.pushed.run(known, params), current);
    } catch (error) {
      if (error instanceof OAuthError) return { kind: "plain_error", error };
      throw error;
    }
  }
}
