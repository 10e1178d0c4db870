import { Controller, Post, Req, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { StartDeviceAuthorization } from "@gatehouse/feature-oauth";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { formOf, provenCredentials, refuse } from "./token-form.js";

/** The device authorization endpoint (RFC 8628). Ours; there only where `oauth.device_authorization_enabled` is set. */
@Access("public")
@Controller("oauth2/device_authorization")
export class DeviceController {
  constructor(private readonly devices: StartDeviceAuthorization) {}

  @Post()
  async start(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!ctx.project.config.oauth.device_authorization_enabled) return void (await reply.status(404).send());
    try {
      const params = formOf(request);
      await reply.status(200).send(await this.devices.run(ctx, { ...provenCredentials(request, params), ...params }));
    } catch (error) {
      await refuse(request, reply, error);
    }
  }
}
