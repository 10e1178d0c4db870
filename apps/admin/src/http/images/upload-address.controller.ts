import { Controller, Get, HttpCode, Post } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Access, Ctx } from "@gatehouse/platform-http";
import { ImageUploads } from "@gatehouse/service-images";

/** Where the project's own services send profile pictures of its users (spec: admin API §12). */
@Access("admin")
@Controller("_api/admin/images/upload")
export class UploadAddressController {
  constructor(private readonly uploads: ImageUploads) {}

  @Get()
  read(@Ctx() ctx: ProjectContext): { result: { upload_url: string } } {
    return this.give(ctx);
  }

  @Post()
  @HttpCode(200)
  give(@Ctx() ctx: ProjectContext): { result: { upload_url: string } } {
    return { result: { upload_url: this.uploads.address(ctx, { uploaded_by: "admin_api" }) } };
  }
}
