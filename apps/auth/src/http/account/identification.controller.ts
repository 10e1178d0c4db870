import { Controller, HttpCode, Post, Req, Res } from "@nestjs/common";
import { unauthorized } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { AccountSession, LinkSocialAccount } from "@gatehouse/feature-account";
import { Access, Ctx, type FastifyReply, type FastifyRequest, parseJsonBody } from "@gatehouse/platform-http";
import { forgetBadSession } from "../network/forget-bad-session.js";
import { finishIdentificationBody, startIdentificationBody } from "./identification.schema.js";

/** The Account Management API: linking a social account (spec: account management §3). */
@Access("session")
@Controller("api/v1/account/identification")
export class IdentificationController {
  constructor(
    private readonly session: AccountSession,
    private readonly link: LinkSocialAccount,
  ) {}

  @Post()
  @HttpCode(200)
  async start(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const userId = await this.user(ctx, request, reply);
    const { alias, redirect_uri: redirectUri, exclude_state_in_authorization_url: excludeState = false } = parseJsonBody(startIdentificationBody, request);
    const { token, authorizationUrl } = await this.link.start(ctx, { userId, alias, redirectUri, excludeState });
    return { result: { token, authorization_url: authorizationUrl } };
  }

  @Post("oauth")
  @HttpCode(200)
  async finish(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const userId = await this.user(ctx, request, reply);
    const { token, query } = parseJsonBody(finishIdentificationBody, request);
    await this.link.finish(ctx, { userId, token, query });
    return { result: {} };
  }

  private user(ctx: ProjectContext, request: FastifyRequest, reply: FastifyReply): Promise<UserId> {
    const asked = this.session.run(ctx, { authorization: request.headers.authorization, cookies: request.cookies });
    return asked.catch((error: unknown) => {
      // Without a session, a session cookie that was sent is a bad one.
      if (unauthorized.is(error)) forgetBadSession(ctx, { request, reply }, { outcome: "invalid" });
      throw error;
    });
  }
}
