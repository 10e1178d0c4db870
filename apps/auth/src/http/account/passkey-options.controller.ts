import { Controller, HttpCode, Post, Req, Res } from "@nestjs/common";
import { badRequest } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { AddPasskey, AskForPasskey } from "@gatehouse/feature-account";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { RequestSessions } from "@gatehouse/record-sessions";
import { forgetBadSession } from "../network/forget-bad-session.js";
import { parameters } from "../oauth/parameters.js";

/** What scripts of pages ask a browser's passkeys (spec: auth UI §14). */
@Access("public")
@Controller("_internals/passkey")
export class PasskeyOptionsController {
  constructor(
    private readonly sessions: RequestSessions,
    private readonly adding: AddPasskey,
    private readonly asking: AskForPasskey,
  ) {}

  @Post("creation_options")
  @HttpCode(200)
  async creation(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<{ result: object }> {
    return { result: await this.adding.options(ctx, await this.user(ctx, request, reply)) };
  }

  /** With `allow_credentials` for the passkeys of who is signed in; with `conditional` for the browser's own list. */
  @Post("request_options")
  @HttpCode(200)
  async request(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<{ result: object }> {
    const { conditional, allow_credentials: allow } = parameters(request);
    const options = await this.asking.run(ctx, allow === "true" ? await this.user(ctx, request, reply) : undefined);
    return { result: { ...(conditional === "true" ? { mediation: "conditional" } : {}), ...options } };
  }

  private async user(ctx: ProjectContext, request: FastifyRequest, reply: FastifyReply): Promise<UserId> {
    const resolved = await this.sessions.resolve(ctx, { authorization: request.headers.authorization, cookies: request.cookies });
    forgetBadSession(ctx, { request, reply }, resolved);
    if (resolved.outcome !== "valid") throw badRequest("session not found");
    return resolved.session.live.user.id;
  }
}
