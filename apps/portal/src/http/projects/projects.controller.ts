import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { CreateProject, type Developer, GetProjectConfig, ListCollaborators, ListOwnProjects, RemoveCollaborator, SaveConfig, ValidateConfig } from "@gatehouse/feature-projects";
import { Access, Ctx, parseBody } from "@gatehouse/platform-http";
import { SignedIn } from "../access/portal-request.js";
import { projectSummary } from "./projects.presenter.js";
import { createProjectBody, saveConfigBody, validateConfigBody } from "./projects.schema.js";

/** The developer's projects and their configuration. */
@Controller("api/v1/projects")
@Access("developer")
export class ProjectsController {
  constructor(
    private readonly listOwn: ListOwnProjects,
    private readonly create: CreateProject,
    private readonly getConfig: GetProjectConfig,
    private readonly validateConfig: ValidateConfig,
    private readonly saveConfig: SaveConfig,
  ) {}

  @Get()
  async list(@SignedIn() developer: Developer): Promise<object> {
    const projects = await this.listOwn.run(developer.userId);
    return { projects: projects.map(projectSummary), total_count: projects.length };
  }

  @Post()
  @HttpCode(201)
  async post(@SignedIn() developer: Developer, @Body() body: unknown): Promise<object> {
    const { id } = parseBody(createProjectBody, body);
    return projectSummary({ ...(await this.create.run({ id, ownerId: developer.userId })), role: "owner" });
  }

  @Get(":projectId")
  async get(@Ctx() ctx: ProjectContext): Promise<object> {
    const file = await this.getConfig.run(ctx);
    return { id: ctx.project.id, public_origin: ctx.project.config.http.public_origin, files: { "authgear.yaml": file } };
  }

  @Post(":projectId/config/validate")
  @HttpCode(200)
  async validate(@Ctx() ctx: ProjectContext, @Body() body: unknown): Promise<object> {
    return { causes: await this.validateConfig.run(ctx.project.id, parseBody(validateConfigBody, body).content) };
  }

  @Put(":projectId/config")
  save(@Ctx() ctx: ProjectContext, @Body() body: unknown): Promise<object> {
    return this.saveConfig.run(ctx.project.id, parseBody(saveConfigBody, body));
  }
}

/** Who works on a project. */
@Controller("api/v1/projects/:projectId/collaborators")
@Access("developer")
export class CollaboratorsController {
  constructor(
    private readonly listCollaborators: ListCollaborators,
    private readonly removeCollaborator: RemoveCollaborator,
  ) {}

  @Get()
  async list(@Ctx() ctx: ProjectContext): Promise<object> {
    const collaborators = await this.listCollaborators.run(ctx.project.id);
    return {
      collaborators: collaborators.map(({ userId, role, createdAt }) => ({ user_id: userId, role, created_at: createdAt.toISOString() })),
      total_count: collaborators.length,
    };
  }

  @Delete(":userId")
  @HttpCode(204)
  async remove(@Ctx() ctx: ProjectContext, @SignedIn() developer: Developer, @Param("userId") userId: string): Promise<void> {
    await this.removeCollaborator.run({ projectId: ctx.project.id, callerId: developer.userId, userId });
  }
}
