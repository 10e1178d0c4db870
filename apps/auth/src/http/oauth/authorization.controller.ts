import { All, Controller, Get, Post, Req, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Authorize, Consent } from "@gatehouse/feature-oauth";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { RequestSessions } from "@gatehouse/record-sessions";
import { isCrossSitePost, pageHeaders, renderCrossSitePage } from "../pages/index.js";
import { nonceOf } from "../pages/nonce.js";
import { presentAuthorization } from "./authorization.presenter.js";
import { parameters } from "./parameters.js";

/** The authorization endpoint and the way back from the UI. */
@Access("public")
@Controller("oauth2")
export class AuthorizationController {
  constructor(
    private readonly authorize: Authorize,
    private readonly consent: Consent,
    private readonly sessions: RequestSessions,
  ) {}

  @All("authorize")
  async start(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (request.method !== "GET" && request.method !== "POST") return void (await reply.status(405).send());
    const resolved = await this.sessions.resolve(ctx, { authorization: request.headers.authorization, cookies: request.cookies });
    const answer = await this.authorize.run(ctx, parameters(request), resolved.outcome === "valid" ? resolved.session : undefined);
    await presentAuthorization(ctx, reply, answer);
  }

  @Get("consent")
  async visit(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await presentAuthorization(ctx, reply, await this.consent.run(ctx, parameters(request)));
  }

  @Post("consent")
  async decide(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { headers } = request;
    if (isCrossSitePost({ method: "POST", host: headers.host, secFetchSite: headers["sec-fetch-site"] as string | undefined, origin: headers.origin }))
      return void (await reply.headers(pageHeaders(nonceOf(reply))).send(renderCrossSitePage(ctx.project.id)));
    const params = parameters(request);
    await presentAuthorization(ctx, reply, await this.consent.run(ctx, params, params.x_action ?? ""));
  }
}
