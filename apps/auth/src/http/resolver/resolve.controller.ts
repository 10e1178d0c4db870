import { Controller, Get, Req, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { ResolveSession } from "@gatehouse/feature-resolver";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";

/** The resolver: a reverse proxy asks whose request this is; the answer is in headers (spec: sessions and tokens §10). */
@Access("public")
@Controller()
export class ResolveController {
  constructor(private readonly resolveSession: ResolveSession) {}

  @Get(["resolve", "_resolver/resolve"])
  async resolve(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const headers = await this.resolveSession.run(ctx, { authorization: request.headers.authorization, cookies: request.cookies });
    await reply.status(200).headers(headers).send();
  }
}
