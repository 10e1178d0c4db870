import { Body, Controller, Get, Headers, HttpCode, Param, Post } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { exportRequestSchema, ReadExport, StartExport } from "@gatehouse/feature-user-export";
import { Access, Ctx, parseBody, requireJson } from "@gatehouse/platform-http";
import { presentExport } from "./user-export.presenter.js";

/** Export of users (spec: admin API §13, user model §11). */
@Access("admin")
@Controller("_api/admin/users/export")
export class UserExportController {
  constructor(
    private readonly start: StartExport,
    private readonly find: ReadExport,
  ) {}

  /** Takes an export; a worker writes it. */
  @Post()
  @HttpCode(200)
  async create(@Ctx() ctx: ProjectContext, @Headers("content-type") contentType: string | undefined, @Body() body: unknown) {
    requireJson(contentType);
    return { result: presentExport({ task: await this.start.run(ctx, parseBody(exportRequestSchema, body)) }) };
  }

  /** How far an export is, with a link to its file that is good for a minute; 404 `TaskNotFound` after 24 hours. */
  @Get(":id")
  async read(@Ctx() ctx: ProjectContext, @Param("id") id: string) {
    return { result: presentExport(await this.find.run(ctx, id)) };
  }
}
