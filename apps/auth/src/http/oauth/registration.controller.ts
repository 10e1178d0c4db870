import { Controller, Delete, Get, Post, Req, Res } from "@nestjs/common";
import { OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { RegisterClient } from "@gatehouse/feature-oauth";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { refuse } from "./token-form.js";

/** Dynamic client registration (RFC 7591, RFC 7592). Ours; there only where `oauth.dynamic_client_registration.enabled` is set. */
@Access("public")
@Controller("oauth2/register")
export class RegistrationController {
  constructor(private readonly registration: RegisterClient) {}

  @Post()
  register(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(ctx, { request, reply }, async () => {
      if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) throw new OAuthError("invalid_client_metadata", "request content type is invalid");
      await reply.status(201).send(await this.registration.run(ctx, request.body));
    });
  }

  @Get(":client_id")
  read(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(ctx, { request, reply }, async () => void (await reply.status(200).send(await this.registration.read(ctx, clientIdOf(request), tokenOf(request)))));
  }

  @Delete(":client_id")
  remove(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(ctx, { request, reply }, async () => {
      await this.registration.remove(ctx, clientIdOf(request), tokenOf(request));
      await reply.status(204).send();
    });
  }

  private async answer(ctx: ProjectContext, { request, reply }: { request: FastifyRequest; reply: FastifyReply }, work: () => Promise<void>): Promise<void> {
    if (!ctx.project.config.oauth.dynamic_client_registration.enabled) return void (await reply.status(404).send());
    try {
      await work();
    } catch (error) {
      await refuse(request, reply, error);
    }
  }
}

const clientIdOf = (request: FastifyRequest): string => /^reg-[0-9a-f-]{36}$/.exec(String((request.params as { client_id?: unknown }).client_id))?.[0] ?? "";
const tokenOf = (request: FastifyRequest): string | undefined => /^Bearer +([A-Za-z0-9]{43}) *$/i.exec(request.headers.authorization ?? "")?.[1];
