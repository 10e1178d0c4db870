import { Controller, HttpCode, Post, Req } from "@nestjs/common";
import { unauthorized } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Access, Ctx, type FastifyRequest } from "@gatehouse/platform-http";
import { RequestSessions } from "@gatehouse/record-sessions";
import { ImageUploads } from "@gatehouse/service-images";
import { RateLimiter } from "@gatehouse/service-rate-limit";
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
  async give(@Ctx() ctx: ProjectContext, @Req() { headers, cookies }: FastifyRequest): Promise<{ result: { upload_url: string } }> {
    const resolved = await this.sessions.resolve(ctx, { authorization: headers.authorization, cookies });
    if (resolved.outcome !== "valid") throw unauthorized("authentication required");
    const { id } = resolved.session.live.user;
    await this.limiter.consume(ctx, [uploadLimit(id)]);
    return { result: { upload_url: this.uploads.address(ctx, { user_id: id, uploaded_by: "user" }) } };
  }
}
