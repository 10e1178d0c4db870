import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type CallbackAnswer, HandleWhatsappCallback } from "@gatehouse/feature-messages";
import { Access, Ctx, type FastifyReply, type FastifyRequest, rawBodyOf } from "@gatehouse/platform-http";

/** Where WhatsApp tells what became of messages; bodies prove themselves by their signature (spec: messaging §6.4). */
@Access("public")
@Controller("whatsapp/webhook")
export class WhatsappCallbackController {
  constructor(private readonly callbacks: HandleWhatsappCallback) {}

  @Get()
  async subscribe(@Ctx() ctx: ProjectContext, @Res() reply: FastifyReply): Promise<void> {
    await present(reply, this.callbacks.subscribe(ctx, new URL(ctx.request.url).searchParams));
  }

  @Post()
  async receive(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const signature = request.headers["x-hub-signature-256"];
    const answer = await this.callbacks.run(ctx, { rawBody: rawBodyOf(request), body: request.body, signature: typeof signature === "string" ? signature : undefined });
    await present(reply, answer);
  }
}

async function present(reply: FastifyReply, { status, body }: CallbackAnswer): Promise<void> {
  await reply.status(status).header("content-type", "text/plain; charset=utf-8").send(body);
}
