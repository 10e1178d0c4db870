import { Controller, HttpCode, Post, Req, Res } from "@nestjs/common";
import { unauthorized } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { RequestSessions } from "@gatehouse/record-sessions";
import { ImageUploads } from "@gatehouse/service-images";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { forgetBadSession } from "../network/forget-bad-session.js";
import { uploadLimit } from "./upload-limit.js";

/** Where signed-in users send their profile pictures (spec: auth UI §15, protection §2.3). */
@Access("session")
@Controller("api/images/upload")
export class UploadAddressController {
  constructor(
    private readonly sessions: RequestSessions,
    private readonly limiter: RateLimiter,
    private readonly uploads: ImageUploads,
  ) {}

  @Post()
  @HttpCode(200)
  async give(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<{ result: { upload_url: string } }> {
    const resolved = await this.sessions.resolve(ctx, { authorization: request.headers.authorization, cookies: request.cookies });
    forgetBadSession(ctx, { request, reply }, resolved);
    if (resolved.outcome !== "valid") throw unauthorized("authentication required");
    const { id } = resolved.session.live.user;
    await this.limiter.consume(ctx, [uploadLimit(id)]);
    return { result: { upload_url: this.uploads.address(ctx, { user_id: id, uploaded_by: "user" }) } };
  }
}
