import { type CanActivate, type ExecutionContext, Injectable } from "@nestjs/common";
import { notFound, operatorUnauthorized } from "@gatehouse/domain-errors";
import { AuthenticateDeveloper, AuthorizeDeveloper } from "@gatehouse/feature-projects";
import { constantTimeEqual } from "@gatehouse/platform-crypto";
import { EnvConfig } from "@gatehouse/platform-env";
import { accessOf } from "@gatehouse/platform-http";
import { bearerToken } from "./bearer-token.js";
import type { PortalRequest } from "./portal-request.js";
import { ProjectContexts } from "./project-contexts.js";

/**
 * Enforces the declared access of every route; a route that declares none is refused.
 * Nothing has a name with NUL, which PostgreSQL would not even look for. Developer routes with a `projectId` get the context of that project, or 404 when the developer does not work on it.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly env: EnvConfig,
    private readonly authenticate: AuthenticateDeveloper,
    private readonly authorize: AuthorizeDeveloper,
    private readonly contexts: ProjectContexts,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<PortalRequest>();
    if (Object.values(request.params ?? {}).some((value) => value.includes("\0"))) throw notFound();
    const access = accessOf(execution.getHandler()) ?? accessOf(execution.getClass());
    const token = bearerToken(request.headers.authorization);
    if (access === "operator") return this.operator(token);
    if (access === "developer") return this.developer(request, token);
    return access === "public";
  }

  private operator(token: string | undefined): boolean {
    const expected = this.env.operatorToken;
    if (expected === "" || token === undefined || !constantTimeEqual(token, expected)) throw operatorUnauthorized();
    return true;
  }

  private async developer(request: PortalRequest, token: string | undefined): Promise<boolean> {
    const developer = await this.authenticate.run(token);
    request.developer = developer;
    const projectId = request.params?.projectId;
    if (projectId !== undefined) {
      const { project } = await this.authorize.run({ projectId, userId: developer.userId });
      request.gatehouseCtx = this.contexts.of(project, request, { type: "portal", userId: developer.userId });
    } else request.gatehouseCtx = this.contexts.of(developer.portalProject, request, { type: "portal", userId: developer.userId });
    return true;
  }
}
