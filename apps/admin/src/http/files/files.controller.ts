import { Controller, Get, Param, Query, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Access, Ctx, type FastifyReply } from "@gatehouse/platform-http";
import { attachment, ObjectStores } from "@gatehouse/platform-object-store";

/** The route below which files are served; the door lets it pass without a token. */
export const FILES_ROUTE = "/_api/admin/files/*";

/** Files of the folder that stands in for a bucket: whoever holds a signed link may fetch one until the link expires. An API of ours. */
@Access("public")
@Controller("_api/admin/files")
export class FilesController {
  constructor(private readonly stores: ObjectStores) {}

  /** The file as an attachment; 403 for every link that is not good, whatever is wrong with it. */
  @Get("*")
  async download(@Ctx() ctx: ProjectContext, @Param("*") key: string, @Query() query: Record<string, unknown>, @Res() reply: FastifyReply): Promise<void> {
    const file = await this.stores.openDownload(ctx, { key, query });
    if (!file) return void (await reply.status(403).type("text/plain; charset=utf-8").send("Forbidden\n"));
    await reply.headers({ "content-type": file.contentType, "content-length": file.size, "content-disposition": attachment(file.fileName) }).send(file.body);
  }
}
