import { Controller, Post, Req, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { FindClientDocument, PushAuthorization } from "@gatehouse/feature-oauth";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { dpopOf } from "./dpop.js";
import { formOf, provenCredentials, refuse } from "./token-form.js";

/** Pushed authorization requests (RFC 9126). Ours; there only where `oauth.pushed_authorization_requests_enabled` is set. */
@Access("public")
@Controller("oauth2/par")
export class ParController {
  constructor(
    private readonly pushAuthorization: PushAuthorization,
    private readonly documents: FindClientDocument,
  ) {}

  @Post()
  async push(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!ctx.project.config.oauth.pushed_authorization_requests_enabled) return void (await reply.status(404).send());
    try {
      const params = formOf(request);
      const known = await this.documents.run(ctx, params.client_id);
      const answer = await this.pushAuthorization.run(known, { ...provenCredentials(request, params), ...params }, await dpopOf(ctx, request));
      await reply.status(201).send(answer);
    } catch (error) {
      await refuse(request, reply, error);
    }
  }
}
