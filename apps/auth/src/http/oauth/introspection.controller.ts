import { Controller, Post, Req, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { IntrospectToken } from "@gatehouse/feature-oauth";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { formOf, provenCredentials, refuse } from "./token-form.js";

/** Token introspection (RFC 7662). Ours; there only where `oauth.introspection_enabled` is set. */
@Access("public")
@Controller("oauth2/introspect")
export class IntrospectionController {
  constructor(private readonly introspect: IntrospectToken) {}

  @Post()
  async ask(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!ctx.project.config.oauth.introspection_enabled) return void (await reply.status(404).send());
    try {
      const params = formOf(request);
      await reply.status(200).send(await this.introspect.run(ctx, { ...provenCredentials(request, params), ...params }));
    } catch (error) {
      await refuse(request, reply, error);
    }
  }
}
