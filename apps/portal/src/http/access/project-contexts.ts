import { Injectable } from "@nestjs/common";
import { projectNotFound } from "@gatehouse/domain-errors";
import type { Actor, Project, ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { requestInfoOf } from "@gatehouse/platform-http";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import type { PortalRequest } from "./portal-request.js";

/** Builds contexts of projects for requests whose host is the portal's. */
@Injectable()
export class ProjectContexts {
  constructor(
    private readonly registry: ProjectRegistry,
    private readonly env: EnvConfig,
  ) {}

  /** The context of a project for this request; links made with it lead to the project's own origin. */
  of(project: Project, request: PortalRequest, actor: Actor): ProjectContext {
    const { hostname: _host, ...info } = requestInfoOf(request, this.env.trustProxy);
    return buildContext({ project, request: { ...info, publicOrigin: project.config.http.public_origin }, actor, log: request.log });
  }

  /** The operator's context of a project. Throws ProjectNotFound. */
  async forOperator(id: string, request: PortalRequest): Promise<ProjectContext> {
    const project = await this.registry.byId(id);
    if (!project) throw projectNotFound();
    return this.of(project, request, { type: "system" });
  }
}
