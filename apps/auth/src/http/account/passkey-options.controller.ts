import { Controller, HttpCode, Post, Req } from "@nestjs/common";
import { badRequest } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { AddPasskey, AskForPasskey } from "@gatehouse/feature-account";
import { Access, Ctx, type FastifyRequest } from "@gatehouse/platform-http";
import { RequestSessions } from "@gatehouse/record-sessions";
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
  async creation(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest): Promise<{ result: object }> {
    return { result: await this.adding.options(ctx, await this.user(ctx, request)) };
  }

  /** With `allow_credentials` for the passkeys of who is signed in; with `conditional` for the browser's own list. */
  @Post("request_options")
  @HttpCode(200)
  async request(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest): Promise<{ result: object }> {
    const { conditional, allow_credentials: allow } = parameters(request);
    const options = await this.asking.run(ctx, allow === "true" ? await this.user(ctx, request) : undefined);
    return { result: { ...(conditional === "true" ? { mediation: "conditional" } : {}), ...options } };
  }

  private async user(ctx: ProjectContext, { headers, cookies }: FastifyRequest): Promise<UserId> {
    const resolved = await this.sessions.resolve(ctx, { authorization: headers.authorization, cookies });
    if (resolved.outcome !== "valid") throw badRequest("session not found");
    return resolved.session.live.user.id;
  }
}
