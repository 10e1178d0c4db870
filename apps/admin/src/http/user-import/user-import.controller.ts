import { Body, Controller, Get, Headers, HttpCode, Param, Post } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { importRequestSchema, ReadImport, StartImport } from "@gatehouse/feature-user-import";
import { Access, Ctx, parseBody, requireJson } from "@gatehouse/platform-http";
import { presentImport } from "./user-import.presenter.js";

/** Import of users (spec: admin API §13, user model §10). */
@Access("admin")
@Controller("_api/admin/users/import")
export class UserImportController {
  constructor(
    private readonly start: StartImport,
    private readonly find: ReadImport,
  ) {}

  /** Takes records; a worker applies them. */
  @Post()
  @HttpCode(200)
  async create(@Ctx() ctx: ProjectContext, @Headers("content-type") contentType: string | undefined, @Body() body: unknown) {
    requireJson(contentType);
    return { result: presentImport({ job: await this.start.run(ctx, parseBody(importRequestSchema, body)) }) };
  }

  /** How far an import is; 404 `TaskNotFound` after 24 hours. */
  @Get(":id")
  async read(@Ctx() ctx: ProjectContext, @Param("id") id: string) {
    return { result: presentImport(await this.find.run(ctx, id)) };
  }
}
