import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, Res } from "@nestjs/common";
import { badRequest } from "@gatehouse/domain-errors";
import { DeleteProject, GetProject, ListProjects, MintAdminToken, PutProject } from "@gatehouse/feature-projects";
import { Access, type FastifyReply, parseBody } from "@gatehouse/platform-http";
import type { PortalRequest } from "../access/portal-request.js";
import { ProjectContexts } from "../access/project-contexts.js";
import { exportedProject, projectListItem } from "./operator.presenter.js";
import { putProjectValidator } from "./operator.schema.js";

/** The operator's view of projects. */
@Controller("operator/v1/projects")
@Access("operator")
export class OperatorProjectsController {
  constructor(
    private readonly listProjects: ListProjects,
    private readonly getProject: GetProject,
    private readonly putProject: PutProject,
    private readonly deleteProject: DeleteProject,
    private readonly mintAdminToken: MintAdminToken,
    private readonly contexts: ProjectContexts,
  ) {}

  @Get()
  async list(@Query() query: Record<string, unknown>): Promise<object> {
    const { cursor, limit } = query;
    if (limit !== undefined && (typeof limit !== "string" || !/^[1-9]\d{0,2}$/.test(limit))) throw badRequest("limit must be a whole number from 1 to 100");
    const page = await this.listProjects.run({ cursor: typeof cursor === "string" ? cursor : undefined, limit: limit === undefined ? undefined : Number(limit) });
    return { projects: page.projects.map(projectListItem), ...(page.nextCursor ? { next_cursor: page.nextCursor } : {}) };
  }

  @Get(":projectId")
  async get(@Param("projectId") id: string): Promise<object> {
    return exportedProject(await this.getProject.run(id));
  }

  @Put(":projectId")
  async put(@Param("projectId") id: string, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const result = await this.putProject.run({ id, files: parseBody(putProjectValidator, body).files });
    reply.status(result.created ? 201 : 200);
    return result;
  }

  @Delete(":projectId")
  @HttpCode(204)
  async delete(@Param("projectId") id: string): Promise<void> {
    await this.deleteProject.run(id);
  }

  @Post(":projectId/admin-token")
  @HttpCode(200)
  async adminToken(@Param("projectId") id: string, @Req() request: PortalRequest): Promise<object> {
    const { token, expiresIn } = await this.mintAdminToken.run(await this.contexts.forOperator(id, request));
    return { token, expires_in: expiresIn };
  }
}
