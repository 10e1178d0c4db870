import { Controller, HttpCode, Post, Req, Res } from "@nestjs/common";
import { unauthorized } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { IssueChallenge, IssuePromotionCode, SignUpAnonymously } from "@gatehouse/feature-anonymous-users";
import { AnonymousWebTokens } from "@gatehouse/feature-oauth";
import { Access, Ctx, type FastifyReply, type FastifyRequest, parseBody, requireJson, writeCookies } from "@gatehouse/platform-http";
import { forgetBadSession } from "../network/forget-bad-session.js";
import { challengeBody, promotionBody, signUpBody } from "./anonymous-users.schema.js";

/** Anonymous users of web apps, and challenges for apps with a key (spec: oauth-oidc §14). */
@Access("public")
@Controller()
export class AnonymousUsersController {
  constructor(
    private readonly challenges: IssueChallenge,
    private readonly signUps: SignUpAnonymously,
    private readonly promotions: IssuePromotionCode,
    private readonly tokens: AnonymousWebTokens,
  ) {}

  @Post("oauth2/challenge")
  @HttpCode(200)
  async challenge(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest): Promise<{ result: unknown }> {
    requireJson(request.headers["content-type"]);
    return { result: await this.challenges.run(ctx, parseBody(challengeBody, request.body).purpose) };
  }

  @Post("api/anonymous_user/signup")
  async signUp(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    requireJson(request.headers["content-type"]);
    const { session_type, client_id = "", refresh_token } = parseBody(signUpBody, request.body);
    if (session_type === "refresh_token") {
      const asked = { clientId: client_id, ...(refresh_token ? { refreshToken: refresh_token } : {}) };
      return void (await reply.status(200).send({ result: await this.tokens.signUp({ ...ctx, clientId: client_id }, asked) }));
    }
    writeCookies(reply, await this.signUps.byCookie(ctx, request.cookies));
    await reply.status(200).send({ result: {} });
  }

  @Post("api/anonymous_user/promotion_code")
  @HttpCode(200)
  async promotionCode(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<{ result: unknown }> {
    requireJson(request.headers["content-type"]);
    const { session_type, refresh_token } = parseBody(promotionBody, request.body);
    if (session_type === "refresh_token") return { result: await this.tokens.promotionCode(ctx, refresh_token) };
    const issued = this.promotions.byCookie(ctx, request.cookies).catch((error: unknown) => {
      // Without a session, a session cookie that was sent is a bad one.
      if (unauthorized.is(error)) forgetBadSession(ctx, { request, reply }, { outcome: "invalid" });
      throw error;
    });
    return { result: await issued };
  }
}
