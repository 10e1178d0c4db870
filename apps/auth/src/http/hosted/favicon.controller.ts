import { Controller, Get, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Access, Ctx, type FastifyReply } from "@gatehouse/platform-http";
import { projectIcon } from "../pages/index.js";

/** The picture that browsers show beside a page's title; they ask for it by themselves. */
@Access("public")
@Controller("favicon.ico")
export class FaviconController {
  @Get()
  async show(@Ctx() ctx: ProjectContext, @Res() reply: FastifyReply): Promise<void> {
    const { content, type } = projectIcon(ctx);
    reply.headers({ "cache-control": "public, max-age=900", vary: "User-Agent, Origin, Accept-Language" });
    await reply.status(200).type(type).send(Buffer.from(content));
  }
}
