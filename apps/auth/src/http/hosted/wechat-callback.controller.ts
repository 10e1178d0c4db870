import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import { webUiInvalidSession } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { WebSessions } from "@gatehouse/feature-authentication-flow";
import { isApiError } from "@gatehouse/platform-errors-core";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { parameters } from "../oauth/parameters.js";
import { FlowVisits } from "./flow-visits.js";
import { isNativePlatform } from "./native-app.js";
import { OAuthStates } from "./oauth-states.js";
import { redirectTo } from "./page-exchange.js";
import type { PageScreen } from "./page-screen.js";

/** Longest query that is kept of an answer. */
const LONGEST_ANSWER = 4_000;

/** Where apps bring the answer of WeChat's own app: it waits on the screen of the visit until the person goes on there (spec: providers §A.3, WeChat). */
@Access("public")
@Controller("sso/wechat/callback")
export class WechatCallbackController {
  constructor(
    private readonly states: OAuthStates,
    private readonly webSessions: WebSessions,
    private readonly visits: FlowVisits,
  ) {}

  @Get()
  byLink(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.take(ctx, request, reply);
  }

  @Post()
  byForm(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.take(ctx, request, reply);
  }

  /** Apps are told how it went; a browser has nothing more to do. */
  private async take(ctx: ProjectContext, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { state = "", x_platform: platform, ...answer } = parameters(request);
    try {
      await this.keep(ctx, state, new URLSearchParams(answer).toString());
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (isNativePlatform(platform)) return void (await reply.status(error.status).send({ error: error.toJSON() }));
    }
    if (isNativePlatform(platform)) return void (await reply.status(200).send({ result: "OK" }));
    await redirectTo(reply, "/errors/return");
  }

  private async keep(ctx: ProjectContext, token: string, answer: string): Promise<void> {
    const state = await this.states.take(ctx, token);
    const session = state && (await this.webSessions.get(ctx, state.webSessionId));
    const screen: PageScreen | undefined = session && !session.isCompleted ? await this.webSessions.screen(ctx, session, state.step) : undefined;
    if (!session || !screen || answer.length > LONGEST_ANSWER) throw webUiInvalidSession();
    await this.visits.change(ctx, { session, step: state.step, screen: { ...screen, wechatCallback: answer } });
  }
}
